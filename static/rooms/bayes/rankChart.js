// @ts-check
/** Ranks against what uniform ones would do: their histogram, and how far their distribution function is off. Canvas. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { drawAxes, erase, frameOf } from "./frame.js";

/**
 * @typedef {import("./frame.js").Frame} Frame @typedef {import("../../types.js").Palette} Palette
 * @typedef {{counts: number[], expected: number, range: [number, number] | null, highest: number, colour: number}} Histogram
 * @typedef {{differences: import("./ranks.js").Difference[], band: {at: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>} | null, colour: number}} Excess
 */

const INSETS = { left: 54, top: 8, right: 10, bottom: 42 };
/** Half the height of a chart of differences at least. */
const LEAST = 0.05;

/**
 * @template Figure
 * @param {HTMLElement} host with a size of its own
 * @param {(context: CanvasRenderingContext2D, box: import("./frame.js").Box, figure: Figure, palette: Palette) => void} draw
 */
function createChart(host, draw) {
  const layers = createLayers(host, ["ranks"]);
  /** @type {Figure | null} */
  let figure = null;
  const painter = createPainter(host, layers, () => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    erase(layers.contexts[0]);
    if (figure) draw(layers.contexts[0], box, figure, readPalette(document.documentElement));
  });
  return {
    /** @param {Figure} next */
    show(next) {
      figure = next;
      painter.refresh();
    },
    refresh: () => painter.refresh(),
    dispose: painter.dispose,
  };
}

/** @param {HTMLElement} host */
export const createHistogram = (host) => createChart(host, drawHistogram);

/** @param {HTMLElement} host */
export const createExcess = (host) => createChart(host, drawExcess);

/** @param {CanvasRenderingContext2D} context @param {import("./frame.js").Box} box @param {Histogram} figure @param {Palette} palette */
function drawHistogram(context, box, { counts, expected, range, highest, colour }, palette) {
  const most = Math.max(1, ...counts, range?.[1] ?? 0) * 1.08;
  const frame = frameOf(box, [0, highest + 1, 0, most]);
  const width = (highest + 1) / counts.length;
  if (range) {
    context.fillStyle = palette.accent;
    context.globalAlpha = 0.2;
    context.fillRect(box.left, frame.down(range[1]), box.right - box.left, frame.down(range[0]) - frame.down(range[1]));
    context.globalAlpha = 1;
  }
  for (const [i, count] of counts.entries()) {
    const off = range !== null && (count < range[0] || count > range[1]);
    context.fillStyle = off ? palette.bad : palette.lines[colour];
    context.globalAlpha = off ? 0.9 : 0.7;
    const left = frame.across(i * width);
    context.fillRect(
      left + 0.5,
      frame.down(count),
      frame.across((i + 1) * width) - left - 1,
      box.bottom - frame.down(count),
    );
  }
  context.globalAlpha = 1;
  level(context, frame, expected, palette);
  drawAxes(context, frame, { labels: [`rank among ${highest} draws`, "data sets"], palette });
}

/** @param {CanvasRenderingContext2D} context @param {import("./frame.js").Box} box @param {Excess} figure @param {Palette} palette */
function drawExcess(context, box, { differences, band, colour }, palette) {
  const edges = band ? Array.from(band.at, (at, i) => ({ at, low: band.low[i] - at, high: band.high[i] - at })) : [];
  const reach = Math.max(
    LEAST,
    ...differences.map((d) => Math.abs(d.difference)),
    ...edges.map((e) => Math.max(e.high, -e.low)),
  );
  const frame = frameOf(box, [0, 1, -1.1 * reach, 1.1 * reach]);
  const line = (/** @type {[number, number][]} */ points) =>
    points.forEach(([x, y]) => context.lineTo(frame.across(x), frame.down(y)));
  if (edges.length) {
    context.beginPath();
    line([[0, 0], ...edges.map(({ at, high }) => /** @type {[number, number]} */ ([at, high])), [1, 0]]);
    line([...edges].reverse().map(({ at, low }) => [at, low]));
    context.closePath();
    context.fillStyle = palette.accent;
    context.globalAlpha = 0.2;
    context.fill();
    context.globalAlpha = 1;
  }
  level(context, frame, 0, palette);
  context.beginPath();
  line(differences.map(({ at, difference }) => [at, difference]));
  context.strokeStyle = palette.lines[colour];
  context.lineWidth = 2;
  context.stroke();
  drawAxes(context, frame, { labels: ["share of the ranks", "excess below"], palette });
}

/** What is expected of uniform ranks. @param {CanvasRenderingContext2D} context @param {Frame} frame @param {number} value @param {Palette} palette */
function level(context, { box, down }, value, palette) {
  context.beginPath();
  context.setLineDash([5, 4]);
  context.moveTo(box.left, down(value));
  context.lineTo(box.right, down(value));
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.2;
  context.stroke();
  context.setLineDash([]);
}
