/** Round numbers along an axis. */

import { formatNumber, formatPower } from "../format.js";

/** @typedef {{value: number, label: string}} Tick */

/** @param {number} span @param {number} most */
function niceStep(span, most) {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)));
}

/**
 * Multiples of 1, 2 or 5 times a power of ten within [low, high].
 * @param {number} low
 * @param {number} high
 * @param {number} [most]
 * @returns {Tick[]}
 */
export function linearTicks(low, high, most = 5) {
  if (!(high > low)) return Number.isFinite(low) ? [{ value: low, label: formatNumber(low, 3) }] : [];
  const step = niceStep(high - low, most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return {
      value,
      label: formatNumber(value, 4)
        .replace(/(\.\d*?)0+(?=$|·)/, "$1")
        .replace(/\.(?=$|·)/, ""),
    };
  });
}

/**
 * Whole powers of ten within [low, high], thinned to at most `most`.
 * @param {number} low positive
 * @param {number} high
 * @param {number} [most]
 * @returns {Tick[]}
 */
export function powerTicks(low, high, most = 5) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const ticks = [];
  for (let exponent = Math.ceil(first / every) * every; exponent <= last; exponent += every) {
    ticks.push({ value: 10 ** exponent, label: exponent === 0 ? "1" : exponent === 1 ? "10" : formatPower(exponent) });
  }
  return ticks;
}

/**
 * Ticks of a log axis: whole powers of ten, or multiples of 1, 2 and 5 where fewer than two of those are left; at most `most`.
 * @param {number} low positive
 * @param {number} high
 * @param {number} [most]
 * @returns {Tick[]}
 */
export function logTicks(low, high, most = 5) {
  const powers = powerTicks(low, high, most);
  if (powers.length > 1) return powers;
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, k) => first + k);
  const values = decades
    .flatMap((exponent) => [1, 2, 5].map((factor) => Number(`${factor}e${exponent}`)))
    .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  const every = Math.ceil(values.length / most);
  return values.filter((_, i) => i % every === 0).map((value) => ({ value, label: formatNumber(value, 1) }));
}
