// @ts-check
/** ∂ℓ/∂w as a product: the factors with their numbers, and what of them is known at a stage. Pure, but for the MathML. */
import { formatNumber } from "../../format.js";
import { factor, m, marked, mi, mn, mo, partial, row, sub } from "../../mathtree.js";

/**
 * @typedef {{input: number, slope: number, upstream: number, delta: number, product: number,
 *   terms: {weight: ArrayLike<number>, delta: ArrayLike<number>} | null, skipped: number | null}} Factors of one example, as the server sends them
 * @typedef {{input: number, slope: number, terms: [number, number][], skipped: number | null, upstream: number, gradient: number}} Product
 *   `terms`: pairs (weight, δ) of the layer above, whose products add up to `upstream`; none at the output
 * @typedef {{input: boolean, slope: boolean, upstream: boolean}} Known
 * @typedef {{output: boolean, bias: boolean}} Place whether the weight leads into the output layer, and whether it is a bias
 */

/**
 * The factors of one example's own loss: the server's are of the mean over all, `examples` of them.
 *
 * @param {Factors} factors @param {number} examples @returns {Product}
 */
export function productOf({ input, slope, upstream, terms, skipped }, examples) {
  const up = upstream * examples;
  return {
    input,
    slope,
    upstream: up,
    gradient: input * slope * up,
    skipped: skipped === null ? null : skipped * examples,
    terms: terms
      ? Array.from(terms.weight, (w, i) => /** @type {[number, number]} */ ([w, terms.delta[i] * examples]))
      : [],
  };
}

const DIGITS = 3;
const MOST_TERMS = 4;
const UNKNOWN = "?";

/** @param {number} value */
const number = (value) => formatNumber(value, DIGITS);

/** @param {Place} place */
const letter = ({ bias }) => mi(bias ? "b" : "w");

/** @param {Place} place */
function symbols(place) {
  return [
    marked("factor-input", partial(mi("z"), letter(place))),
    mo("·"),
    marked("factor-slope", partial(mi("a"), mi("z"))),
    mo("·"),
    marked("factor-upstream", partial(mi("ℓ"), place.output ? mi("ŷ") : mi("a"))),
  ];
}

/** The product, line by line: as derivatives, by name, in numbers, and its value. @param {Product} product @param {Known} known @param {Place} place */
export function productMath(product, known, place) {
  const equals = () => mo("=");
  const left = partial(mi("ℓ"), letter(place));
  const lines = [
    [left, equals(), row(...symbols(place))],
    [row(), equals(), row(...named(place))],
    [row(), equals(), row(...numbers(product, known))],
  ];
  if (known.upstream) lines.push([row(), equals(), marked("factor-result", mn(formatNumber(product.gradient, 5)))]);
  const table = m(
    "mtable",
    { class: "product-table" },
    ...lines.map((cells) => m("mtr", {}, ...cells.map((cell) => m("mtd", {}, cell)))),
  );
  return m("math", { display: "block", "aria-label": spoken(product, known, place) }, table);
}

/** @param {Place} place */
const named = ({ output, bias }) => [
  marked("factor-input", bias ? mn("1") : sub(mi("a"), m("mtext", {}, "from"))),
  mo("·"),
  marked("factor-slope", mi("φ′"), mo("("), mi("z"), mo(")")),
  mo("·"),
  marked("factor-upstream", output ? partial(mi("ℓ"), mi("ŷ")) : row(mo("∑"), mi("w"), mi("δ"))),
];

/** @param {Product} product @param {Known} known @param {import("../../mathtree.js").Part[]} [above] what comes back from above, as it is written */
function numbers(product, known, above = upstream(product)) {
  return [
    marked("factor-input", known.input ? factor(number(product.input)) : mi(UNKNOWN)),
    mo("·"),
    marked("factor-slope", known.slope ? factor(number(product.slope)) : mi(UNKNOWN)),
    mo("·"),
    marked("factor-upstream", ...(known.upstream ? above : [mi(UNKNOWN)])),
  ];
}

/** The sum that comes from above; its first terms where there are many. @param {Product} product */
function upstream({ terms, skipped, upstream: value }) {
  if (terms.length + (skipped === null ? 0 : 1) < 2 && terms.length < 1) return [factor(number(value))];
  const shown = terms.slice(0, MOST_TERMS).map(([w, delta]) => row(factor(number(w)), mo("·"), factor(number(delta))));
  if (skipped !== null) shown.push(row(factor(number(skipped))));
  if (terms.length > MOST_TERMS) shown.push(mi("…"));
  return [mo("("), ...shown.flatMap((part, i) => (i ? [mo("+"), part] : [part])), mo(")")];
}

/** @param {Product} product @param {Known} known @param {Place} place */
function spoken(product, known, { bias }) {
  const part = (/** @type {boolean} */ is, /** @type {number} */ value) => (is ? number(value) : "not known yet");
  const result = known.upstream ? `, which is ${formatNumber(product.gradient, 5)}` : "";
  return `The derivative of the loss by the ${bias ? "bias" : "weight"} is ${part(known.input, product.input)} times ${part(known.slope, product.slope)} times ${part(known.upstream, product.upstream)}${result}`;
}

const MOST_EXAMPLES = 2;

/** The derivative over a batch: the mean of the examples' products. @param {Product[]} products of some examples @param {number} mean over all of them @param {number} examples @param {Known} known @param {Place} place */
export function batchMath(products, mean, examples, known, place) {
  const terms = products
    .slice(0, MOST_EXAMPLES)
    .map((product) => row(...numbers(product, known, [factor(number(product.upstream))])));
  const sum = terms.flatMap((term, i) => (i ? [mo("+"), term] : [term]));
  const share = m("mfrac", {}, mn("1"), mn(String(examples)));
  const left = [partial(mi("L"), letter(place)), mo("=")];
  const lines = [
    row(...left, share, mo("("), ...sum, ...(examples > MOST_EXAMPLES ? [mo("+"), mi("…")] : []), mo(")")),
  ];
  if (known.upstream) lines.push(row(mo("="), marked("factor-result", mn(formatNumber(mean, 5)))));
  const table = m("mtable", { class: "product-table" }, ...lines.map((line) => m("mtr", {}, m("mtd", {}, line))));
  return m(
    "math",
    {
      display: "block",
      "aria-label": known.upstream
        ? `The mean of the products is ${formatNumber(mean, 5)}`
        : "The mean of the products, not known yet",
    },
    table,
  );
}
