// @ts-check
/** ∂ℓ/∂w as a product: the factors with their numbers, and what of them is known at a stage. Pure, but for the MathML. */
import { h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { factor, inBrackets, m, marked, mi, mn, mo, partial, row, sub } from "../../mathtree.js";

/**
 * @typedef {{input: number, slope: number, upstream: number, delta: number, product: number,
 *   terms: {weight: ArrayLike<number>, delta: ArrayLike<number>} | null, skipped: number | null}} Factors of one example, as the server sends them
 * @typedef {{input: number, slope: number, terms: [number, number][], skipped: number | null, upstream: number, gradient: number}} Product
 *   `terms`: pairs (weight, δ) of the layer above, whose products add up to `upstream`; none at the output
 * @typedef {{input: boolean, slope: boolean, upstream: boolean}} Known
 * @typedef {{output: boolean, bias: boolean, skip?: boolean}} Place whether the weight leads into the output layer, whether it is a
 *   bias, and whether its unit is also skipped over
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
const MOST_TERMS = 12;
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
const named = ({ output, bias, skip }) => [
  marked("factor-input", bias ? mn("1") : sub(mi("a"), m("mtext", {}, "from"))),
  mo("·"),
  marked("factor-slope", mi("f′"), mo("("), mi("z"), mo(")")),
  mo("·"),
  marked(
    "factor-upstream",
    output ? partial(mi("ℓ"), mi("ŷ")) : skip ? inBrackets(...above(true)) : row(...above(false)),
  ),
];

/** @param {boolean} skip */
const above = (skip) => [mo("∑"), mi("w"), mi("δ"), ...(skip ? [mo("+"), m("mtext", {}, "skip")] : [])];

/** @param {Product} product @param {Known} known */
function numbers(product, known) {
  return [
    marked("factor-input", known.input ? factor(number(product.input)) : mi(UNKNOWN)),
    mo("·"),
    marked("factor-slope", known.slope ? factor(number(product.slope)) : mi(UNKNOWN)),
    mo("·"),
    marked("factor-upstream", known.upstream ? factor(number(product.upstream)) : mi(UNKNOWN)),
  ];
}

/**
 * What ∑wδ adds up, term by term: formulas in a row that breaks where it has to. Nothing where the factor is no sum, or
 * is not known yet.
 *
 * @param {Product} product @param {Known} known
 */
export function sumOf({ terms, skipped, upstream }, known) {
  if (!known.upstream || !terms.length) return null;
  const parts = addends(terms, skipped).map(({ numbers: [first, ...rest], words }, i) => {
    const times = rest.flatMap((value) => [mo("·"), factor(number(value))]);
    const plus = i ? [mo("+")] : [];
    return h("span", { class: "term" }, formula(...plus, factor(number(first)), ...times), words && ` ${words}`);
  });
  return breaking(
    `The sum has ${parts.length} parts and is ${number(upstream)}`,
    formula(marked("factor-upstream", ...above(skipped !== null)), mo("=")),
    ...parts,
    formula(mo("="), marked("factor-upstream", mn(number(upstream)))),
  );
}

/**
 * The parts of the sum from above: weight times δ, unit by unit; where there are many the others together; and what a
 * skip connection hands back as it is.
 *
 * @param {[number, number][]} terms @param {number | null} skipped
 * @returns {{numbers: number[], words: string}[]}
 */
export function addends(terms, skipped) {
  const shown = terms.length > MOST_TERMS ? terms.slice(0, MOST_TERMS - 1) : terms;
  const rest = terms.slice(shown.length);
  const others = rest.reduce((sum, [w, delta]) => sum + w * delta, 0);
  return [
    ...shown.map((pair) => ({ numbers: [...pair], words: "" })),
    ...(rest.length ? [{ numbers: [others], words: `(${formatWhole(rest.length)} others)` }] : []),
    ...(skipped === null ? [] : [{ numbers: [skipped], words: "(skip)" }]),
  ];
}

/** @param {...import("../../mathtree.js").Part} parts */
const formula = (...parts) => m("math", {}, ...parts);

/** Formulas that break into lines between them, read out as one sentence. @param {string} words @param {...Element} parts */
const breaking = (words, ...parts) =>
  h(
    "p",
    { class: "sum" },
    h("span", { class: "hidden-visually" }, words),
    h("span", { class: "terms", "aria-hidden": "true" }, parts),
  );

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
    .map((product, i) => formula(...(i ? [mo("+")] : []), row(...numbers(product, known))));
  const more = examples > MOST_EXAMPLES ? [formula(mo("+"), mi("…"))] : [];
  const share = m("mfrac", {}, mn("1"), mn(String(examples)));
  const result = known.upstream ? [formula(mo("="), marked("factor-result", mn(formatNumber(mean, 5))))] : [];
  return breaking(
    known.upstream ? `The mean of the products is ${formatNumber(mean, 5)}` : "The mean of the products, not known yet",
    formula(partial(mi("L"), letter(place)), mo("="), share, mo("(")),
    ...terms,
    ...more,
    formula(mo(")")),
    ...result,
  );
}
