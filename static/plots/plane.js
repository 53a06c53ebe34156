// @ts-check
/** What a network answers over the plane of two inputs, with the examples on it. */
import { classColour, classPixels, divergingOf, magnitude, rgbOf, signedPixels, stamp } from "./diverging.js";
import { isoline, lead } from "./isolines.js";
import { createLayers, createPainter } from "./layers.js";
import { drawMark, drawPoints } from "./points.js";
import { linearTicks } from "./ticks.js";

/**
 * @typedef {import("../types.js").Palette} Palette
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, output: ArrayLike<number>}} Answer channel by channel, rows = y
 * @typedef {import("./points.js").Points} Points
 * @typedef {{classes: number, labels: [string, string]}} Meaning `classes` 0: the answer is a number
 */

const INSETS = { left: 38, right: 12, top: 8, bottom: 26 };
const STRENGTH = 0.72;
const LOPSIDED = 3;

/** @param {HTMLElement} host with a size of its own @param {{palette: Palette}} options */
export function createPlane(host, { palette }) {
  const layers = createLayers(host, ["answer", "points"]);
  const [ground, above] = layers.contexts;
  let colours = palette;
  /** @type {Answer | null} */
  let answer = null;
  /** @type {Points} */
  let points = { train: null, test: null };
  /** @type {{x: number, y: number} | null} */
  let mark = null;
  /** @type {Meaning} */
  let meaning = { classes: 2, labels: ["", ""] };
  /** @type {HTMLCanvasElement | null} */
  let image = null;

  const axes = () => axesOf(answer, layers.size());
  const scale = () => Math.max(magnitude(points.train?.labels ?? []), 1e-9);

  function paintAnswer() {
    const { width, height } = layers.size();
    ground.clearRect(0, 0, width, height);
    if (!answer || !image) return;
    const { left, right, top, bottom } = axes().box;
    // Cell centres are the grid's points: the picture reaches half a cell beyond them on each side.
    const [dx, dy] = [(right - left) / (answer.x.length - 1) / 2, (bottom - top) / (answer.y.length - 1) / 2];
    ground.save();
    ground.beginPath();
    ground.rect(left, top, right - left, bottom - top);
    ground.clip();
    ground.imageSmoothingQuality = "high";
    ground.drawImage(image, left - dx, top - dy, right - left + 2 * dx, bottom - top + 2 * dy);
    ground.restore();
    strokeBorders();
  }

  function strokeBorders() {
    if (!answer || !meaning.classes) return;
    const [columns, rows] = [answer.x.length, answer.y.length];
    const { left, right, top, bottom } = axes().box;
    const channels = answer.output.length / (columns * rows);
    const fields =
      channels === 1
        ? [isoline(answer.output, columns, rows, 0.5)]
        : Array.from({ length: channels }, (_, k) =>
            isoline(lead(/** @type {Answer} */ (answer).output, channels, columns * rows, k), columns, rows, 0),
          );
    ground.beginPath();
    for (const [x0, y0, x1, y1] of fields.flat()) {
      ground.moveTo(left + (x0 / (columns - 1)) * (right - left), bottom - (y0 / (rows - 1)) * (bottom - top));
      ground.lineTo(left + (x1 / (columns - 1)) * (right - left), bottom - (y1 / (rows - 1)) * (bottom - top));
    }
    ground.lineWidth = 2.25;
    ground.strokeStyle = colours.ink;
    ground.stroke();
  }

  function paint() {
    image = answer ? pictureOf(answer, meaning, colours, scale()) : null;
    paintAnswer();
    const { width, height } = layers.size();
    above.clearRect(0, 0, width, height);
    if (!answer) return;
    drawAxes(above, axes(), answer, meaning.labels, colours);
    drawPoints(above, points, axes(), (label) => pointColour(label, meaning, colours, scale()), colours);
    drawMark(above, mark, axes(), colours);
  }

  const painter = createPainter(host, layers, paint);
  return {
    /** @param {Answer | null} next */
    setAnswer(next) {
      if (next === answer) return;
      const moved = !next || !answer || next.x[0] !== answer.x[0] || next.x.length !== answer.x.length;
      answer = next;
      image = answer ? pictureOf(answer, meaning, colours, scale()) : null;
      if (moved) painter.refresh();
      else if (!painter.isPending()) paintAnswer();
    },
    /** @param {Points} next @param {Meaning} as */
    setPoints(next, as) {
      points = next;
      meaning = as;
      painter.refresh();
    },
    /** One example is followed. @param {{x: number, y: number} | null} next */
    setMark(next) {
      mark = next;
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

/** @param {Answer} answer @param {Meaning} meaning @param {Palette} palette @param {number} scale of numbers @returns {HTMLCanvasElement} */
function pictureOf({ x, y, output }, { classes }, palette, scale) {
  const [columns, rows] = [x.length, y.length];
  const channels = output.length / (columns * rows);
  const colours = divergingOf(palette);
  if (!classes) return stamp(signedPixels(output, columns, rows, colours, scale), columns, rows);
  if (channels === 1) {
    const signed = Float64Array.from(output, (p) => 2 * p - 1);
    return stamp(signedPixels(signed, columns, rows, colours, 1 / STRENGTH), columns, rows);
  }
  const hues = Array.from({ length: channels }, (_, k) => rgbOf(classColour(k, classes, palette.lines)));
  return stamp(classPixels(output, columns, rows, hues, colours.zero, STRENGTH), columns, rows);
}

/** @param {number} label @param {Meaning} meaning @param {Palette} palette @param {number} scale */
function pointColour(label, { classes }, palette, scale) {
  if (classes) return classColour(label, classes, palette.lines);
  const { positive, negative, zero } = divergingOf(palette);
  const share = Math.min(1, Math.abs(label) / scale);
  const hue = label < 0 ? negative : positive;
  return `rgb(${zero.map((channel, c) => Math.round(channel + (hue[c] - channel) * share)).join(" ")})`;
}

/** Equal units on both axes, unless one of them is much longer. @param {Answer | null} answer @param {{width: number, height: number}} size */
function axesOf(answer, { width, height }) {
  const whole = { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
  if (!answer) return { box: whole, px: () => 0, py: () => 0 };
  const { x, y } = answer;
  const [x0, x1, y0, y1] = [x[0], x[x.length - 1], y[0], y[y.length - 1]];
  const ratio = (x1 - x0) / (y1 - y0);
  const box = ratio < LOPSIDED && ratio > 1 / LOPSIDED ? within(whole, ratio) : whole;
  return {
    box,
    px: (/** @type {number} */ at) => box.left + ((at - x0) / (x1 - x0)) * (box.right - box.left),
    py: (/** @type {number} */ at) => box.bottom - ((at - y0) / (y1 - y0)) * (box.bottom - box.top),
  };
}

/** @param {import("./labels.js").Box} box @param {number} ratio width over height @returns {import("./labels.js").Box} */
function within({ left, right, top, bottom }, ratio) {
  const [width, height] = [right - left, bottom - top];
  const w = Math.min(width, height * ratio);
  const h = w / ratio;
  const middle = left + width / 2;
  return { left: middle - w / 2, right: middle + w / 2, top: top + (height - h) / 2, bottom: top + (height + h) / 2 };
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<typeof axesOf>} axes @param {Answer} answer @param {[string, string]} labels @param {Palette} palette */
function drawAxes(context, { box, px, py }, { x, y }, labels, palette) {
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.textBaseline = "top";
  context.textAlign = "center";
  // The far ends of the axes belong to their names.
  for (const { value, label } of linearTicks(x[0], x[x.length - 1], 4))
    if (px(value) < box.right - 24) context.fillText(label, px(value), box.bottom + 6);
  context.fillText(labels[0], box.right - 8, box.bottom + 6);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of linearTicks(y[0], y[y.length - 1], 4))
    if (py(value) > box.top + 18) context.fillText(label, box.left - 6, py(value));
  context.fillText(labels[1], box.left - 6, box.top + 6);
}
