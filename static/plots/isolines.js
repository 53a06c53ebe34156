// @ts-check
/** Where a field over a grid takes a value: marching squares. Pure. */

/**
 * Line segments in grid coordinates (column, row); cells with a hole have none.
 *
 * @param {ArrayLike<number>} values row by row @param {number} columns @param {number} rows @param {number} level
 * @returns {[number, number, number, number][]}
 */
export function isoline(values, columns, rows, level) {
  /** @type {[number, number, number, number][]} */
  const segments = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corners = [
        values[r * columns + c],
        values[r * columns + c + 1],
        values[(r + 1) * columns + c + 1],
        values[(r + 1) * columns + c],
      ];
      const crossings = crossingsOf(corners.map((value) => value - level));
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        const [[x0, y0], [x1, y1]] = [crossings[k], crossings[k + 1]];
        segments.push([c + x0, r + y0, c + x1, r + y1]);
      }
    }
  }
  return segments;
}

/** Corners of the unit square, in the order in which a cell's values are given. */
const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** Where the sides of a cell are crossed, in order round it. @param {number[]} heights @returns {[number, number][]} */
function crossingsOf(heights) {
  if (!heights.every(Number.isFinite)) return [];
  return SQUARE.flatMap(([x0, y0], i) => {
    const next = (i + 1) % 4;
    const [a, b] = [heights[i], heights[next]];
    if (a < 0 === b < 0) return [];
    const [x1, y1] = SQUARE[next];
    const t = a / (a - b);
    return [/** @type {[number, number]} */ ([x0 + t * (x1 - x0), y0 + t * (y1 - y0)])];
  });
}

/**
 * How far a class is ahead of the best other one, over the grid: 0 is the border of its region.
 *
 * @param {ArrayLike<number>} values class by class @param {number} classes @param {number} size points of the grid @param {number} which
 */
export function lead(values, classes, size, which) {
  return Float64Array.from({ length: size }, (_, i) => {
    let other = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) if (k !== which) other = Math.max(other, values[k * size + i]);
    return values[which * size + i] - other;
  });
}
