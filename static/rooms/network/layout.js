// @ts-check
/** Where the units of a network stand in a picture, and which weight is under a point. Pure. */

/**
 * @typedef {{x: number, y: number, index: number, tile: number, breadth: number}} Place of a unit's centre, its height and breadth
 * @typedef {{x: number, units: number, places: Place[], first: number, more: number}} ColumnPlace
 *   `first`: the unit at the top; `more`: units without a place of their own, above and below
 * @typedef {{width: number, height: number, top: number, columns: ColumnPlace[]}} Layout
 * @typedef {{layer: number, to: Place, from: Place, back: number}} Edge
 *   `layer` counts the weights' layers from 0; `back` columns lie between its ends (1, or more for direct connections)
 * @typedef {object} Measures pixels
 * @property {number} width
 * @property {number} height
 * @property {number} top what stands above the columns takes
 * @property {number} pitch the least distance of two columns
 * @property {number} least the least distance of two units
 * @property {number} [breadth] the least breadth of a unit; they are square if nothing is said
 */

const SIDE = 0.4;
const BOTTOM = 14;
const PAGER = 30;
const MOST_ROW = 50;
const LARGEST_TILE = 38;
const APART = 7;
const CLOSE = 0.2;

/**
 * Columns from the inputs to the outputs. Units shrink so that all have room; where a layer has more of them than there
 * is room for, a page of them is shown, from unit `first` of the column on. The picture is wider than asked for where
 * the columns would not be told apart.
 *
 * @param {number[]} widths units of each column
 * @param {Measures} measures
 * @param {number[]} [first] the unit at the top, column by column
 * @returns {Layout}
 */
export function layoutOf(widths, { width, height, top, pitch: least, least: row, breadth = 0 }, first = []) {
  const side = SIDE * least;
  const pitch = Math.max(least, (width - 2 * side) / Math.max(1, widths.length - 1));
  const whole = height - top - BOTTOM;
  const folded = widths.some((units) => units * row > whole);
  const room = whole - (folded ? PAGER : 0);
  const fit = Math.max(1, Math.floor(room / row));
  return {
    width: Math.max(width, 2 * side + pitch * (widths.length - 1)),
    height,
    top,
    columns: widths.map((units, i) =>
      columnOf(units, side + i * pitch, Math.min(first[i] ?? 0, Math.max(0, units - fit)), { top, room, fit, breadth }),
    ),
  };
}

/** @param {number} units @param {number} x @param {number} first @param {{top: number, room: number, fit: number, breadth: number}} space @returns {ColumnPlace} */
function columnOf(units, x, first, { top, room, fit, breadth }) {
  const shown = Math.min(units, fit);
  const row = Math.min(MOST_ROW, room / shown);
  const tile = Math.min(LARGEST_TILE, row - Math.min(APART, CLOSE * row));
  const start = top + room / 2 - ((shown - 1) * row) / 2;
  const size = { tile, breadth: Math.max(tile, breadth) };
  const places = Array.from({ length: shown }, (_, i) => ({ x, y: start + i * row, index: first + i, ...size }));
  return { x, units, places, first, more: units - shown };
}

/** The first unit of the page that is so many pages on. @param {ColumnPlace} column @param {number} pages */
export const turned = ({ first, places, more }, pages) => Math.max(0, Math.min(more, first + pages * places.length));

/** The first unit of a page that has a unit on it; the page stays where it is, if it has. @param {ColumnPlace} column @param {number} unit */
export function pageWith({ first, places, more }, unit) {
  if (unit >= first && unit < first + places.length) return first;
  return Math.max(0, Math.min(more, unit - Math.floor(places.length / 2)));
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

/** The control points of an edge's curve: level where it leaves and where it arrives. @param {Edge} edge @returns {number[]} x, y of four points */
export function curveOf({ to, from, back }) {
  const [x0, x1] = [from.x + from.breadth / 2, to.x - to.breadth / 2];
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
 * @param {Edge[]} edges @param {number} x @param {number} y @param {number} [reach] pixels
 * @returns {Edge | null}
 */
export function edgeAt(edges, x, y, reach = 7) {
  let [best, nearest] = [/** @type {Edge | null} */ (null), reach];
  for (const edge of edges) {
    const distance = distanceTo(curveOf(edge), x, y);
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
