// @ts-check
/** Penalties of two weights as shapes and slopes, and lines of equal loss on a grid. Pure. */

/** @typedef {{kind: string, ratio: number}} Penalty `ratio`: the elastic net's share of L1 */
/** @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, z: ArrayLike<number>}} Grid `z` row-major, rows are y */

/**
 * Ω(w) = radial(a)·r for a point at distance r in the direction a, but for the elastic net, which has a square too: Ω
 * along a ray is linear·r + square·r².
 *
 * @param {Penalty} penalty @param {number} cos @param {number} sin
 */
function along({ kind, ratio }, cos, sin) {
  const l1 = Math.abs(cos) + Math.abs(sin);
  if (kind === "l1") return { linear: l1, square: 0 };
  if (kind === "l2") return { linear: 0, square: 1 };
  if (kind === "group") return { linear: Math.SQRT2, square: 0 };
  return { linear: ratio * l1, square: 1 - ratio };
}

/** Ω at a point. @param {Penalty} penalty @param {ArrayLike<number>} w */
export function penaltyAt(penalty, w) {
  const r = Math.hypot(w[0], w[1]);
  if (!r) return 0;
  const { linear, square } = along(penalty, w[0] / r, w[1] / r);
  return linear * r + square * r * r;
}

/**
 * ∂Ω/∂w, with 0 at corners.
 *
 * @param {Penalty} penalty @param {ArrayLike<number>} w @returns {[number, number]}
 */
export function slopeAt({ kind, ratio }, w) {
  const r = Math.hypot(w[0], w[1]);
  /** @param {(value: number) => number} of @returns {[number, number]} */
  const each = (of) => [of(w[0]), of(w[1])];
  if (kind === "l1") return each(Math.sign);
  if (kind === "l2") return each((value) => 2 * value);
  if (kind === "group") return each((value) => (r ? (Math.SQRT2 * value) / r : 0));
  return each((value) => ratio * Math.sign(value) + 2 * (1 - ratio) * value);
}

const CORNERS = 4;
const PER_SIDE = 24;

/**
 * The border of {w: Ω(w) ≤ level}, counter-clockwise from the x axis; corners are among its points.
 *
 * @param {Penalty} penalty @param {number} level
 * @returns {[number, number][]}
 */
export function ball(penalty, level) {
  return Array.from({ length: CORNERS * PER_SIDE }, (_, i) => {
    const angle = (2 * Math.PI * i) / (CORNERS * PER_SIDE);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const { linear, square } = along(penalty, cos, sin);
    const r = square ? (Math.sqrt(linear * linear + 4 * square * level) - linear) / (2 * square) : level / linear;
    return /** @type {[number, number]} */ ([r * cos, r * sin]);
  });
}

/**
 * Pieces of the line z = level, four numbers each (x₀, y₀, x₁, y₁), by marching squares; cells with a hole are left out.
 *
 * @param {Grid} grid @param {number} level
 * @returns {number[]}
 */
export function isoline({ x, y, z }, level) {
  const pieces = /** @type {number[]} */ ([]);
  const columns = x.length;
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const at = j * columns + i;
      const corners = [z[at] - level, z[at + 1] - level, z[at + columns + 1] - level, z[at + columns] - level];
      if (corners.every(Number.isFinite)) crossings(corners, x[i], y[j], x[i + 1], y[j + 1], pieces);
    }
  }
  return pieces;
}

/** @param {number[]} d corner values, counter-clockwise from (x0, y0) @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number[]} into */
function crossings(d, x0, y0, x1, y1, into) {
  const corners = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
  const points = [];
  for (let k = 0; k < 4; k++) {
    const next = (k + 1) % 4;
    if (d[k] >= 0 === d[next] >= 0) continue;
    const share = d[k] / (d[k] - d[next]);
    points.push([0, 1].map((c) => corners[k][c] + share * (corners[next][c] - corners[k][c])));
  }
  for (let k = 0; k + 1 < points.length; k += 2) into.push(...points[k], ...points[k + 1]);
}

/**
 * Levels that are evenly spaced in the root of the height above the lowest point: on a bowl, evenly spaced rings.
 *
 * @param {ArrayLike<number>} z @param {number} count
 */
export function ringLevels(z, count) {
  const [low, high] = rangeOf(z);
  return Array.from({ length: count }, (_, i) => low + (high - low) * ((i + 1) / (count + 1)) ** 2);
}

/** Least and greatest finite value. @param {ArrayLike<number>} values @returns {[number, number]} */
export function rangeOf(values) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high && Number.isFinite(values[i])) high = values[i];
  }
  return [low, high];
}
