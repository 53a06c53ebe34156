/** The axes of the loss chart: hairlines with numbers. */

import { leftEnd } from "./labels.js";
import { linearTicks, logTicks } from "./ticks.js";

/**
 * @typedef {object} ChartAxes
 * @property {import("./labels.js").Box} box of the curves, in CSS pixels
 * @property {number} width of the chart, in CSS pixels
 * @property {import("./curves.js").Domain} domain
 * @property {import("./stepChart.js").StepView} view
 * @property {(step: number) => number} acrossAt
 * @property {(value: number) => number} downAt
 * @property {import("../types.js").Palette} palette
 */

const VALUE_ROOM = 22;
const STEP_ROOM = 80;
const MOST = 9;

/** @param {CanvasRenderingContext2D} context @param {ChartAxes} axes */
function drawValueTicks(context, { box: { left, right, top, bottom }, domain, view, downAt }) {
  const most = Math.min(MOST, Math.max(2, Math.floor((bottom - top) / VALUE_ROOM)));
  const ticks = (view.scale === "log" ? logTicks : linearTicks)(domain.low, domain.high, most);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { value, label } of ticks) {
    const y = Math.round(downAt(value)) + 0.5;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.fillText(label, left - 7, y);
  }
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {ChartAxes} axes */
function drawStepTicks(context, { box: { left, right, bottom }, width, view, acrossAt }) {
  context.textAlign = "left";
  context.textBaseline = "top";
  const most = Math.max(2, Math.floor((right - left) / STEP_ROOM));
  for (const { value, label } of linearTicks(0, view.steps, most)) {
    if (!Number.isInteger(value)) continue;
    context.fillText(label, leftEnd(acrossAt(value), 0, context.measureText(label).width, width), bottom + 6);
  }
}

/** @param {CanvasRenderingContext2D} context a layer of its own @param {ChartAxes} axes */
export function drawChartAxes(context, axes) {
  const { palette } = axes;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  drawValueTicks(context, axes);
  drawStepTicks(context, axes);
}
