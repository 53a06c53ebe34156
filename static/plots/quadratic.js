/** A quadratic over a plane as lines to be drawn: isolines from above, a wire mesh in space. Pure. */

/** @typedef {import("./sketch.js").Point} Point */
/** @typedef {[number, number, number, number]} Window x0, x1, y0, y1 */
/** @typedef {{point: ArrayLike<number>, loss: number, gradient: ArrayLike<number>, matrix: ArrayLike<number>}} Quadratic `matrix` is 2 × 2, row by row */

const GRID = 96;
const WIRES = 15;
const SAMPLES = 56;

/**
 * q(x, y) = f + gᵀc + ½ cᵀMc, with c the displacement from the point that it touches the loss at.
 * @param {Quadratic} quadratic
 * @param {number} x
 * @param {number} y
 */
export function valueAt({ point, loss, gradient: g, matrix: m }, x, y) {
  const [a, b] = [x - point[0], y - point[1]];
  return loss + g[0] * a + g[1] * b + 0.5 * (m[0] * a * a + (m[1] + m[2]) * a * b + m[3] * b * b);
}

/** @param {number} low @param {number} high @param {number} count */
const spaced = (low, high, count) => Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));

/**
 * The isoline of one level as segments of a march over squares.
 * @param {(x: number, y: number) => number} of
 * @param {number} level
 * @param {Window} window
 * @returns {Point[][]}
 */
export function isoline(of, level, [x0, x1, y0, y1], size = GRID) {
  const [xs, ys] = [spaced(x0, x1, size), spaced(y0, y1, size)];
  const above = ys.map((y) => xs.map((x) => of(x, y) - level));
  /** @type {Point[][]} */
  const segments = [];
  for (let row = 0; row + 1 < size; row++) {
    for (let column = 0; column + 1 < size; column++) {
      const corners = /** @type {[number, number][]} */ ([
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ]);
      const crossings = corners.flatMap((corner, k) => crossing(corner, corners[(k + 1) % 4], xs, ys, above, level));
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([crossings[k], crossings[k + 1]]);
    }
  }
  return segments;
}

/** @param {[number, number]} a @param {[number, number]} b @param {number[]} xs @param {number[]} ys @param {number[][]} above @param {number} level @returns {Point[]} */
function crossing([ac, ar], [bc, br], xs, ys, above, level) {
  const [low, high] = [above[ar][ac], above[br][bc]];
  if (low >= 0 === high >= 0) return [];
  const share = low / (low - high);
  return [[xs[ac] + share * (xs[bc] - xs[ac]), ys[ar] + share * (ys[br] - ys[ar]), level]];
}

/**
 * Lines of constant x and of constant y on the quadratic.
 * @param {Quadratic} quadratic
 * @param {Window} window
 * @returns {Point[][]}
 */
export function mesh(quadratic, [x0, x1, y0, y1]) {
  /** @param {number} x @param {number} y @returns {Point} */
  const on = (x, y) => [x, y, valueAt(quadratic, x, y)];
  const along = spaced(x0, x1, WIRES).map((x) => spaced(y0, y1, SAMPLES).map((y) => on(x, y)));
  const across = spaced(y0, y1, WIRES).map((y) => spaced(x0, x1, SAMPLES).map((x) => on(x, y)));
  return [...along, ...across];
}

/** Eigenvalues of a symmetric 2 × 2 matrix with unit eigenvectors, the larger first. @param {ArrayLike<number>} m row by row */
export function eigen2(m) {
  const [mean, half, off] = [(m[0] + m[3]) / 2, (m[0] - m[3]) / 2, (m[1] + m[2]) / 2];
  const radius = Math.hypot(half, off);
  const angle = Math.atan2(off, half) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    { value: mean + radius, vector: [cos, sin] },
    { value: mean - radius, vector: [-sin, cos] },
  ];
}

/** Relative to the larger one, an eigenvalue below this is no divisor. */
const SINGULAR = 1e-9;

/**
 * Newton's step −M⁻¹g and the saddle-free step −|M|⁻¹g within the plane, as points of it; null where M is singular.
 * Between eigenvectors of the whole Hessian they are the whole steps' parts in the plane.
 * @param {Quadratic} quadratic
 * @returns {{newton: [number, number], saddle_free: [number, number]} | null}
 */
export function stepsWithin({ point, gradient: g, matrix }) {
  const pairs = eigen2(matrix);
  const largest = Math.max(...pairs.map(({ value }) => Math.abs(value)));
  if (pairs.some(({ value }) => !(Math.abs(value) > SINGULAR * largest))) return null;
  /** @param {(value: number) => number} divisor @returns {[number, number]} */
  const to = (divisor) => {
    const lengths = pairs.map(({ value, vector: [x, y] }) => -(g[0] * x + g[1] * y) / divisor(value));
    const along = (/** @type {0 | 1} */ k) =>
      point[k] + pairs.reduce((sum, { vector }, i) => sum + lengths[i] * vector[k], 0);
    return [along(0), along(1)];
  };
  return { newton: to((value) => value), saddle_free: to(Math.abs) };
}
