// @ts-check
/** A box of data coordinates on a canvas: its axes, and the maps between the two. */
import { linearTicks } from "../../plots/ticks.js";

/**
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box in CSS pixels
 * @typedef {object} Frame
 * @property {Box} box
 * @property {[number, number, number, number]} window x0, x1, y0, y1
 * @property {(x: number) => number} across
 * @property {(y: number) => number} down
 * @property {(px: number, py: number) => [number, number] | null} invert null outside of the box
 */

/** @param {Box} box @param {[number, number, number, number]} window @returns {Frame} */
export function frameOf(box, window) {
  const [x0, x1, y0, y1] = window;
  const [sx, sy] = [(box.right - box.left) / (x1 - x0), (box.bottom - box.top) / (y1 - y0)];
  return {
    box,
    window,
    across: (x) => box.left + (x - x0) * sx,
    down: (y) => box.bottom - (y - y0) * sy,
    invert: (px, py) =>
      px < box.left || px > box.right || py < box.top || py > box.bottom
        ? null
        : [x0 + (px - box.left) / sx, y0 + (box.bottom - py) / sy],
  };
}

/** Where a pointer is, in the frame's coordinates; null outside of its box. @param {HTMLElement} host @param {MouseEvent} event @param {Frame} frame */
export function pointedAt(host, event, frame) {
  const { left, top } = host.getBoundingClientRect();
  return frame.invert(event.clientX - left, event.clientY - top);
}

/**
 * Ticks and names around the box.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} frame
 * @param {{labels: readonly string[], palette: import("../../types.js").Palette}} look
 */
export function drawAxes(context, { box, window: [x0, x1, y0, y1], across, down }, { labels, palette }) {
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of linearTicks(x0, x1, Math.max(2, (box.right - box.left) / 80)))
    context.fillText(label, across(value), box.bottom + 6);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of linearTicks(y0, y1, Math.max(2, (box.bottom - box.top) / 44)))
    context.fillText(label, box.left - 7, down(value));
  context.font = `12px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(labels[0] ?? "", (box.left + box.right) / 2, box.bottom + 36);
  context.save();
  context.translate(box.left - 40, (box.top + box.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(labels[1] ?? "", 0, 0);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context */
export const erase = (context) => {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
};

/** @param {CanvasRenderingContext2D} context @param {Box} box */
export function clipTo(context, { left, right, top, bottom }) {
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
}
