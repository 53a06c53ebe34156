// @ts-check
/** What the server says of a path and of a posterior, as charts. Pure. */

/** @typedef {import("./lines.js").Chart} Chart @typedef {import("./lines.js").Line} Line @typedef {import("../../types.js").Palette} Palette */
/**
 * @typedef {object} Path The reply of `api/paths`, its columns flat.
 * @property {ArrayLike<number>} strengths
 * @property {ArrayLike<number>} coefficients
 * @property {ArrayLike<number>} gradient
 * @property {ArrayLike<number>} penalised
 * @property {ArrayLike<number>} nonzero
 * @property {ArrayLike<number>} residual
 * @property {number} tolerance
 * @property {string[]} features
 * @property {{loss: ArrayLike<number>, accuracy: ArrayLike<number> | null}} train
 * @property {{loss: ArrayLike<number>, accuracy: ArrayLike<number> | null} | null} test
 * @property {{mean: ArrayLike<number>, standard_error: ArrayLike<number>, folds: number} | null} validation
 * @property {{by: string, minimum: number, one_standard_error: number | null} | null} chosen
 * @property {number | null} critical
 */

const PER_COLOUR = 8;
const DASHES = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
/** More names than this would cover one another. */
const NAMED = 12;

/** Column `j` of rows of `width`. @param {ArrayLike<number>} values @param {number} width @param {number} j */
export const columnOf = (values, width, j) =>
  Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + j]);

/** Rows, whether they come as one array or as a list of rows. @param {any} values @returns {ArrayLike<number>} */
export const flat = (values) => (Array.isArray(values) ? values.flat() : values);

/** Names of the largest coefficients at the weak end, the others unnamed. @param {Path} path */
function namedOf({ coefficients, features }) {
  const width = coefficients.length ? widthOf({ coefficients, features }) : 0;
  const last = coefficients.length - width;
  const order = features
    .map((_, j) => j)
    .sort((a, b) => Math.abs(coefficients[last + b]) - Math.abs(coefficients[last + a]));
  return new Set(order.slice(0, NAMED));
}

/** Parameters a row: the inputs, and an intercept. @param {{coefficients: ArrayLike<number>, features: string[]}} path */
const widthOf = ({ features }) => features.length + 1;

/** Coefficients against λ, with a ring where one leaves zero or comes back. @param {Path} path @returns {Chart} */
export function coefficientsChart(path) {
  const named = namedOf(path);
  const rings = /** @type {Chart["rings"]} */ ([]);
  const lines = path.features.map((name, j) => {
    const y = columnOf(path.coefficients, widthOf(path), j);
    for (let i = 1; i < y.length; i++)
      if ((y[i] === 0) !== (y[i - 1] === 0)) rings?.push({ x: path.strengths[y[i] === 0 ? i : i - 1], y: 0 });
    return {
      y,
      colour: (/** @type {Palette} */ palette) => palette.lines[j % PER_COLOUR],
      dash: DASHES[Math.floor(j / PER_COLOUR) % DASHES.length],
      label: named.has(j) ? name : undefined,
    };
  });
  return { x: path.strengths, scale: "log", lines, rings, marks: marksOf(path) };
}

/** Errors against λ. @param {Path} path @returns {Chart} */
export function errorsChart(path) {
  const lines = /** @type {Line[]} */ ([
    { y: path.train.loss, colour: (palette) => palette.lines[1], label: "training" },
  ]);
  if (path.test)
    lines.push({ y: path.test.loss, colour: (palette) => palette.lines[3], label: "held out", dash: [6, 3] });
  if (path.validation) {
    const { mean, standard_error: error } = path.validation;
    const at = (/** @type {number} */ sign) => Float64Array.from(mean, (value, i) => value + sign * error[i]);
    lines.push({ y: mean, colour: (palette) => palette.lines[0], label: "folds", band: { low: at(-1), high: at(1) } });
  }
  return { x: path.strengths, scale: "log", lines, marks: marksOf(path) };
}

/** The same charts with room for the names of each in all of them, so that axes one above the other are aligned. @param {Chart[]} charts */
export function aligned(charts) {
  const beside = charts.flatMap(({ lines }) => lines.flatMap(({ label }) => label ?? []));
  return charts.map((chart) => ({ ...chart, beside }));
}

/** @param {Path} path */
function marksOf({ chosen, strengths }) {
  if (!chosen) return [];
  const marks = [{ x: strengths[chosen.minimum], label: "least" }];
  if (chosen.one_standard_error !== null && chosen.one_standard_error !== chosen.minimum)
    marks.push({ x: strengths[chosen.one_standard_error], label: "1 s.e." });
  return marks;
}

/** A slice of the posterior through its mode. @param {any} cut @returns {Chart} */
export function sliceChart(cut) {
  return {
    x: cut.x,
    scale: "linear",
    fromZero: true,
    lines: [
      { y: cut.prior, colour: (palette) => palette.lines[0], label: "prior", dash: [6, 3] },
      { y: cut.likelihood, colour: (palette) => palette.lines[1], label: "likelihood" },
      { y: cut.posterior, colour: (palette) => palette.lines[2], label: "posterior", width: 2.5 },
    ],
    marks: [
      { x: cut.mode, label: "mode" },
      { x: cut.mean, label: "" },
    ],
  };
}

/** Exact zeros among what is penalised, at an index. @param {Path} path @param {number} index */
export function zerosAt(path, index) {
  const of = Array.from(path.penalised).reduce((sum, one) => sum + one, 0);
  return { zeros: of - path.nonzero[index], of };
}

/** The index of the strength nearest to one, on a log scale. @param {ArrayLike<number>} strengths @param {number} strength */
export function nearest(strengths, strength) {
  let best = 0;
  for (let i = 1; i < strengths.length; i++)
    if (Math.abs(Math.log(strengths[i] / strength)) < Math.abs(Math.log(strengths[best] / strength))) best = i;
  return best;
}
