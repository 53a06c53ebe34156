// @ts-check
/** Examples on a plot: discs are learnt from, rings are held out. */

/**
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, labels: ArrayLike<number>}} PointSet
 * @typedef {{train: PointSet | null, test: PointSet | null}} Points
 * @typedef {{px: (x: number) => number, py: (y: number) => number, box: import("./labels.js").Box}} Axes
 */

const MANY = 600;

/**
 * @param {CanvasRenderingContext2D} context @param {Points} points @param {Axes} axes
 * @param {(label: number) => string} colourOf @param {import("../types.js").Palette} palette
 */
export function drawPoints(context, { train, test }, axes, colourOf, palette) {
  context.save();
  context.beginPath();
  context.rect(axes.box.left, axes.box.top, axes.box.right - axes.box.left, axes.box.bottom - axes.box.top);
  context.clip();
  if (test) each(test, axes, (x, y, label, radius) => ring(context, x, y, radius, colourOf(label), palette));
  if (train) each(train, axes, (x, y, label, radius) => disc(context, x, y, radius, colourOf(label), palette));
  context.restore();
}

/** A ring of its own around one example. @param {CanvasRenderingContext2D} context @param {{x: number, y: number} | null} mark @param {Pick<Axes, "px" | "py">} axes @param {import("../types.js").Palette} palette */
export function drawMark(context, mark, { px, py }, palette) {
  if (!mark) return;
  for (const [width, colour] of /** @type {[number, string][]} */ ([
    [6, palette.casing],
    [2.5, palette.ink],
  ])) {
    context.beginPath();
    context.arc(px(mark.x), py(mark.y), 9, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** @param {PointSet} points @param {Axes} axes @param {(x: number, y: number, label: number, radius: number) => void} draw */
function each({ x, y, labels }, { px, py }, draw) {
  const radius = x.length > MANY ? 2 : 3.25;
  for (let i = 0; i < x.length; i++) draw(px(x[i]), py(y[i]), labels[i], radius);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} colour @param {import("../types.js").Palette} palette */
function disc(context, x, y, radius, colour, palette) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.25;
  context.strokeStyle = palette.casing;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} colour @param {import("../types.js").Palette} palette */
function ring(context, x, y, radius, colour, palette) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 3;
  context.strokeStyle = palette.casing;
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = colour;
  context.stroke();
}
