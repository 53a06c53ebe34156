// @ts-check
/** Weights as bars: the exact zeros in a bar of their own. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { linearTicks } from "../../plots/ticks.js";

/** @typedef {import("../../types.js").Palette} Palette */

export const BINS = 41;
const INSETS = { left: 34, right: 12, top: 22, bottom: 22 };

/** Share that is zero to the bit. @param {ArrayLike<number>} theta */
export const zeroShare = (theta) => Array.from(theta).filter((value) => value === 0).length / theta.length;

/**
 * Counts of what is not zero in equal bins over [−reach, reach], an odd number so that one is around zero.
 *
 * @param {ArrayLike<number>} theta @param {number} reach
 */
export function countsOf(theta, reach) {
  const counts = new Array(BINS).fill(0);
  for (const value of Array.from(theta)) {
    if (value === 0) continue;
    const bin = Math.floor(((value + reach) / (2 * reach)) * BINS);
    counts[Math.min(BINS - 1, Math.max(0, bin))]++;
  }
  return counts;
}

/** @param {HTMLElement} host with a size of its own @param {{palette: Palette}} options */
export function createHistogram(host, { palette }) {
  const layers = createLayers(host, ["bars"]);
  const [context] = layers.contexts;
  let colours = palette;
  /** @type {ArrayLike<number> | null} */
  let theta = null;
  let reach = 1;
  function redraw() {
    const { width, height } = layers.size();
    context.clearRect(0, 0, width, height);
    if (!theta) return;
    const box = { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
    draw(context, theta, reach, box, colours);
  }
  const painter = createPainter(host, layers, redraw);
  return {
    /** @param {Float64Array[]} thetas @param {number} index which of them; the axis holds them all */
    set(thetas, index) {
      theta = thetas[index] ?? null;
      reach = thetas.reduce((most, each) => each.reduce((far, value) => Math.max(far, Math.abs(value)), most), 1e-9);
      painter.refresh();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose: painter.dispose,
  };
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} theta @param {number} reach @param {{left: number, right: number, top: number, bottom: number}} box @param {Palette} colours */
function draw(context, theta, reach, { left, right, top, bottom }, colours) {
  const counts = countsOf(theta, reach);
  const zeros = theta.length * zeroShare(theta);
  // Roots, so that a bar of one weight still shows beside one of hundreds.
  const tall = (/** @type {number} */ count) => Math.sqrt(count / theta.length) * (bottom - top);
  const wide = (right - left) / BINS;
  context.fillStyle = colours.lines[1];
  counts.forEach((count, i) => context.fillRect(left + i * wide + 0.5, bottom - tall(count), wide - 1, tall(count)));
  const middle = (left + right) / 2;
  context.fillStyle = colours.lines[0];
  context.fillRect(middle - 2.5, bottom - tall(zeros), 5, tall(zeros));
  Object.assign(context, {
    font: `11px ${colours.font}`,
    textAlign: "center",
    textBaseline: "bottom",
    fillStyle: colours.ink,
  });
  if (zeros) context.fillText(`${Math.round(zeros)} exactly zero`, middle, bottom - tall(zeros) - 4);
  Object.assign(context, { fillStyle: colours.muted, strokeStyle: colours.rule, lineWidth: 1, textBaseline: "top" });
  context.beginPath();
  context.moveTo(left, bottom + 0.5);
  context.lineTo(right, bottom + 0.5);
  context.stroke();
  for (const { value, label } of linearTicks(-reach, reach, Math.max(2, (right - left) / 80)))
    context.fillText(label, middle + (value / reach) * ((right - left) / 2), bottom + 5);
}
