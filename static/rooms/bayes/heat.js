// @ts-check
/** A grid as a picture: a colour for every cell, smoothed when it is stretched over its box. */
import { rampColour } from "../../plots/palette.js";

const SHADES = 256;

/** @param {string[]} ramp @returns {Uint8ClampedArray} RGBA of 256 shades */
function table(ramp) {
  const shades = new Uint8ClampedArray(4 * SHADES);
  for (let i = 0; i < SHADES; i++) {
    const channels = rampColour(ramp, i / (SHADES - 1)).match(/\d+/g) ?? [];
    shades.set([...channels.slice(0, 3).map(Number), 255], 4 * i);
  }
  return shades;
}

/**
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>}} axes
 * @param {ArrayLike<number>} shares 0 … 1 row-major, rows = y; NaN is left clear
 * @param {string[]} ramp
 * @returns {HTMLCanvasElement} one pixel a cell, the first row at the foot
 */
export function heatPicture({ x, y }, shares, ramp) {
  const canvas = document.createElement("canvas");
  canvas.width = x.length;
  canvas.height = y.length;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(x.length, y.length);
  const shades = table(ramp);
  for (let row = 0; row < y.length; row++)
    for (let column = 0; column < x.length; column++) {
      const share = shares[row * x.length + column];
      if (Number.isNaN(share)) continue;
      const shade = 4 * Math.round(Math.min(1, Math.max(0, share)) * (SHADES - 1));
      image.data.set(shades.subarray(shade, shade + 4), 4 * ((y.length - 1 - row) * x.length + column));
    }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} picture
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>}} axes of the picture
 * @param {import("./frame.js").Frame} frame
 */
export function drawHeat(context, picture, { x, y }, { across, down }) {
  // Cells are centred on their points, so the picture reaches half a cell beyond the outermost ones.
  const [hx, hy] = [(x[1] - x[0]) / 2, y.length > 1 ? (y[1] - y[0]) / 2 : 1];
  const [left, right] = [across(x[0] - hx), across(x[x.length - 1] + hx)];
  const [top, bottom] = [down(y[y.length - 1] + hy), down(y[0] - hy)];
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, left, top, right - left, bottom - top);
}
