/** Eigenvalues over steps: the largest bold, the others thin, thresholds dashed and named, the unstable side tinted. */

import { strokeCurve } from "./curves.js";
import { createStepChart, drawDot } from "./stepChart.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./stepChart.js").Place} Place */
/** @typedef {{colour: number, role: "lead" | "rest" | "threshold", steps: number[], values: number[], label?: string}} Line */
/** @typedef {{lines: Line[], range: {low: number, high: number, gaps: number}, edge: string | null}} Shown `edge` names the line at 1 of ratios; null where values are eigenvalues */

const INSETS = { left: 58, right: 18, top: 16, bottom: 28 };
const WIDTHS = { lead: 2.4, rest: 1, threshold: 1.5 };
const DASH = [7, 5];
const TINT = 0.09;
const MARGIN = 1.25;
const LABEL_HEIGHT = 16;
/** A linear axis of ratios ends here: one run that blows up would leave the others no height. */
export const CEILING = 2.5;

/**
 * The axis that holds what is shown; that of ratios holds the line at 1 and a part of both sides.
 * @param {Shown} shown
 * @param {"log" | "linear"} scale
 */
export function axisOf({ range: { low, high, gaps }, edge }, scale) {
  if (!(low <= high)) return { low: scale === "log" ? 0.1 : 0, high: edge ? 1.5 : 1, gaps };
  const top = edge ? Math.max(high, 1.1) : high;
  if (scale === "log") return { low: Math.min(low, top / 10) / MARGIN, high: top * MARGIN, gaps };
  const most = edge ? CEILING : Number.POSITIVE_INFINITY;
  const [bottom, ceiling] = [Math.max(-most, Math.min(0, low)), Math.min(most, top)];
  const margin = 0.06 * (ceiling - bottom || 1);
  return { low: bottom < 0 ? bottom - margin : 0, high: ceiling + margin, gaps };
}

/** Index of the last entry at or before a step; −1 before the first. @param {number[]} steps @param {number} step */
const lastAt = (steps, step) => steps.findLastIndex((at) => at <= step);

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {(step: number) => void} [options.onScrub]
 */
export function createEigenChart(host, { palette, onScrub }) {
  /** @type {Shown} */
  let shown = { lines: [], range: { low: Number.NaN, high: Number.NaN, gaps: 0 }, edge: null };

  const chart = createStepChart(host, {
    palette,
    onScrub,
    insets: INSETS,
    view: { scale: "linear", steps: 1 },
    content: { domain: ({ scale }) => axisOf(shown, scale), drawGround, drawCurves, drawDots },
  });

  /** @param {CanvasRenderingContext2D} context @param {Place} place */
  function drawGround(context, place) {
    if (shown.edge) drawEdge(context, place, shown.edge);
    drawNames(context, place, shown.lines);
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place */
  function drawCurves(context, { acrossAt, downAt, palette: { lines: colours } }) {
    for (const { role, colour, steps, values } of shown.lines) {
      context.setLineDash(role === "threshold" ? DASH : []);
      const curve = { x: steps.map(acrossAt), y: values.map(downAt) };
      strokeCurve(context, curve, colours[colour], WIDTHS[role]);
    }
    context.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place @param {number} step */
  function drawDots(context, { acrossAt, downAt, palette: colours }, step) {
    for (const { role, colour, steps, values } of shown.lines) {
      const index = lastAt(steps, step);
      if (role !== "lead" || index < 0) continue;
      const y = downAt(values[index]);
      if (!Number.isNaN(y)) drawDot(context, acrossAt(step), y, colours.lines[colour], colours);
    }
  }

  return {
    ...chart,
    /** @param {Shown} next */
    show(next) {
      shown = next;
      chart.refresh();
    },
  };
}

/** Where ratios pass 1: above it steps along that direction grow. @param {CanvasRenderingContext2D} context @param {Place} place @param {string} words */
function drawEdge(context, { box, downAt, palette }, words) {
  const y = downAt(1);
  context.fillStyle = palette.bad;
  context.globalAlpha = TINT;
  context.fillRect(box.left, box.top, box.right - box.left, y - box.top);
  context.globalAlpha = 1;
  context.strokeStyle = palette.bad;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(box.left, y);
  context.lineTo(box.right, y);
  context.stroke();
  context.fillStyle = palette.ink;
  context.font = `600 12px ${palette.font}`;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(words, box.right - 6, y - 5);
}

/** A threshold's name above its line; names that would meet stand side by side. @param {CanvasRenderingContext2D} context @param {Place} place @param {Line[]} lines */
function drawNames(context, { box, downAt, palette }, lines) {
  context.font = `600 12px ${palette.font}`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.lineWidth = 3;
  context.strokeStyle = palette.panel;
  /** @type {{y: number, right: number}[]} */
  const taken = [];
  for (const { label, values, colour } of lines) {
    const y = downAt(values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN);
    if (!label || Number.isNaN(y)) continue;
    const right = Math.max(box.left, ...taken.filter((t) => Math.abs(t.y - y) < LABEL_HEIGHT).map((t) => t.right));
    context.fillStyle = palette.lines[colour];
    context.strokeText(label, right + 8, y - 3);
    context.fillText(label, right + 8, y - 3);
    taken.push({ y, right: right + 8 + context.measureText(label).width });
  }
}
