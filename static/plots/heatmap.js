/** A symmetric matrix as colours: blue below zero, amber above, on a scale that is linear near zero and logarithmic beyond. */

import { createCanvasPlot } from "./canvasPlot.js";
import { rampColour } from "./palette.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./labels.js").Box} Box */
/** @typedef {{matrix: ArrayLike<number>, size: number, largest: number, borders: ArrayLike<number>, names: string[]}} Picture */

const INSETS = { left: 24, right: 6, top: 22, bottom: 6 };
/** Below this share of the largest entry the scale is linear. */
export const LINEAR_SHARE = 1e-3;
const SHADES = 255;

/**
 * sign(v)·log(1 + |v|/c)/log(1 + m/c), with m the largest entry and c = m·LINEAR_SHARE: onto −1 … 1.
 * @param {number} value
 * @param {number} largest positive
 */
export const signedLog = (value, largest) =>
  (Math.sign(value) * Math.log1p(Math.abs(value) / (LINEAR_SHARE * largest))) / Math.log1p(1 / LINEAR_SHARE);

/** The inverse of `signedLog`. @param {number} share @param {number} largest */
export const fromSignedLog = (share, largest) =>
  Math.sign(share) * LINEAR_SHARE * largest * Math.expm1(Math.abs(share) * Math.log1p(1 / LINEAR_SHARE));

/** @param {ArrayLike<number>} matrix */
export function largestOf(matrix) {
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]));
  return largest;
}

/** The square that fits a box, centred. @param {Box} box */
export function squareIn({ left, right, top, bottom }) {
  const side = Math.max(0, Math.min(right - left, bottom - top));
  const x = left + (right - left - side) / 2;
  return { left: x, right: x + side, top, bottom: top + side };
}

/**
 * The entry under a point of the picture; null outside.
 * @param {Box} square
 * @param {number} size
 * @param {number} px
 * @param {number} py
 * @returns {[number, number] | null} row, column
 */
export function entryAt({ left, right, top, bottom }, size, px, py) {
  if (px < left || px >= right || py < top || py >= bottom) return null;
  return [Math.floor(((py - top) / (bottom - top)) * size), Math.floor(((px - left) / (right - left)) * size)];
}

/** @param {HTMLElement} host @param {{palette: Palette}} options */
export function createHeatmap(host, { palette }) {
  const plot = createCanvasPlot(host, { palette, insets: INSETS, paint });
  /** @type {[number, number] | null} */
  let marked = null;
  /** @type {Picture | null} */
  let shown = null;
  /** Colouring a million entries takes a while: once for each matrix and theme. @type {{picture: Picture, colours: Palette, image: HTMLCanvasElement} | null} */
  let coloured = null;

  /** @param {Picture} picture @param {Palette} colours */
  function imageFor(picture, colours) {
    if (coloured?.picture !== picture || coloured.colours !== colours)
      coloured = { picture, colours, image: imageOf(picture, colours) };
    return coloured.image;
  }

  /** @param {CanvasRenderingContext2D[]} contexts @param {Box} box @param {Palette} colours @param {Picture} picture */
  function paint([cells, marks], box, colours, picture) {
    const square = squareIn(box);
    const side = square.right - square.left;
    cells.imageSmoothingEnabled = picture.size > side;
    cells.drawImage(imageFor(picture, colours), square.left, square.top, side, side);
    drawBorders(marks, square, picture, colours);
    if (marked) drawCross(marks, square, picture.size, marked, colours);
  }

  return {
    ...plot,
    /** @param {Picture | null} next */
    show(next) {
      shown = next;
      plot.show(next);
    },
    /** @param {number} px @param {number} py */
    entryAt: (px, py) => (shown ? entryAt(squareIn(plot.box()), shown.size, px, py) : null),
    /** @param {[number, number] | null} next */
    mark(next) {
      marked = next;
      plot.show(shown);
    },
  };
}

/** One pixel for each entry. @param {Picture} picture @param {Palette} palette */
function imageOf({ matrix, size, largest }, { diverging }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [size, size];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(size, size);
  const shades = Array.from({ length: 2 * SHADES + 1 }, (_, k) => channelsOf(rampColour(diverging, k / (2 * SHADES))));
  for (let i = 0; i < size * size; i++) {
    const shade = shades[Math.round(SHADES * (1 + (largest > 0 ? signedLog(matrix[i], largest) : 0)))];
    image.data.set(shade, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @param {string} colour as `rampColour` gives it */
const channelsOf = (colour) => (colour.match(/\d+/g) ?? []).map(Number);

/** @param {CanvasRenderingContext2D} context @param {Box} square @param {Picture} picture @param {Palette} palette */
function drawBorders(context, { left, right, top, bottom }, { borders, size, names }, palette) {
  const side = right - left;
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  for (const border of Array.from(borders)) {
    const at = Math.round((border / size) * side) + 0.5;
    context.moveTo(left + at, top);
    context.lineTo(left + at, bottom);
    context.moveTo(left, top + at);
    context.lineTo(right, top + at);
  }
  context.stroke();
  context.fillStyle = palette.muted;
  context.font = `11px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  names.forEach((name, i) => {
    const [from, to] = [borders[i], borders[i + 1]].map((border) => (border / size) * side);
    if (to - from < context.measureText(name).width + 4) return;
    context.fillText(name, left + (from + to) / 2, top - 5);
    context.save();
    context.translate(left - 5, top + (from + to) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(name, 0, 0);
    context.restore();
  });
}

/** @param {CanvasRenderingContext2D} context @param {Box} square @param {number} size @param {[number, number]} entry @param {Palette} palette */
function drawCross(context, { left, right, top, bottom }, size, [row, column], palette) {
  const side = right - left;
  const [x, y] = [left + ((column + 0.5) / size) * side, top + ((row + 0.5) / size) * side];
  context.strokeStyle = palette.ink;
  context.globalAlpha = 0.7;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
  context.globalAlpha = 1;
}
