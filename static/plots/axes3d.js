/** The frame of the 3-D plot: the edges that face the viewer, with numbers; drawn again when the camera moves. */

import { beside, leftEnd } from "./labels.js";
import { project } from "./projection.js";
import { linearTicks } from "./ticks.js";

/** @typedef {import("../types.js").Camera} Camera */
/** @typedef {import("../types.js").Heights} Heights */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("../types.js").HeightScale} HeightScale */
/** @typedef {import("../types.js").AxisTick} AxisTick */
/** @typedef {[number, number, number]} Point */
/** @typedef {{from: Point, to: Point, title: string, ticks: AxisTick[]}} Edge */

const TICK = 5;
const LABEL = 9;
const TITLE = 30;
/** Share of an edge, from its middle, that may carry numbers. */
const INNER = 0.46;

/** The bottom corner next to the eye. @param {Camera} camera @param {Heights} h @returns {[number, number]} */
function nearestCorner(camera, { x0, x1, y0, y1, low }) {
  const corners = [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ];
  const depth = (/** @type {number[]} */ [x, y]) => project(camera, x, y, low)[2];
  return /** @type {[number, number]} */ (
    corners.reduce((best, corner) => (depth(corner) < depth(best) ? corner : best))
  );
}

/** The corner beside the nearest that is further left on the screen: its upright edge is on the outline. @param {Camera} camera @param {Heights} h @param {[number, number]} near @returns {[number, number]} */
function leftCorner(camera, { x0, x1, y0, y1, low }, [x, y]) {
  const beside = [
    [x === x0 ? x1 : x0, y],
    [x, y === y0 ? y1 : y0],
  ];
  const across = (/** @type {number[]} */ [cx, cy]) => project(camera, cx, cy, low)[0];
  return /** @type {[number, number]} */ (across(beside[0]) < across(beside[1]) ? beside[0] : beside[1]);
}

/** Without the ends: there the numbers of two edges would meet. @param {AxisTick[]} ticks @param {number} low @param {number} high */
const inner = (ticks, low, high) => ticks.filter(({ at }) => Math.abs((at - (low + high) / 2) / (high - low)) < INNER);

/** @param {number} low @param {number} high @returns {AxisTick[]} */
const plainTicks = (low, high) =>
  inner(
    linearTicks(low, high, 5).map(({ value, label }) => ({ at: value, label })),
    low,
    high,
  );

/**
 * @param {Camera} camera
 * @param {Heights} heights
 * @param {{labels: readonly string[], zLabel: string, height: HeightScale}} names
 * @returns {Edge[]}
 */
function edgesOf(camera, heights, { labels, zLabel, height }) {
  const { x0, x1, y0, y1, low, high } = heights;
  const [nearX, nearY] = nearestCorner(camera, heights);
  const [leftX, leftY] = leftCorner(camera, heights, [nearX, nearY]);
  return [
    { from: [x0, nearY, low], to: [x1, nearY, low], title: labels[0], ticks: plainTicks(x0, x1) },
    { from: [nearX, y0, low], to: [nearX, y1, low], title: labels[1], ticks: plainTicks(y0, y1) },
    {
      from: [leftX, leftY, low],
      to: [leftX, leftY, high],
      title: zLabel,
      ticks: inner(height.ticks(low, high, 6), low, high),
    },
  ];
}

/** The unit vector on the screen that points away from the box, at right angles to an edge. @param {number[]} a @param {number[]} b @param {number[]} centre */
function outward(a, b, centre) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const side = (centre[0] - a[0]) * -dy + (centre[1] - a[1]) * dx > 0 ? -1 : 1;
  return [(-dy / length) * side, (dx / length) * side];
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number[]} at @param {number[]} away @param {number} distance @param {Camera} camera */
function writeAway(context, text, at, [nx, ny], distance, camera) {
  const left = leftEnd(at[0] + nx * distance, nx, context.measureText(text).width, camera.width);
  context.textBaseline = Math.abs(ny) < 0.35 ? "middle" : ny > 0 ? "top" : "bottom";
  context.fillText(text, left, at[1] + ny * distance);
}

/** @param {CanvasRenderingContext2D} context @param {Camera} camera @param {Edge} edge @param {number[]} centre @param {number} axis */
function drawEdge(context, camera, { from, to, title, ticks }, centre, axis) {
  const [a, b] = [project(camera, ...from), project(camera, ...to)];
  const away = outward(a, b, centre);
  context.beginPath();
  context.moveTo(a[0], a[1]);
  context.lineTo(b[0], b[1]);
  for (const { at, label } of ticks) {
    const point = /** @type {Point} */ ([...from]);
    point[axis] = at;
    const [px, py] = project(camera, ...point);
    context.moveTo(px, py);
    context.lineTo(px + away[0] * TICK, py + away[1] * TICK);
    writeAway(context, label, [px, py], away, LABEL, camera);
  }
  context.stroke();
  if (axis === 2) return writeAway(context, title, b, [0, -1], LABEL, camera);
  const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const { width } = context.measureText(title);
  // A centred text beside a sloping edge comes nearer to it at one end, the longer it is.
  const distance = Math.abs(away[0]) < 0.35 ? TITLE + (Math.abs(away[0]) * width) / 3 : TITLE;
  if (hasRoom(middle[0] + away[0] * distance, away[0], width, camera.width))
    return writeAway(context, title, middle, away, distance, camera);
  // Pushed inwards it would lie across the numbers of its edge: below the edge's lower end there are none.
  writeAway(context, title, a[1] > b[1] ? a : b, [Math.sign(away[0]), 1], LABEL, camera);
}

/** @param {number} x @param {number} nx @param {number} width @param {number} room */
const hasRoom = (x, nx, width, room) => leftEnd(x, nx, width, room) === beside(x, nx, width);

/**
 * @param {CanvasRenderingContext2D} context a layer of its own
 * @param {Camera} camera
 * @param {Heights} heights
 * @param {{labels: readonly string[], zLabel: string, height: HeightScale}} names
 * @param {Palette} palette
 */
export function drawFrame(context, camera, heights, names, palette) {
  const { x0, x1, y0, y1, low, high } = heights;
  const centre = project(camera, (x0 + x1) / 2, (y0 + y1) / 2, (low + high) / 2);
  context.clearRect(0, 0, camera.width, camera.height);
  context.font = `12px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  edgesOf(camera, heights, names).forEach((edge, axis) => drawEdge(context, camera, edge, centre, axis));
}
