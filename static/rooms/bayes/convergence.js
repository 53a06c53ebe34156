// @ts-check
/** Estimates against what they cost: lines with a band of one standard error each way, the exact answer dashed. Canvas. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { linearTicks, powerTicks } from "../../plots/ticks.js";
import { clipTo, erase } from "./frame.js";

/**
 * @typedef {{cost: number, value: number, error: number | null}} Report
 * @typedef {{colour: number, selected: boolean, reports: Report[]}} Line
 * @typedef {{lines: Line[], exact: number | null}} Chart
 * @typedef {{left: number, right: number, top: number, bottom: number, low: number, high: number, first: number, last: number}} Scale
 */

const INSETS = { left: 58, right: 12, top: 8, bottom: 34 };

/** @param {HTMLElement} host with a size of its own @param {{palette: import("../../types.js").Palette}} options */
export function createConvergence(host, { palette }) {
  const layers = createLayers(host, ["chart"]);
  const [context] = layers.contexts;
  /** @type {Chart} */
  let chart = { lines: [], exact: null };
  let colours = palette;

  const painter = createPainter(host, layers, () => {
    erase(context);
    const scale = scaleOf(chart, layers.size());
    if (!scale) return;
    drawTicks(context, scale, colours);
    context.save();
    clipTo(context, { ...scale, left: scale.left - 4, right: scale.right + 4 });
    for (const line of chart.lines) drawBand(context, line, scale, colours);
    if (chart.exact !== null) drawExact(context, chart.exact, scale, colours);
    for (const line of chart.lines) drawLine(context, line, scale, colours);
    context.restore();
  });
  return {
    /** @param {Chart} next */
    show(next) {
      chart = next;
      painter.refresh();
    },
    /** @param {import("../../types.js").Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose: painter.dispose,
  };
}

/**
 * The vertical range holds the exact answer and what each line ends at, with its error: where a line began may lie outside.
 *
 * @param {Chart} chart @param {{width: number, height: number}} size @returns {Scale | null}
 */
export function scaleOf({ lines, exact }, { width, height }) {
  const reports = lines.flatMap((line) => line.reports);
  if (!reports.length) return null;
  const late = lines.flatMap(({ reports: all }) => all.slice(Math.floor(all.length / 3)));
  const ends = late.flatMap(({ value, error }) => [value - 1.5 * (error ?? 0), value + 1.5 * (error ?? 0)]);
  const values = [...ends, ...(exact === null ? [] : [exact])].filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.12 * (high - low) || Math.abs(high) * 0.1 || 1;
  const costs = reports.map(({ cost }) => Math.max(1, cost));
  const [first, last] = [Math.min(...costs), Math.max(...costs)];
  return {
    left: INSETS.left,
    right: width - INSETS.right,
    top: INSETS.top,
    bottom: height - INSETS.bottom,
    low: low - margin,
    high: high + margin,
    first: first / 1.3,
    last: last * 1.3,
  };
}

/** @param {Scale} s @param {number} cost */
const across = (s, cost) =>
  s.left + (Math.log(Math.max(1, cost) / s.first) / Math.log(s.last / s.first)) * (s.right - s.left);

/** @param {Scale} s @param {number} value */
const down = (s, value) => s.bottom - ((value - s.low) / (s.high - s.low)) * (s.bottom - s.top);

/** @param {CanvasRenderingContext2D} context @param {Scale} s @param {import("../../types.js").Palette} palette */
function drawTicks(context, s, palette) {
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { value, label } of linearTicks(s.low, s.high, Math.max(2, (s.bottom - s.top) / 34))) {
    const y = Math.round(down(s, value)) + 0.5;
    context.moveTo(s.left, y);
    context.lineTo(s.right, y);
    context.fillText(label, s.left - 7, y);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of powerTicks(s.first, s.last, 5))
    context.fillText(label, across(s, value), s.bottom + 5);
  context.fillText("evaluations of the density", (s.left + s.right) / 2, s.bottom + 19);
}

/** @param {CanvasRenderingContext2D} context @param {Line} line @param {Scale} s @param {import("../../types.js").Palette} palette */
function drawBand(context, { reports, colour, selected }, s, palette) {
  const known = reports.filter(({ error }) => error !== null);
  if (known.length < 2) return;
  context.beginPath();
  for (const { cost, value, error } of known) context.lineTo(across(s, cost), down(s, value + (error ?? 0)));
  for (const { cost, value, error } of [...known].reverse())
    context.lineTo(across(s, cost), down(s, value - (error ?? 0)));
  context.closePath();
  context.fillStyle = palette.lines[colour];
  context.globalAlpha = selected ? 0.26 : 0.12;
  context.fill();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number} exact @param {Scale} s @param {import("../../types.js").Palette} palette */
function drawExact(context, exact, s, palette) {
  context.beginPath();
  context.setLineDash([5, 4]);
  context.moveTo(s.left, down(s, exact));
  context.lineTo(s.right, down(s, exact));
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.4;
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {Line} line @param {Scale} s @param {import("../../types.js").Palette} palette */
function drawLine(context, { reports, colour, selected }, s, palette) {
  context.strokeStyle = context.fillStyle = palette.lines[colour];
  context.lineWidth = selected ? 2.4 : 1.6;
  context.beginPath();
  for (const { cost, value } of reports) context.lineTo(across(s, cost), down(s, value));
  context.stroke();
  const last = reports.at(-1);
  if (!last) return;
  context.beginPath();
  context.arc(across(s, last.cost), down(s, last.value), selected ? 4.5 : 3.5, 0, 2 * Math.PI);
  context.fill();
}
