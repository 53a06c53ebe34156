// @ts-check
/** What a network answers along one input, with the examples on it. */
import { classColour } from "./diverging.js";
import { createLayers, createPainter } from "./layers.js";
import { drawMark, drawPoints } from "./points.js";
import { linearTicks } from "./ticks.js";

/** @typedef {import("../types.js").Palette} Palette @typedef {{x: ArrayLike<number>, output: ArrayLike<number>}} Answer channel by channel */

const INSETS = { left: 44, right: 12, top: 10, bottom: 26 };
const MARGIN = 0.12;

/** @param {HTMLElement} host with a size of its own @param {{palette: Palette}} options */
export function createFit(host, { palette }) {
  const layers = createLayers(host, ["points", "curve"]);
  const [below, above] = layers.contexts;
  let colours = palette;
  /** @type {Answer | null} */
  let answer = null;
  /** @type {import("./points.js").Points} */
  let points = { train: null, test: null };
  /** @type {{x: number, y: number} | null} */
  let mark = null;
  /** @type {import("./plane.js").Meaning} */
  let meaning = { classes: 0, labels: ["", ""] };

  const axes = () => axesOf(answer, points, layers.size());

  function paintCurve() {
    const { width, height } = layers.size();
    above.clearRect(0, 0, width, height);
    if (!answer) return;
    const { px, py, box } = axes();
    const channels = answer.output.length / answer.x.length;
    above.save();
    above.beginPath();
    above.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    above.clip();
    for (let k = 0; k < channels; k++) {
      above.beginPath();
      for (let i = 0; i < answer.x.length; i++)
        above.lineTo(px(answer.x[i]), py(answer.output[k * answer.x.length + i]));
      above.lineWidth = 5;
      above.strokeStyle = colours.casing;
      above.stroke();
      above.lineWidth = 2.5;
      above.strokeStyle = channels > 1 ? classColour(k, channels, colours.lines) : colours.accent;
      above.stroke();
    }
    above.restore();
  }

  function paint() {
    const { width, height } = layers.size();
    below.clearRect(0, 0, width, height);
    if (answer) {
      drawAxes(below, axes(), meaning.labels, colours);
      const colourOf = (/** @type {number} */ label) =>
        meaning.classes ? classColour(label, meaning.classes, colours.lines) : colours.lines[0];
      drawPoints(below, points, axes(), colourOf, colours);
      drawMark(below, mark, axes(), colours);
    }
    paintCurve();
  }

  const painter = createPainter(host, layers, paint);
  return {
    /** @param {Answer | null} next */
    setAnswer(next) {
      if (next === answer) return;
      const first = !answer || !next;
      answer = next;
      if (first) painter.refresh();
      else if (!painter.isPending()) paintCurve();
    },
    /** @param {import("./points.js").Points} next @param {import("./plane.js").Meaning} as */
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

/** The values of the examples, with a margin: a curve that runs away must not squash them. @param {Answer | null} answer @param {import("./points.js").Points} points @param {{width: number, height: number}} size */
function axesOf(answer, { train, test }, { width, height }) {
  const box = { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
  const values = [...Array.from(train?.y ?? []), ...Array.from(test?.y ?? [])];
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const margin = MARGIN * (high - low || 1);
  const [y0, y1] = [low - margin, high + margin];
  const [x0, x1] = answer ? [answer.x[0], answer.x[answer.x.length - 1]] : [0, 1];
  return {
    box,
    window: [x0, x1, y0, y1],
    px: (/** @type {number} */ at) => box.left + ((at - x0) / (x1 - x0)) * (box.right - box.left),
    py: (/** @type {number} */ at) => box.bottom - ((at - y0) / (y1 - y0)) * (box.bottom - box.top),
  };
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<typeof axesOf>} axes @param {[string, string]} labels @param {Palette} palette */
function drawAxes(context, { box, window: [x0, x1, y0, y1], px, py }, labels, palette) {
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of linearTicks(x0, x1, 5))
    if (px(value) < box.right - 24) context.fillText(label, px(value), box.bottom + 6);
  context.fillText(labels[0], box.right - 10, box.bottom + 6);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  for (const { value, label } of linearTicks(y0, y1, 4)) {
    context.moveTo(box.left, py(value));
    context.lineTo(box.right, py(value));
    context.fillText(label, box.left - 7, py(value));
  }
  context.stroke();
}
