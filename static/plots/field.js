/** A loss over a grid, and the monotone maps that turn it into heights and bands of colour. */

import { linearTicks, powerTicks } from "./ticks.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Scale} Scale */
/** @typedef {import("../types.js").HeightScale} HeightScale */
/** @typedef {import("../types.js").Heights} Heights */

/**
 * A landscape reply (or event) as a field. Holes are null in plain JSON and NaN in typed arrays: both become NaN.
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>, loss: ArrayLike<any>}} landscape
 * @returns {Field}
 */
export function fieldOf({ x, y, loss }) {
  const rows = Array.from(loss);
  const flat = Float64Array.from(Array.isArray(rows[0]) ? rows.flat() : rows, (value) => value ?? Number.NaN);
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let holes = 0;
  for (let i = 0; i < flat.length; i++) {
    if (!Number.isFinite(flat[i])) {
      flat[i] = Number.NaN;
      holes++;
      continue;
    }
    minimum = Math.min(minimum, flat[i]);
    maximum = Math.max(maximum, flat[i]);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y), loss: flat, minimum, maximum, holes };
}

/** @type {HeightScale} */
const IDENTITY = {
  of: (loss) => loss,
  invert: (value) => value,
  title: "loss",
  ticks: (low, high, most) => linearTicks(low, high, most).map(({ value, label }) => ({ at: value, label })),
};

/** @param {Field} field */
const sorted = (field) => field.loss.filter((value) => !Number.isNaN(value)).sort();

/** @param {Float64Array} ascending @param {number} share */
const quantile = (ascending, share) => ascending[Math.floor(share * (ascending.length - 1))];

/**
 * The ε of the log scale: what one cell in a hundred lies under, measured from the minimum. So a ravine keeps two
 * decades below the hundredth part of its window, while the lone lowest cell cannot stretch the picture without end.
 * @param {Field} field
 */
export function softening({ minimum, maximum, ...rest }) {
  const range = maximum - minimum || 1;
  const low = quantile(sorted({ minimum, maximum, ...rest }), 0.01) - minimum;
  return Math.min(1e-1 * range, Math.max(1e-6 * range, low));
}

/**
 * z = sign(u)·log₁₀(1 + |u|/ε), u = f − min: for u ≥ 0 it is log₁₀(f − min + ε) up to the constant log₁₀ ε. Odd in u, so
 * a path that finds a loss lower than every cell of the grid still has a finite height, mirrored about the minimum; and
 * adding a constant to the loss changes nothing.
 * @param {Field} field
 * @returns {HeightScale}
 */
function logScale(field) {
  const { minimum } = field;
  const epsilon = softening(field);
  const raised = (/** @type {number} */ u) => Math.sign(u) * Math.log10(1 + Math.abs(u) / epsilon);
  const lowered = (/** @type {number} */ value) => Math.sign(value) * epsilon * (10 ** Math.abs(value) - 1);
  return {
    of: (loss) => raised(loss - minimum),
    invert: (value) => minimum + lowered(value),
    title: "loss − min (log)",
    ticks: (_, high, most) =>
      powerTicks(epsilon, lowered(high), most).map(({ value, label }) => ({ at: raised(value), label })),
  };
}

/**
 * @param {Field} field
 * @param {import("../types.js").HeightMode} mode
 * @returns {HeightScale}
 */
export const heightScale = (field, mode) => (mode === "log" ? logScale(field) : IDENTITY);

/** @param {Scale} scale @param {number} low @param {number} high @returns {Scale} onto 0 … 1 */
function normalised(scale, low, high) {
  const span = high - low || 1;
  return {
    ...scale,
    of: (loss) => (scale.of(loss) - low) / span,
    invert: (share) => scale.invert(low + share * span),
  };
}

/** @param {Float64Array} ascending @param {number} value @returns {number} how many are smaller */
function rank(ascending, value) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const KNOTS = 256;

/** Piecewise linear through equally spaced quantiles: every band covers the same area. @param {Field} field @returns {Scale} */
function quantileScale(field) {
  const ascending = sorted(field);
  const knots = Float64Array.from({ length: KNOTS + 1 }, (_, i) => quantile(ascending, i / KNOTS));
  /** @param {number} loss */
  function of(loss) {
    if (Number.isNaN(loss)) return loss;
    const above = Math.min(KNOTS, Math.max(1, rank(knots, loss)));
    const [a, b] = [knots[above - 1], knots[above]];
    return Math.min(1, Math.max(0, (above - 1 + (b > a ? (loss - a) / (b - a) : 0)) / KNOTS));
  }
  /** @param {number} share */
  function invert(share) {
    const place = Math.min(1, Math.max(0, share)) * KNOTS;
    const below = Math.min(KNOTS - 1, Math.floor(place));
    return knots[below] + (knots[below + 1] - knots[below]) * (place - below);
  }
  return { of, invert, title: "share of the window that lies lower" };
}

/**
 * The map from loss to colour, onto 0 … 1: its equal steps are the contour levels. `quantile` gives every band the same
 * area, `log` makes ravines visible, `linear` is the loss itself.
 * @param {Field} field
 * @param {import("../types.js").BandMode} mode
 * @returns {Scale}
 */
export function bandScale(field, mode) {
  if (mode === "quantile") return quantileScale(field);
  const scale = heightScale(field, mode);
  return normalised(scale, scale.of(field.minimum), scale.of(field.maximum));
}

/**
 * The surface as it is drawn, for projection, occlusion and picking.
 * @param {Field} field
 * @param {Scale} scale
 * @returns {Heights}
 */
export function heightsOf(field, scale) {
  const { x, y, loss } = field;
  const [low, high] = [scale.of(field.minimum), scale.of(field.maximum)];
  return {
    columns: x.length,
    rows: y.length,
    x0: x[0],
    x1: x[x.length - 1],
    y0: y[0],
    y1: y[y.length - 1],
    low,
    high: high > low ? high : low + 1,
    z: loss.map(scale.of),
  };
}

/**
 * The rows of a map of the field, as Plotly takes them.
 * @param {Field} field
 * @param {Scale} scale
 */
export function rowsOf({ x, y, loss }, scale) {
  const values = loss.map(scale.of);
  return Array.from(y, (_, row) => values.subarray(row * x.length, (row + 1) * x.length));
}
