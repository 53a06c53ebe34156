// @ts-check
/** Colours of signed numbers: one hue below zero, another above, the ground between; and of classes. Pure. */

/** @typedef {[number, number, number]} Rgb */
/** @typedef {{negative: Rgb, zero: Rgb, positive: Rgb}} Diverging */

/** @param {string} colour `#rgb` or `#rrggbb` @returns {Rgb} */
export function rgbOf(colour) {
  const digits = colour.replace("#", "");
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return /** @type {Rgb} */ ([0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)));
}

/** Blue below zero, amber above: apart for every common kind of colour vision. @param {import("../types.js").Palette} palette @returns {Diverging} */
export const divergingOf = ({ lines, panel }) => ({
  negative: rgbOf(lines[1]),
  zero: rgbOf(panel),
  positive: rgbOf(lines[0]),
});

/** The colour of class `index` among `classes`: of two, the first is the negative one. @param {number} index @param {number} classes @param {string[]} lines */
export const classColour = (index, classes, lines) =>
  lines[classes <= 2 ? 1 - Math.min(1, index) : index % lines.length];

/** @param {Rgb} a @param {Rgb} b @param {number} share @param {Uint8ClampedArray} into @param {number} at */
export function mix(a, b, share, into, at) {
  for (let c = 0; c < 3; c++) into[at + c] = a[c] + (b[c] - a[c]) * share;
  into[at + 3] = 255;
}

/**
 * A picture of signed values, row 0 at the bottom; what is not finite stays transparent.
 *
 * @param {ArrayLike<number>} values rows = y, ascending @param {number} columns @param {number} rows
 * @param {Diverging} colours @param {number} scale the magnitude of full colour @param {number} [from] where it begins in `values`
 */
export function signedPixels(values, columns, rows, colours, scale, from = 0) {
  const pixels = new Uint8ClampedArray(4 * columns * rows);
  for (let i = 0; i < columns * rows; i++) {
    const share = values[from + i] / scale;
    if (!Number.isFinite(share)) continue;
    const at = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns));
    mix(colours.zero, share < 0 ? colours.negative : colours.positive, Math.min(1, Math.abs(share)), pixels, at);
  }
  return pixels;
}

/**
 * A picture of class probabilities: each class's colour in proportion, row 0 at the bottom.
 *
 * @param {ArrayLike<number>} values class by class, each rows × columns @param {number} columns @param {number} rows @param {Rgb[]} colours
 * @param {Rgb} ground @param {number} strength 0 … 1 of the colours over the ground
 */
export function classPixels(values, columns, rows, colours, ground, strength) {
  const pixels = new Uint8ClampedArray(4 * columns * rows);
  const size = columns * rows;
  for (let i = 0; i < size; i++) {
    const at = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns));
    for (let c = 0; c < 3; c++) {
      const blend = colours.reduce((sum, colour, k) => sum + colour[c] * values[k * size + i], 0);
      pixels[at + c] = ground[c] + (blend - ground[c]) * strength;
    }
    pixels[at + 3] = Number.isFinite(values[i]) ? 255 : 0;
  }
  return pixels;
}

/** The largest finite magnitude of a stretch. @param {ArrayLike<number>} values @param {number} from @param {number} length */
export function magnitude(values, from = 0, length = values.length - from) {
  let most = 0;
  for (let i = from; i < from + length; i++) {
    const size = Math.abs(values[i]);
    if (size < Number.POSITIVE_INFINITY && size > most) most = size;
  }
  return most;
}

/** Small pictures as canvases, so that they can be drawn at any size. @param {Uint8ClampedArray} pixels @param {number} columns @param {number} rows */
export function stamp(pixels, columns, rows) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const image = new ImageData(/** @type {Uint8ClampedArray<ArrayBuffer>} */ (pixels), columns, rows);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas;
}
