// @ts-check
/** Beside the cloud: what has piled up on each axis as bars, where the chains stand now as a faint line, the truth as a full one. */
import { BINS } from "./draws.js";

/**
 * @typedef {{frame: import("./frame.js").Frame, strip: number, gap: number, scene: import("./cloud.js").Scene, step: number,
 *   palette: import("../../types.js").Palette}} Strips
 * @typedef {(value: number, density: number) => [number, number]} Place
 */

const ROOM = 1.15;

/** @param {CanvasRenderingContext2D} context @param {Strips} strips */
export function drawMarginals(context, strips) {
  const crowd = strips.scene.crowds.find(({ selected }) => selected) ?? null;
  const axes = strips.scene.density?.marginals.length ?? crowd?.draws.width ?? 0;
  for (let axis = 0; axis < Math.min(2, axes); axis++) drawAxis(context, strips, crowd, axis);
}

/** @param {CanvasRenderingContext2D} context @param {Strips} strips @param {import("./cloud.js").Crowd | null} crowd @param {number} axis */
function drawAxis(context, strips, crowd, axis) {
  const { frame, scene, step, palette } = strips;
  const exact = scene.density?.marginals[axis] ?? null;
  const index = crowd ? crowd.draws.at(step) : -1;
  const piled = crowd && index >= 0 ? crowd.draws.density(axis, index) : null;
  const now = crowd && index >= 0 ? crowd.draws.now(axis, index) : null;
  const highest = ROOM * (exact ? most(exact.density) : most(piled ?? now ?? [1]));
  const place = placeOf(strips, axis, highest);
  context.save();
  clipStrip(context, strips, axis);
  if (crowd && piled) drawBars(context, crowd, axis, piled, place, palette.lines[crowd.colour]);
  if (crowd && now) drawOutline(context, crowd, axis, now, place, palette.lines[crowd.colour]);
  if (exact) drawCurve(context, exact, place, palette.ink);
  context.restore();
  context.beginPath();
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  const [start, stop] = axis ? [frame.window[2], frame.window[3]] : [frame.window[0], frame.window[1]];
  context.moveTo(...place(start, 0));
  context.lineTo(...place(stop, 0));
  context.stroke();
}

/** @param {ArrayLike<number>} values */
const most = (values) => Array.from(values).reduce((a, b) => Math.max(a, b), 0) || 1;

/** @param {Strips} strips @param {number} axis @param {number} highest @returns {Place} */
function placeOf({ frame, strip, gap }, axis, highest) {
  const { box, across, down } = frame;
  return axis
    ? (value, density) => [box.right + gap + (strip * density) / highest, down(value)]
    : (value, density) => [across(value), box.top - gap - (strip * density) / highest];
}

/** @param {CanvasRenderingContext2D} context @param {Strips} strips @param {number} axis */
function clipStrip(context, { frame: { box }, strip, gap }, axis) {
  context.beginPath();
  if (axis) context.rect(box.right + gap - 1, box.top, strip + 2, box.bottom - box.top);
  else context.rect(box.left, box.top - gap - strip - 1, box.right - box.left, strip + 2);
  context.clip();
}

/** @param {CanvasRenderingContext2D} context @param {import("./cloud.js").Crowd} crowd @param {number} axis @param {Float64Array} density @param {Place} place @param {string} colour */
function drawBars(context, { draws }, axis, density, place, colour) {
  const { low, high } = draws.piles[axis];
  const width = (high - low) / BINS;
  context.fillStyle = colour;
  context.globalAlpha = 0.5;
  for (const [bin, value] of density.entries()) {
    const [x0, y0] = place(low + bin * width, 0);
    const [x1, y1] = place(low + (bin + 1) * width, value);
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
  }
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {import("./cloud.js").Crowd} crowd @param {number} axis @param {Float64Array} density @param {Place} place @param {string} colour */
function drawOutline(context, { draws }, axis, density, place, colour) {
  const { low, high } = draws.piles[axis];
  const width = (high - low) / BINS;
  context.beginPath();
  for (const [bin, value] of density.entries()) context.lineTo(...place(low + (bin + 0.5) * width, value));
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {{x: ArrayLike<number>, density: ArrayLike<number>}} exact @param {Place} place @param {string} colour */
function drawCurve(context, { x, density }, place, colour) {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(...place(x[i], density[i]));
  context.strokeStyle = colour;
  context.lineWidth = 1.8;
  context.stroke();
}
