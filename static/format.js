/** Numbers as people read them: U+2212 for minus, powers of ten as superscripts, fixed significant digits. */

const MINUS = "\u2212";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const THIN_SPACE = "\u2009";
const NARROW_SPACE = "\u202f";

/** @param {string} text */
const withMinus = (text) => text.replace("-", MINUS);

/** @param {number} exponent a whole number */
function superscript(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return (exponent < 0 ? "⁻" : "") + digits;
}

/**
 * 10 to a whole power, as `10⁻³`.
 * @param {number} exponent
 */
export const formatPower = (exponent) => `10${superscript(exponent)}`;

/** @param {number} value @param {number} digits */
function scientific(value, digits) {
  const [mantissa = "", exponent = "0"] = value.toExponential(Math.max(0, digits - 1)).split("e");
  return `${withMinus(mantissa)}·${formatPower(Number(exponent))}`;
}

/** @param {number} value */
function nonFinite(value) {
  if (Number.isNaN(value)) return "not a number";
  return value > 0 ? "∞" : `${MINUS}∞`;
}

/**
 * A number with so many significant digits: plain from 0.001 up to a million (where it fits), scientific beyond.
 * Small numbers keep two digits of mantissa at least: `1.0·10⁻¹⁴`.
 * @param {number} value
 * @param {number} [digits] significant digits, 1 to 15
 */
export function formatNumber(value, digits = 4) {
  if (!Number.isFinite(value)) return nonFinite(value);
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size < 1e-3 || size >= Math.max(1e5, 10 ** digits)) return scientific(value, Math.min(digits, 2));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return withMinus(rounded.toFixed(decimals));
}

/**
 * A number for a file, as the shortest text that gives it back.
 * @param {number} value
 * @param {boolean} [single] whether it was of single precision, and need only be given back in that
 */
export function shortest(value, single = false) {
  for (let digits = 1; single && digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/**
 * All digits that matter for comparing: like `formatNumber`, but small and large numbers keep them too.
 * @param {number} value
 * @param {number} [digits] significant digits, 1 to 15
 */
export function formatExact(value, digits = 10) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || value === 0 || (size >= 1e-3 && size < 1e5)) return formatNumber(value, digits);
  return scientific(value, digits);
}

/**
 * Components in round brackets, `(3.001, −2.000)`.
 * @param {ArrayLike<number>} values
 * @param {number} [digits]
 * @param {number} [most] components shown before an ellipsis
 */
export function formatVector(values, digits = 4, most = 8) {
  const shown = Array.from(values)
    .slice(0, most)
    .map((value) => formatNumber(value, digits));
  if (values.length > most) shown.push("…");
  return `(${shown.join(", ")})`;
}

/**
 * A whole number in groups of three, `12 345`.
 * @param {number} value
 */
export function formatWhole(value) {
  if (!Number.isFinite(value)) return nonFinite(value);
  const text = String(Math.round(Math.abs(value)));
  const grouped = text.length > 4 ? text.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : text;
  return (Math.round(value) < 0 ? MINUS : "") + grouped;
}

/**
 * A share of one, `97.3 %`.
 * @param {number} fraction
 * @param {number} [digits]
 */
export const formatPercent = (fraction, digits = 3) => `${formatNumber(100 * fraction, digits)}${NARROW_SPACE}%`;

const UNITS = /** @type {const} */ ([
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
]);

/**
 * A time span with a unit, `3.5 ms`, `2 min 5 s`.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const whole = Math.round(seconds);
  if (whole >= 60) return `${Math.floor(whole / 60)}${THIN_SPACE}min ${whole % 60}${THIN_SPACE}s`;
  const [size, unit] = UNITS.find(([limit]) => seconds >= limit) ?? UNITS[2];
  return `${formatNumber(seconds / size, 2)}${THIN_SPACE}${unit}`;
}
