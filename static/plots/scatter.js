/** Two positive quantities against each other, both logarithmic, one dot for each parameter. */

import { createCanvasPlot } from "./canvasPlot.js";
import { drawValueAxes, placesOf } from "./valueAxes.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {{low: number, high: number}} Range */
/**
 * @typedef {object} Cloud
 * @property {ArrayLike<number>} x signed: its size is the place, its sign the colour
 * @property {ArrayLike<number>} y positive
 * @property {Range} xRange
 * @property {Range} yRange
 * @property {string[]} titles of the axes
 * @property {number | null} factor the line y = factor·x
 */

const INSETS = { left: 62, right: 18, top: 30, bottom: 46 };
const RADIUS = 3;
const DOT_ALPHA = 0.72;
const DASH = [7, 5];
const DECADES = 12;

/**
 * The range of the positive sizes of many values, at most so many decades; null where there are none.
 * @param {Iterable<ArrayLike<number>>} columns
 * @returns {Range | null}
 */
export function rangeOfSizes(columns) {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const size = Math.abs(column[i]);
      if (size > 0 && Number.isFinite(size)) [low, high] = [Math.min(low, size), Math.max(high, size)];
    }
  }
  return high > 0 ? { low: Math.max(low, high / 10 ** DECADES) / 1.5, high: high * 1.5 } : null;
}

/**
 * The factor c of the line y = c·|x| nearest to the cloud in the logarithm; null without points. Perfect agreement up to
 * a factor is that line.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 */
export function factorOf(x, y) {
  let [sum, count] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0 || !(y[i] > 0)) continue;
    sum += Math.log(y[i] / Math.abs(x[i]));
    count++;
  }
  return count ? Math.exp(sum / count) : null;
}

/** @param {HTMLElement} host @param {{palette: Palette}} options */
export const createScatter = (host, { palette }) => createCanvasPlot(host, { palette, insets: INSETS, paint });

/** @param {CanvasRenderingContext2D[]} contexts @param {import("./labels.js").Box} box @param {Palette} palette @param {Cloud} cloud */
function paint([axes, marks], box, palette, { x, y, xRange, yRange, titles, factor }) {
  const [across, up] = [xRange, yRange].map((range, k) => ({
    ...range,
    scale: /** @type {const} */ ("log"),
    title: titles[k],
  }));
  const { px, py } = placesOf(box, across, up);
  drawValueAxes(axes, box, across, up, palette);
  marks.save();
  marks.beginPath();
  marks.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  marks.clip();
  if (factor) drawLine(marks, xRange, (value) => [px(value), py(factor * value)], palette);
  marks.globalAlpha = DOT_ALPHA;
  for (let i = 0; i < x.length; i++) {
    marks.fillStyle = palette.diverging[x[i] < 0 ? 1 : 5];
    marks.beginPath();
    marks.arc(px(Math.abs(x[i])), py(y[i]), RADIUS, 0, 2 * Math.PI);
    marks.fill();
  }
  marks.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Range} range @param {(value: number) => number[]} at @param {Palette} palette */
function drawLine(context, { low, high }, at, palette) {
  context.setLineDash(DASH);
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [x, y] of [at(low), at(high)]) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
}
