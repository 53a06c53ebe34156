/** A spectral density on a log axis: the whole bold, blocks thin, bands of error, eigenvalues as a rug. */

import { createCanvasPlot } from "./canvasPlot.js";
import { strokeCurve } from "./curves.js";
import { drawValueAxes, placesOf } from "./valueAxes.js";

/** @typedef {import("../types.js").Palette} Palette */
/**
 * @typedef {object} Spectrum
 * @property {ArrayLike<number>} x
 * @property {{density: ArrayLike<number>, error: ArrayLike<number>, colour: number | null}[]} curves colour null: the whole
 * @property {ArrayLike<number>} rug exact eigenvalues, where they are known
 * @property {{value: number, label: string} | null} mark a threshold
 */

const INSETS = { left: 58, right: 18, top: 30, bottom: 46 };
/** A density falls without end between its peaks: decades shown below the highest. */
const DECADES = 5;
const RUG = 9;
const BAND = 0.22;

/** Values below the axis are at its foot. @param {ArrayLike<number>} values @param {number} floor */
const lifted = (values, floor) => Array.from(values, (value) => Math.max(value, floor));

/** The axes that hold a spectrum and its threshold. @param {Spectrum} spectrum */
export function spectrumAxes({ x, curves, mark }) {
  const high = Math.max(...curves.map(({ density }) => Math.max(...Array.from(density))));
  const [first, last] = [x[0], x[x.length - 1]];
  const room = 0.04 * (last - first);
  const near = mark && mark.value > first && mark.value < last + 0.6 * (last - first) ? mark.value + room : last;
  const top = high > 0 ? high * 2 : 1;
  return {
    x: { low: first, high: Math.max(last, near), scale: /** @type {const} */ ("linear"), title: "eigenvalue λ" },
    y: { low: top / 10 ** DECADES, high: top, scale: /** @type {const} */ ("log"), title: "density (log)" },
  };
}

/** @param {HTMLElement} host @param {{palette: Palette}} options */
export const createDensityChart = (host, { palette }) => createCanvasPlot(host, { palette, insets: INSETS, paint });

/** @param {CanvasRenderingContext2D[]} contexts @param {import("./labels.js").Box} box @param {Palette} palette @param {Spectrum} spectrum */
function paint([axes, marks], box, palette, spectrum) {
  const { x, y } = spectrumAxes(spectrum);
  const { px, py } = placesOf(box, x, y);
  drawValueAxes(axes, box, x, y, palette);
  const across = Array.from(spectrum.x, px);
  for (const { density, error, colour } of spectrum.curves.toReversed()) {
    const ink = colour === null ? palette.ink : palette.lines[colour];
    const ends = [1, -1].map((side) => Array.from(density, (value, i) => value + side * error[i]));
    fillBand(
      marks,
      across,
      ends.map((end) => lifted(end, y.low).map(py)),
      ink,
    );
    strokeCurve(marks, { x: across, y: lifted(density, y.low).map(py) }, ink, colour === null ? 2.4 : 1.4);
  }
  drawRug(marks, Array.from(spectrum.rug, px), box, palette);
  if (spectrum.mark) drawMark(marks, px(spectrum.mark.value), spectrum.mark.label, box, palette);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} across @param {number[][]} ends upper, lower @param {string} ink */
function fillBand(context, across, [upper, lower], ink) {
  context.beginPath();
  across.forEach((x, i) => void context.lineTo(x, upper[i]));
  for (let i = across.length - 1; i >= 0; i--) context.lineTo(across[i], lower[i]);
  context.globalAlpha = BAND;
  context.fillStyle = ink;
  context.fill();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number[]} across @param {import("./labels.js").Box} box @param {Palette} palette */
function drawRug(context, across, { bottom }, { accent }) {
  context.beginPath();
  for (const x of across) {
    context.moveTo(x, bottom);
    context.lineTo(x, bottom - RUG);
  }
  context.strokeStyle = accent;
  context.lineWidth = 1;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {string} label @param {import("./labels.js").Box} box @param {Palette} palette */
function drawMark(context, x, label, { left, right, top, bottom }, palette) {
  if (x < left || x > right) return;
  context.strokeStyle = palette.bad;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
  context.fillStyle = palette.ink;
  context.font = `600 12px ${palette.font}`;
  context.textBaseline = "top";
  context.textAlign = x > (left + right) / 2 ? "right" : "left";
  context.fillText(label, x + (x > (left + right) / 2 ? -6 : 6), top + 2);
}
