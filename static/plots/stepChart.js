/** A chart over steps, which is a timeline too: what was is drawn full, what comes faint, and a cursor between. */

import { drawChartAxes } from "./chartAxes.js";
import { createLayers, createPainter } from "./layers.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./curves.js").Domain} Domain */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Insets */
/** @typedef {{scale: "log" | "linear", steps: number}} StepView where the step axis ends, and how values are placed */

/**
 * @typedef {object} Place Where the curves are, in CSS pixels.
 * @property {import("./labels.js").Box} box
 * @property {number} width of the chart
 * @property {(step: number) => number} acrossAt
 * @property {(value: number) => number} downAt NaN where the scale has no place for the value
 * @property {Domain} domain
 * @property {Palette} palette
 * @property {StepView} view
 */

/**
 * @typedef {object} Content What a chart shows.
 * @property {(view: StepView) => Domain} domain of the values
 * @property {(context: CanvasRenderingContext2D, place: Place) => void} drawCurves clipped to the box
 * @property {(context: CanvasRenderingContext2D, place: Place, step: number) => void} drawDots on the cursor
 * @property {(context: CanvasRenderingContext2D, place: Place) => void} [drawGround] under the curves, never faint
 */

const INSETS = { left: 52, right: 14, top: 10, bottom: 22 };
const FAINT = 0.28;

/** @param {CanvasRenderingContext2D} context */
const erase = (context) => context.clearRect(0, 0, context.canvas.width, context.canvas.height);

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {string} colour @param {Palette} palette */
export function drawDot(context, x, y, colour, { panel }) {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = panel;
  context.stroke();
}

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {StepView} options.view at first
 * @param {Content} options.content
 * @param {Insets} [options.insets]
 * @param {(step: number) => void} [options.onScrub] a press or a drag on the chart, in whole steps
 */
export function createStepChart(host, { palette, view: first, content, insets = INSETS, onScrub }) {
  // Curves are drawn when data arrive; a frame only moves the border between what is shown full and what is faint.
  const layers = createLayers(host, ["axes", "faint", "curves", "cursor"]);
  const [axes, faint, curves, cursor] = layers.contexts;
  const controller = new AbortController();
  let view = first;
  let colours = palette;
  let step = 0;
  /** @type {Domain} */
  let domain = { low: 1, high: 10, gaps: 0 };

  const box = () => {
    const { width, height } = layers.size();
    return { left: insets.left, right: width - insets.right, top: insets.top, bottom: height - insets.bottom };
  };

  /** @param {number} at */
  const acrossAt = (at) => box().left + (at / Math.max(1, view.steps)) * (box().right - box().left);

  /** @param {number} value */
  function downAt(value) {
    const { top, bottom } = box();
    const place =
      view.scale === "log"
        ? Math.log10(value / domain.low) / Math.log10(domain.high / domain.low)
        : (value - domain.low) / (domain.high - domain.low);
    return Number.isFinite(place) ? bottom - place * (bottom - top) : Number.NaN;
  }

  /** @returns {Place} */
  const place = () => ({ box: box(), width: layers.size().width, acrossAt, downAt, domain, palette: colours, view });

  function drawCurves() {
    domain = content.domain(view);
    drawChartAxes(axes, place());
    content.drawGround?.(axes, place());
    erase(curves);
    const { left, right, top, bottom } = box();
    curves.save();
    curves.beginPath();
    curves.rect(left, top - insets.top, right - left, bottom - top + insets.top);
    curves.clip();
    content.drawCurves(curves, place());
    curves.restore();
    drawFaint();
  }

  function drawFaint() {
    erase(faint);
    const { width, height } = layers.size();
    faint.globalAlpha = FAINT;
    if (curves.canvas.width && curves.canvas.height) faint.drawImage(curves.canvas, 0, 0, width, height);
    faint.globalAlpha = 1;
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
    content.drawDots(cursor, place(), step);
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
    /** @param {Partial<StepView>} change */
    setView(change) {
      view = { ...view, ...change };
      refresh();
    },
    /** The data grew or changed. */
    refresh,
    /** @param {number} next may be fractional */
    draw(next) {
      step = next;
      if (!painter.isPending()) drawCursor();
    },
    /** Where the step axis begins and ends, in CSS pixels from the host's sides: a range input above it can align. */
    insets: () => ({ left: insets.left, right: insets.right }),
    domain: () => domain,
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
