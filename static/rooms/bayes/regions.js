// @ts-check
/** Regions of highest density: the levels that hold a share of the mass, and their outlines over a grid. Pure. */

/** @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, density: ArrayLike<number>}} Grid row-major, rows = y, equal spacing */
/** @typedef {[number, number, number, number]} Segment x0, y0, x1, y1 in data coordinates */

/**
 * The level above which the density holds a share of the mass of the grid.
 *
 * @param {ArrayLike<number>} density
 * @param {number[]} shares ascending, each below 1
 * @returns {number[]} descending levels
 */
export function massLevels(density, shares) {
  const falling = Float64Array.from(density).sort().reverse();
  const total = falling.reduce((sum, value) => sum + value, 0);
  const levels = [];
  let held = 0;
  let i = 0;
  for (const share of shares) {
    while (i < falling.length - 1 && held + falling[i] < share * total) held += falling[i++];
    levels.push(falling[i]);
  }
  return levels;
}

// Each case of marching squares joins sides: 0 below, 1 right, 2 above, 3 left; bits are the corners from below left on.
const JOINS = [
  [],
  [3, 0],
  [0, 1],
  [3, 1],
  [1, 2],
  [3, 0, 1, 2],
  [0, 2],
  [3, 2],
  [2, 3],
  [2, 0],
  [0, 1, 2, 3],
  [2, 1],
  [1, 3],
  [1, 0],
  [0, 3],
  [],
];

/**
 * Where the density crosses a level, by linear interpolation along the sides of the cells.
 *
 * @param {Grid} grid
 * @param {number} level
 * @returns {Segment[]}
 */
export function outline({ x, y, density }, level) {
  /** @type {Segment[]} */
  const segments = [];
  for (let row = 0; row < y.length - 1; row++)
    for (let column = 0; column < x.length - 1; column++) cell({ x, y, density }, level, row, column, segments);
  return segments;
}

/** @param {Grid} grid @param {number} level @param {number} row @param {number} column @param {Segment[]} into */
function cell({ x, y, density }, level, row, column, into) {
  const at = row * x.length + column;
  const corners = [density[at], density[at + 1], density[at + x.length + 1], density[at + x.length]];
  const sides = JOINS[corners.reduce((bits, value, i) => bits | (value > level ? 1 << i : 0), 0)];
  if (!sides.length) return;
  const share = (/** @type {number} */ a, /** @type {number} */ b) => (level - corners[a]) / (corners[b] - corners[a]);
  const across = (/** @type {number} */ s) => x[column] + s * (x[column + 1] - x[column]);
  const up = (/** @type {number} */ s) => y[row] + s * (y[row + 1] - y[row]);
  const point = [
    () => [across(share(0, 1)), y[row]],
    () => [x[column + 1], up(share(1, 2))],
    () => [across(share(3, 2)), y[row + 1]],
    () => [x[column], up(share(0, 3))],
  ];
  for (let k = 0; k < sides.length; k += 2) {
    const [a, b] = [point[sides[k]](), point[sides[k + 1]]()];
    into.push([a[0], a[1], b[0], b[1]]);
  }
}

/**
 * The smallest window that shows all but a thousandth of the mass, with a margin: grids reach much further than eyes need.
 *
 * @param {Grid} grid
 * @returns {[number, number, number, number]} x0, x1, y0, y1
 */
export function windowOfMass({ x, y, density }) {
  const [level] = massLevels(density, [0.999]);
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < density.length; i++) {
    if (density[i] < level) continue;
    const [px, py] = [x[i % x.length], y[Math.floor(i / x.length)]];
    [x0, x1, y0, y1] = [Math.min(x0, px), Math.max(x1, px), Math.min(y0, py), Math.max(y1, py)];
  }
  const [mx, my] = [0.12 * (x1 - x0 || 1), 0.12 * (y1 - y0 || 1)];
  const [left, right] = [Math.max(x0 - mx, x[0]), Math.min(x1 + mx, x[x.length - 1])];
  if (y.length === 1) return [left, right, -1, 1];
  return [left, right, Math.max(y0 - my, y[0]), Math.min(y1 + my, y[y.length - 1])];
}
