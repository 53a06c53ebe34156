// @ts-check
/** Lines over a continuous axis on a canvas: curves, bands, dots and a cursor that the pointer moves. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { linearTicks, powerTicks } from "../../plots/ticks.js";
import { rangeOf } from "./geometry.js";
import { placeNames } from "./markNames.js";

/** @typedef {import("../../types.js").Palette} Palette */
/**
 * @typedef {object} Line
 * @property {ArrayLike<number>} y NaN is a gap
 * @property {(palette: Palette) => string} colour
 * @property {number} [width]
 * @property {number[]} [dash]
 * @property {string} [label] written at its last point
 * @property {{low: ArrayLike<number>, high: ArrayLike<number>}} [band]
 *
 * @typedef {object} Chart
 * @property {ArrayLike<number>} x
 * @property {"log" | "linear"} scale of x; a log axis falls from left to right, as the strength does along a path
 * @property {Line[]} lines
 * @property {{x: number, y: number}[]} [rings] open circles
 * @property {{x: number, label: string}[]} [marks] dashed verticals
 * @property {boolean} [fromZero] the value axis begins at 0
 * @property {string[]} [beside] names for which room is left besides those of the lines
 */

const INSETS = { left: 46, top: 12, bottom: 24 };
const FONT = 11;
const SWATCH = 12;
/** Share of the width that names may take. */
const WIDEST = 0.35;

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {(x: number) => void} [options.onPick] a press or a drag, in values of x
 */
export function createLines(host, { palette, onPick }) {
  const layers = createLayers(host, ["lines", "cursor"]);
  const [below, above] = layers.contexts;
  let colours = palette;
  /** @type {Chart | null} */
  let chart = null;
  /** @type {number | null} */
  let cursor = null;
  const controller = new AbortController();

  /** Room for the names beside the lines. */
  function nameRoom() {
    below.font = `${FONT}px ${colours.font}`;
    const names = (chart?.lines ?? []).map(({ label }) => label ?? "");
    const widths = [...names, ...(chart?.beside ?? [])].map((name) => below.measureText(name).width);
    return Math.min(WIDEST * layers.size().width, SWATCH + 14 + Math.max(0, ...widths));
  }

  const box = () => {
    const { width, height } = layers.size();
    return { left: INSETS.left, right: width - nameRoom(), top: INSETS.top, bottom: height - INSETS.bottom };
  };

  /** @param {number} value */
  const mapped = (value) => (chart?.scale === "log" ? -Math.log10(value) : value);

  const spans = () => {
    const shown = /** @type {Chart} */ (chart);
    const [x0, x1] = rangeOf(Array.from(shown.x, mapped));
    const all = shown.lines.flatMap(({ y, band }) => [
      ...Array.from(y),
      ...(band ? [...Array.from(band.high), ...Array.from(band.low)] : []),
    ]);
    const [low, high] = rangeOf(all.filter(Number.isFinite));
    const margin = 0.06 * (high - low || 1);
    return { x0, x1, y0: shown.fromZero ? 0 : low - margin, y1: high + margin };
  };

  const places = () => {
    const { left, right, top, bottom } = box();
    const { x0, x1, y0, y1 } = spans();
    return {
      across: (/** @type {number} */ x) => left + ((mapped(x) - x0) / (x1 - x0 || 1)) * (right - left),
      down: (/** @type {number} */ y) => bottom - ((y - y0) / (y1 - y0 || 1)) * (bottom - top),
      spans: { x0, x1, y0, y1 },
    };
  };

  function redraw() {
    const { width, height } = layers.size();
    below.clearRect(0, 0, width, height);
    if (!chart) return above.clearRect(0, 0, width, height);
    const place = places();
    drawAxes(below, chart, box(), place, colours);
    for (const line of chart.lines) drawLine(below, chart.x, line, place, colours);
    drawRings(below, chart.rings ?? [], place, colours);
    drawNames(below, chart, box(), place, colours);
    drawCursor();
  }

  function drawCursor() {
    const { width, height } = layers.size();
    above.clearRect(0, 0, width, height);
    if (!chart || cursor === null) return;
    const at = places().across(cursor);
    vertical(above, at, box(), colours.ink, []);
  }

  /** @param {PointerEvent} event */
  function pick(event) {
    if (!chart) return;
    const { left, right } = box();
    const { x0, x1 } = spans();
    const share = Math.min(1, Math.max(0, (event.clientX - host.getBoundingClientRect().left - left) / (right - left)));
    const value = x0 + share * (x1 - x0);
    onPick?.(chart.scale === "log" ? 10 ** -value : value);
  }

  if (onPick) {
    const { signal } = controller;
    host.style.touchAction = "pan-y";
    host.addEventListener(
      "pointerdown",
      (event) => {
        host.setPointerCapture(event.pointerId);
        pick(event);
      },
      { signal },
    );
    host.addEventListener("pointermove", (event) => host.hasPointerCapture(event.pointerId) && pick(event), { signal });
  }
  const painter = createPainter(host, layers, redraw);

  return {
    /** @param {Chart | null} next */
    set(next) {
      chart = next;
      painter.refresh();
    },
    /** @param {number | null} x */
    point(x) {
      cursor = x;
      if (!painter.isPending()) drawCursor();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose() {
      controller.abort();
      painter.dispose();
    },
  };
}

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box @typedef {{across(x: number): number, down(y: number): number, spans: {x0: number, x1: number, y0: number, y1: number}}} Place */

/** @param {CanvasRenderingContext2D} context @param {number} x @param {Box} box @param {string} colour @param {number[]} dash */
function vertical(context, x, { top, bottom }, colour, dash) {
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {Chart} chart @param {Box} box @param {Place} place @param {Palette} colours */
function drawAxes(context, chart, box, { across, down, spans }, colours) {
  Object.assign(context, {
    font: `${FONT}px ${colours.font}`,
    fillStyle: colours.muted,
    strokeStyle: colours.rule,
    lineWidth: 1,
  });
  context.beginPath();
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const { value, label } of linearTicks(spans.y0, spans.y1, Math.max(2, (box.bottom - box.top) / 36))) {
    const y = Math.round(down(value)) + 0.5;
    context.moveTo(box.left, y);
    context.lineTo(box.right, y);
    context.fillText(label, box.left - 7, y);
  }
  context.stroke();
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  const most = Math.max(2, (box.right - box.left) / 72);
  const ticks =
    chart.scale === "log" ? powerTicks(10 ** -spans.x1, 10 ** -spans.x0, most) : linearTicks(spans.x0, spans.x1, most);
  for (const { value, label } of ticks) context.fillText(label, across(value), box.bottom + 6);
  for (const { x } of chart.marks ?? []) vertical(context, across(x), box, colours.muted, [3, 4]);
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} x @param {Line} line @param {Place} place @param {Palette} colours */
function drawLine(context, x, { y, colour, width = 2, dash = [], band }, { across, down }, colours) {
  const points = Array.from(x, (value, i) => [across(value), down(y[i])]);
  if (band) {
    const rim = Array.from(x, (value, i) => [across(value), down(band.high[i])]);
    const foot = Array.from(x, (value, i) => [across(value), down(band.low[i])]).reverse();
    trace(context, [...rim, ...foot]);
    context.globalAlpha = 0.18;
    context.fillStyle = colour(colours);
    context.fill();
    context.globalAlpha = 1;
  }
  trace(context, points);
  Object.assign(context, { strokeStyle: colour(colours), lineWidth: width });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points NaN breaks the line */
function trace(context, points) {
  context.beginPath();
  let open = false;
  for (const [x, y] of points) {
    if (Number.isNaN(y)) open = false;
    else if (open) context.lineTo(x, y);
    else {
      context.moveTo(x, y);
      open = true;
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {{x: number, y: number}[]} rings @param {Place} place @param {Palette} colours */
function drawRings(context, rings, { across, down }, colours) {
  for (const { x, y } of rings) {
    context.beginPath();
    context.arc(across(x), down(y), 3.5, 0, 2 * Math.PI);
    Object.assign(context, { fillStyle: colours.panel, strokeStyle: colours.ink, lineWidth: 1.5 });
    context.fill();
    context.stroke();
  }
}

/** Names beside the ends of lines, spread so that none covers another; names of marks at the top. @param {CanvasRenderingContext2D} context @param {Chart} chart @param {Box} box @param {Place} place @param {Palette} colours */
function drawNames(context, chart, box, { across, down }, colours) {
  Object.assign(context, { font: `${FONT}px ${colours.font}`, textAlign: "left", textBaseline: "middle" });
  const last = chart.x.length - 1;
  const named = chart.lines
    .filter((line) => line.label && Number.isFinite(line.y[last]))
    .map((line) => ({ line, y: down(line.y[last]) }))
    .sort((a, b) => a.y - b.y);
  let free = box.top;
  const room = FONT + 1;
  named.forEach((entry, i) => {
    const lowest = box.bottom - (named.length - 1 - i) * room;
    entry.y = Math.min(Math.max(entry.y, free), Math.max(lowest, free));
    free = entry.y + room;
    const x = box.right + 6;
    context.beginPath();
    context.moveTo(x, entry.y);
    context.lineTo(x + SWATCH, entry.y);
    Object.assign(context, { strokeStyle: entry.line.colour(colours), lineWidth: 2.5, fillStyle: colours.ink });
    context.setLineDash(entry.line.dash ?? []);
    context.stroke();
    context.setLineDash([]);
    context.fillText(/** @type {string} */ (entry.line.label), x + SWATCH + 4, entry.y);
  });
  context.fillStyle = colours.muted;
  context.textBaseline = "top";
  const marks = (chart.marks ?? []).filter(({ label }) => label);
  const places = placeNames(
    marks.map(({ x, label }) => ({ x: across(x), width: context.measureText(label).width })),
    box.right,
  );
  for (const [i, { left, row }] of places.entries()) context.fillText(marks[i].label, left, box.top + row * room);
}
