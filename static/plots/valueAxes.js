/** Two axes of values, each linear or logarithmic, with hairlines and numbers. */

import { linearTicks, logTicks } from "./ticks.js";

/** @typedef {{low: number, high: number, scale: "log" | "linear", title: string}} Axis */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./labels.js").Box} Box */

const TICK_ROOM = { x: 70, y: 34 };
const MOST = 9;

/** Where a value is along an axis, as a share; NaN where a log axis has no place for it. @param {Axis} axis @param {number} value */
export function shareOf({ low, high, scale }, value) {
  const share = scale === "log" ? Math.log10(value / low) / Math.log10(high / low) : (value - low) / (high - low);
  return Number.isFinite(share) ? share : Number.NaN;
}

/**
 * @param {Box} box
 * @param {Axis} x
 * @param {Axis} y
 */
export const placesOf = (box, x, y) => ({
  /** @param {number} value */
  px: (value) => box.left + shareOf(x, value) * (box.right - box.left),
  /** @param {number} value */
  py: (value) => box.bottom - shareOf(y, value) * (box.bottom - box.top),
});

/** @param {Axis} axis @param {number} room in pixels @param {number} each */
const ticksOf = ({ low, high, scale }, room, each) =>
  (scale === "log" ? logTicks : linearTicks)(low, high, Math.min(MOST, Math.max(2, Math.floor(room / each))));

/**
 * @param {CanvasRenderingContext2D} context a layer of its own
 * @param {Box} box
 * @param {Axis} x
 * @param {Axis} y
 * @param {Palette} palette
 */
export function drawValueAxes(context, box, x, y, palette) {
  const { px, py } = placesOf(box, x, y);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of ticksOf(y, box.bottom - box.top, TICK_ROOM.y)) {
    const at = Math.round(py(value)) + 0.5;
    context.moveTo(box.left, at);
    context.lineTo(box.right, at);
    context.fillText(label, box.left - 7, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of ticksOf(x, box.right - box.left, TICK_ROOM.x)) {
    const at = Math.round(px(value)) + 0.5;
    context.moveTo(at, box.top);
    context.lineTo(at, box.bottom);
    context.fillText(label, at, box.bottom + 6);
  }
  context.stroke();
  context.font = `12px ${palette.font}`;
  context.fillText(x.title, (box.left + box.right) / 2, box.bottom + 22);
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillText(y.title, box.left, box.top - 6);
}
