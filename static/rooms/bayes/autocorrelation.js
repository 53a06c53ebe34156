// @ts-check
/** How long a chain remembers: the autocorrelation of the shown coordinates against the lag. */
import { h } from "../../dom.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { flat } from "./density.js";
import { drawAxes, erase, frameOf } from "./frame.js";

const INSETS = { left: 54, top: 6, right: 8, bottom: 42 };

/**
 * The rows of the shown coordinates.
 *
 * @param {ArrayLike<any>} values d × lags, flat or nested @param {number} dim @param {number[]} view
 * @returns {Float64Array[]}
 */
export function rowsOf(values, dim, view) {
  const all = flat(values);
  const lags = all.length / dim;
  return view.filter((i) => i < dim).map((i) => all.slice(i * lags, (i + 1) * lags));
}

/**
 * @param {Float64Array[]} rows
 * @param {{labels: string[], colour: number, services: import("../../services.js").Services}} options
 */
export function autocorrelation(rows, { labels, colour, services }) {
  const picture = h("div", {
    class: "band-picture energy-picture",
    role: "img",
    "aria-label": "Autocorrelation against lag",
  });
  const layers = createLayers(picture, ["memory"]);
  const [context] = layers.contexts;
  const painter = createPainter(picture, layers, () => {
    const palette = readPalette(document.documentElement);
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    const low = Math.min(0, ...rows.flatMap((row) => [...row]).filter(Number.isFinite)) - 0.05;
    const frame = frameOf(box, [0, Math.max(1, rows[0].length - 1), low, 1.05]);
    erase(context);
    context.beginPath();
    context.moveTo(box.left, frame.down(0));
    context.lineTo(box.right, frame.down(0));
    context.strokeStyle = palette.rule;
    context.lineWidth = 1;
    context.stroke();
    for (const [k, row] of rows.entries()) {
      context.beginPath();
      for (const [lag, value] of row.entries()) context.lineTo(frame.across(lag), frame.down(value));
      context.setLineDash(k ? [4, 3] : []);
      context.strokeStyle = palette.lines[colour];
      context.lineWidth = 2;
      context.stroke();
    }
    context.setLineDash([]);
    const names = labels
      .slice(0, rows.length)
      .map((name, k) => `${name}${rows.length > 1 ? (k ? " dashed" : " full") : ""}`);
    drawAxes(context, frame, { labels: [`lag · ${names.join(", ")}`, "autocorrelation"], palette });
  });
  const stop = services.onTheme(painter.refresh);
  return {
    element: picture,
    dispose() {
      stop();
      painter.dispose();
    },
  };
}
