/** Loss over steps, which is the timeline too: what was is drawn full, what comes faint, and a cursor between. */

import { drawChartAxes } from "./chartAxes.js";
import { curveOf, domainOf, strokeCurve } from "./curves.js";
import { createLayers, createPainter } from "./layers.js";

/** @typedef {import("../types.js").Track} Track */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./curves.js").Domain} Domain */

const INSETS = { left: 52, right: 14, top: 10, bottom: 22 };
const FAINT = 0.28;
const LINE = 2;

/**
 * @typedef {object} ChartView
 * @property {string} quantity a column of the run buffers by its wire name
 * @property {"log" | "linear"} scale
 * @property {number} steps where the step axis ends
 */

/** @param {CanvasRenderingContext2D} context */
const erase = (context) => context.clearRect(0, 0, context.canvas.width, context.canvas.height);

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {(step: number) => void} [options.onScrub] a press or a drag on the chart, in whole steps
 */
export function createLossChart(host, { palette, onScrub }) {
  // Curves are drawn when data arrive; a frame only moves the border between what is shown full and what is faint.
  const layers = createLayers(host, ["axes", "faint", "curves", "cursor"]);
  const [axes, faint, curves, cursor] = layers.contexts;
  /** @type {Track[]} */
  let tracks = [];
  /** @type {ChartView} */
  let view = { quantity: "loss", scale: "log", steps: 1 };
  let colours = palette;
  let step = 0;
  /** @type {Domain} */
  let domain = { low: 1, high: 10, gaps: 0 };
  const controller = new AbortController();

  const box = () => {
    const { width, height } = layers.size();
    return { left: INSETS.left, right: width - INSETS.right, top: INSETS.top, bottom: height - INSETS.bottom };
  };

  const shown = () => tracks.filter(({ hidden }) => !hidden);

  /** @param {number} at */
  const acrossAt = (at) => box().left + (at / Math.max(1, view.steps)) * (box().right - box().left);

  /** @param {number} value @returns {number} NaN where the scale has no place for the value */
  function downAt(value) {
    const { top, bottom } = box();
    const place =
      view.scale === "log"
        ? Math.log10(value / domain.low) / Math.log10(domain.high / domain.low)
        : (value - domain.low) / (domain.high - domain.low);
    return Number.isFinite(place) ? bottom - place * (bottom - top) : Number.NaN;
  }

  function drawCurves() {
    domain = domainOf(shown(), view);
    drawChartAxes(axes, { box: box(), domain, view, acrossAt, downAt, palette: colours });
    erase(curves);
    const { left, right, bottom } = box();
    curves.save();
    curves.beginPath();
    curves.rect(left, 0, right - left, bottom);
    curves.clip();
    for (const track of shown()) {
      const curve = curveOf(track.buffer, view.quantity, acrossAt, downAt, right - left);
      strokeCurve(curves, curve, colours.lines[track.colour], LINE);
    }
    curves.restore();
    drawFaint();
    sayGaps();
  }

  /** What a log scale cannot show is said where it is missing. */
  function sayGaps() {
    if (!domain.gaps) return;
    const { left, top } = box();
    axes.font = `11px ${colours.font}`;
    axes.fillStyle = colours.muted;
    axes.textAlign = "left";
    axes.textBaseline = "top";
    axes.fillText("values of 0 and below have no place on a log scale: choose Linear", left + 8, top);
  }

  function drawFaint() {
    erase(faint);
    const { width, height } = layers.size();
    faint.globalAlpha = FAINT;
    if (curves.canvas.width && curves.canvas.height) faint.drawImage(curves.canvas, 0, 0, width, height);
    faint.globalAlpha = 1;
  }

  /** @param {Track} track */
  function drawDot({ buffer, colour }) {
    const index = buffer.at(step);
    // A value below the axis is a dot at its foot: the optimiser is still there.
    const y = Math.min(box().bottom, downAt(buffer.column(view.quantity).at(index)));
    if (index < 0 || Number.isNaN(y)) return;
    cursor.beginPath();
    cursor.arc(acrossAt(buffer.column("step").at(index)), y, 4, 0, 2 * Math.PI);
    cursor.fillStyle = colours.lines[colour];
    cursor.fill();
    cursor.lineWidth = 1.5;
    cursor.strokeStyle = colours.panel;
    cursor.stroke();
  }

  function drawCursor() {
    const { top, bottom } = box();
    const x = acrossAt(step);
    curves.canvas.style.clipPath = `inset(0 ${Math.max(0, layers.size().width - x)}px 0 0)`;
    erase(cursor);
    cursor.beginPath();
    cursor.moveTo(x, top - 4);
    cursor.lineTo(x, bottom + 4);
    cursor.lineWidth = 1.5;
    cursor.strokeStyle = colours.ink;
    cursor.stroke();
    for (const track of shown()) drawDot(track);
  }

  function redraw() {
    drawCurves();
    drawCursor();
  }

  /** @param {PointerEvent} event */
  function scrub(event) {
    const { left, right } = box();
    const share = (event.clientX - host.getBoundingClientRect().left - left) / (right - left);
    onScrub?.(Math.round(Math.min(1, Math.max(0, share)) * view.steps));
  }

  function listen() {
    const { signal } = controller;
    host.style.touchAction = "pan-y";
    host.addEventListener(
      "pointerdown",
      (event) => {
        host.setPointerCapture(event.pointerId);
        scrub(event);
      },
      { signal },
    );
    host.addEventListener("pointermove", (event) => host.hasPointerCapture(event.pointerId) && scrub(event), {
      signal,
    });
  }

  if (onScrub) listen();
  const painter = createPainter(host, layers, redraw);
  const { refresh } = painter;

  return {
    /** @param {Track[]} next */
    setTracks(next) {
      tracks = next;
      refresh();
    },
    /** @param {Partial<ChartView>} change */
    setView(change) {
      view = { ...view, ...change };
      refresh();
    },
    refresh,
    /** @param {number} next may be fractional */
    draw(next) {
      step = next;
      if (!painter.isPending()) drawCursor();
    },
    /** Where the step axis begins and ends, in CSS pixels from the host's sides: a range input above it can align. */
    insets: () => ({ left: INSETS.left, right: INSETS.right }),
    /** How many values the scale has no place for: not positive, on a log scale. They are gaps in the curves. */
    gaps: () => domain.gaps,
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      refresh();
    },
    dispose() {
      controller.abort();
      painter.dispose();
    },
  };
}
