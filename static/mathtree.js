// @ts-check
/** MathML as expressions, for formulas that the page itself writes. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {Element | string} Part */

/** An element of MathML. @param {string} tag @param {{class?: string, display?: string, "aria-label"?: string, stretchy?: string}} attributes @param {...Part} parts */
export function m(tag, attributes, ...parts) {
  const element = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...parts);
  return element;
}

/** @param {string} name */
export const mi = (name) => m("mi", {}, name);
/** @param {string} sign */
export const mo = (sign) => m("mo", {}, sign);
/** @param {string} digits */
export const mn = (digits) => m("mn", {}, digits);
/** @param {...Part} parts */
export const row = (...parts) => m("mrow", {}, ...parts);
/** A part of one kind, coloured alike wherever it stands. @param {string} name @param {...Part} parts */
export const marked = (name, ...parts) => m("mrow", { class: name }, ...parts);
/** @param {Part} base @param {Part} sub */
export const sub = (base, sub) => m("msub", {}, base, sub);
/** ∂a / ∂b @param {Part} top @param {Part} bottom */
export const partial = (top, bottom) => m("mfrac", {}, row(mo("∂"), top), row(mo("∂"), bottom));
/** @param {...Part} parts */
export const inBrackets = (...parts) => row(mo("("), ...parts, mo(")"));

/** A number with its sign, in brackets where it is negative and a factor. @param {string} digits formatted */
export const factor = (digits) => (digits.startsWith("−") ? inBrackets(mn(digits)) : mn(digits));
