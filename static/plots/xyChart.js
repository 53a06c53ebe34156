// @ts-check
/** Curves and dots over a plain axis, with an optional vertical line that marks a place. */
import { createLayers, createPainter } from "./layers.js";
import { linearTicks, powerTicks } from "./ticks.js";

/**
 * @typedef {import("../types.js").Palette} Palette
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, colour: string, dots?: boolean, dash?: number[]}} Series NaN: a gap
 * @typedef {{value: number, label: string}} Tick
 * @typedef {{series: Series[], log: boolean, xTicks?: Tick[], cursor?: number | null, x?: [number, number], y?: [number, number]}} Figure
 *   without `x` or `y` the window holds all that is drawn
 */

const INSETS = { left: 46, right: 14, top: 10, bottom: 22 };
const DECADES = 16;

/** The smallest and largest number a scale has a place for. @param {Series[]} series @param {"x" | "y"} axis @param {boolean} log @returns {[number, number] | null} */
export function spanOf(series, axis, log) {
  const values = series.flatMap((one) => Array.from(one[axis])).filter((v) => Number.isFinite(v) && (!log || v > 0));
  return values.length ? [Math.min(...values), Math.max(...values)] : null;
}

/** The window of a figure, with a margin; whole decades on a log scale. @param {Figure} figure @returns {[number, number, number, number]} */
export function windowOf({ series, log, x, y }) {
  const [x0, x1] = x ?? widened(spanOf(series, "x", false) ?? [0, 1], 0);
  if (y) return [x0, x1, ...y];
  const span = spanOf(series, "y", log);
  if (!log) return [x0, x1, ...widened(span ?? [0, 1], 0.06)];
  const top = Math.ceil(Math.log10(span?.[1] ?? 1) + 1e-9);
  const bottom = Math.max(Math.floor(Math.log10(span?.[0] ?? 0.1) - 1e-9), top - DECADES);
  return [x0, x1, 10 ** Math.min(bottom, top - 1), 10 ** top];
}

/** @param {[number, number]} span @param {number} share @returns {[number, number]} */
function widened([low, high], share) {
  const margin = high > low ? share * (high - low) : 0.5;
  return [low - margin, high + margin];
}

/** @param {HTMLElement} host with a size of its own @param {{palette: Palette}} options */
export function createXyChart(host, { palette }) {
  const layers = createLayers(host, ["figure", "cursor"]);
  const [context, above] = layers.contexts;
  let colours = palette;
  /** @type {Figure} */
  let figure = { series: [], log: false };

  const box = () => {
    const { width, height } = layers.size();
    return { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
  };
  const axes = () => {
    const { left, right, top, bottom } = box();
    const [x0, x1, y0, y1] = windowOf(figure);
    const up = (/** @type {number} */ y) =>
      figure.log ? Math.log10(y / y0) / Math.log10(y1 / y0) : (y - y0) / (y1 - y0);
    return {
      px: (/** @type {number} */ x) => left + ((x - x0) / (x1 - x0)) * (right - left),
      py: (/** @type {number} */ y) => (figure.log && !(y > 0) ? Number.NaN : bottom - up(y) * (bottom - top)),
      window: [x0, x1, y0, y1],
    };
  };

  function drawAxes() {
    const { px, py, window } = axes();
    const { left, right, top, bottom } = box();
    context.font = `11px ${colours.font}`;
    context.fillStyle = colours.muted;
    context.strokeStyle = colours.rule;
    context.lineWidth = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const most = Math.max(2, Math.floor((bottom - top) / 26));
    context.beginPath();
    for (const { value, label } of (figure.log ? powerTicks : linearTicks)(window[2], window[3], most)) {
      context.moveTo(left, py(value));
      context.lineTo(right, py(value));
      context.fillText(label, left - 7, py(value));
    }
    context.stroke();
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const { value, label } of figure.xTicks ?? linearTicks(window[0], window[1], 5))
      context.fillText(label, px(value), bottom + 6, 90);
  }

  /** @param {Series} one */
  function drawSeries({ x, y, colour, dots, dash = [] }) {
    const { px, py } = axes();
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(dash);
    context.beginPath();
    for (let i = 0; i < x.length; i++) {
      const [h, v] = [px(x[i]), py(y[i])];
      if (!Number.isFinite(v)) continue;
      if (dots) {
        context.moveTo(h + 3, v);
        context.arc(h, v, 3, 0, 2 * Math.PI);
      } else if (i && Number.isFinite(py(y[i - 1]))) context.lineTo(h, v);
      else context.moveTo(h, v);
    }
    if (dots) context.fill();
    else context.stroke();
    context.setLineDash([]);
  }

  function drawCursor() {
    const { width, height } = layers.size();
    above.clearRect(0, 0, width, height);
    if (figure.cursor === null || figure.cursor === undefined) return;
    const { px, py } = axes();
    const { top, bottom } = box();
    above.beginPath();
    above.moveTo(px(figure.cursor), top);
    above.lineTo(px(figure.cursor), bottom);
    above.lineWidth = 1.5;
    above.strokeStyle = colours.ink;
    above.stroke();
    for (const one of figure.series) {
      const v = py(valueNear(one, figure.cursor));
      if (!Number.isFinite(v) || one.dots) continue;
      above.beginPath();
      above.arc(px(figure.cursor), v, 4, 0, 2 * Math.PI);
      above.fillStyle = one.colour;
      above.fill();
    }
  }

  function paint() {
    const { width, height } = layers.size();
    context.clearRect(0, 0, width, height);
    drawAxes();
    const { left, right, top, bottom } = box();
    context.save();
    context.beginPath();
    context.rect(left - 4, top - 4, right - left + 8, bottom - top + 8);
    context.clip();
    for (const one of figure.series) drawSeries(one);
    context.restore();
    drawCursor();
  }

  const painter = createPainter(host, layers, paint);
  return {
    /** @param {Figure} next */
    set(next) {
      figure = next;
      painter.refresh();
    },
    /** @param {number} at */
    setCursor(at) {
      figure = { ...figure, cursor: at };
      if (!painter.isPending()) drawCursor();
    },
    insets: () => ({ left: INSETS.left, right: INSETS.right }),
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose: painter.dispose,
  };
}

/** The value of a series at a place, between its neighbours. @param {{x: ArrayLike<number>, y: ArrayLike<number>}} series ascending in x @param {number} at */
export function valueNear({ x, y }, at) {
  for (let i = 1; i < x.length; i++) {
    if (at > x[i]) continue;
    const share = (at - x[i - 1]) / (x[i] - x[i - 1]);
    return y[i - 1] + Math.min(1, Math.max(0, share)) * (y[i] - y[i - 1]);
  }
  return Number.NaN;
}
