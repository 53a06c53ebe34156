// @ts-check
/** Where the units of a network stand in a picture, and which weight is under a point. Pure. */

/**
 * @typedef {{x: number, y: number, index: number}} Place of a unit's centre
 * @typedef {{x: number, units: number, places: Place[], more: number, moreY: number}} ColumnPlace
 *   `more`: units without a place of their own, told of at `moreY`
 * @typedef {{width: number, height: number, tile: number, top: number, columns: ColumnPlace[]}} Layout
 * @typedef {{layer: number, to: Place, from: Place, back: number}} Edge
 *   `layer` counts the weights' layers from 0; `back` columns lie between its ends (1, or more for direct connections)
 */

const SIDE = 46;
const TOP = 78;
const BOTTOM = 18;
const LEAST_PITCH = 134;
const LEAST_ROW = 26;
const MOST_ROW = 50;
const LARGEST_TILE = 38;
const APART = 7;

/**
 * Columns from the inputs to the outputs. Where a layer has more units than there is room for, the last place says how
 * many more there are. The picture is wider than asked for where the columns would not be told apart.
 *
 * @param {number[]} widths units of each column
 * @param {{width: number, height: number}} size
 * @returns {Layout}
 */
export function layoutOf(widths, { width, height }) {
  const pitch = Math.max(LEAST_PITCH, (width - 2 * SIDE) / Math.max(1, widths.length - 1));
  const room = height - TOP - BOTTOM;
  const fit = Math.max(2, Math.floor(room / LEAST_ROW));
  const rows = Math.min(fit, Math.max(...widths));
  const row = Math.min(MOST_ROW, room / rows);
  const middle = TOP + room / 2;
  return {
    width: Math.max(width, 2 * SIDE + pitch * (widths.length - 1)),
    height,
    top: TOP,
    tile: Math.min(LARGEST_TILE, row - APART),
    columns: widths.map((units, i) => columnOf(units, SIDE + i * pitch, middle, row, fit)),
  };
}

/** @param {number} units @param {number} x @param {number} middle @param {number} row @param {number} fit @returns {ColumnPlace} */
function columnOf(units, x, middle, row, fit) {
  const all = units <= fit;
  const shown = all ? units : fit - 1;
  const taken = all ? units : fit;
  const first = middle - ((taken - 1) * row) / 2;
  const places = Array.from({ length: shown }, (_, index) => ({ x, y: first + index * row, index }));
  return { x, units, places, more: units - shown, moreY: first + shown * row };
}

/**
 * The edges between places, layer by layer; those of direct connections from the inputs to the outputs come last.
 *
 * @param {Layout} layout @param {boolean} direct
 * @returns {Edge[]}
 */
export function edgesOf({ columns }, direct) {
  const last = columns.length - 1;
  const pairs = Array.from({ length: last }, (_, layer) => ({ layer, from: layer, to: layer + 1 }));
  if (direct) pairs.push({ layer: last, from: 0, to: last });
  return pairs.flatMap(({ layer, from, to }) =>
    columns[to].places.flatMap((end) =>
      columns[from].places.map((begin) => ({ layer, to: end, from: begin, back: to - from })),
    ),
  );
}

/** The control points of an edge's curve: level where it leaves and where it arrives. @param {Edge} edge @param {number} tile @returns {number[]} x, y of four points */
export function curveOf({ to, from, back }, tile) {
  const [x0, x1] = [from.x + tile / 2, to.x - tile / 2];
  const bend = (x1 - x0) * 0.5;
  const sag = back > 1 ? 46 : 0;
  return [x0, from.y, x0 + bend, from.y - sag, x1 - bend, to.y - sag, x1, to.y];
}

/** @param {number[]} curve @param {number} t 0 … 1 @returns {[number, number]} */
export function pointOn([x0, y0, x1, y1, x2, y2, x3, y3], t) {
  const u = 1 - t;
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
}

const SAMPLES = 24;

/**
 * The edge nearest to a point; null where none is within reach.
 *
 * @param {Edge[]} edges @param {number} tile @param {number} x @param {number} y @param {number} [reach] pixels
 * @returns {Edge | null}
 */
export function edgeAt(edges, tile, x, y, reach = 7) {
  let [best, nearest] = [/** @type {Edge | null} */ (null), reach];
  for (const edge of edges) {
    const distance = distanceTo(curveOf(edge, tile), x, y);
    if (distance < nearest) [best, nearest] = [edge, distance];
  }
  return best;
}

/** @param {number[]} curve @param {number} x @param {number} y */
function distanceTo(curve, x, y) {
  if (x < curve[0] || x > curve[6]) return Number.POSITIVE_INFINITY;
  const points = Array.from({ length: SAMPLES + 1 }, (_, i) => pointOn(curve, i / SAMPLES));
  return Math.min(...points.slice(1).map((end, i) => toSegment(points[i], end, x, y)));
}

/** @param {[number, number]} a @param {[number, number]} b @param {number} x @param {number} y */
function toSegment([ax, ay], [bx, by], x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
