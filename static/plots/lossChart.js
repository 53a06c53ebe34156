/** Loss over steps, one curve for each track. */

import { curveOf, domainOf, strokeCurve } from "./curves.js";
import { linesWithin } from "./labels.js";
import { createStepChart, drawDot } from "./stepChart.js";

/** @typedef {import("../types.js").Track} Track */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./stepChart.js").Place} Place */

const LINE = 2;
const GAPS = "values of 0 and below have no place on a log scale";
const GAPS_MARGIN = 8;
const GAPS_ROW = 14;

/**
 * @typedef {object} ChartView
 * @property {string} quantity a column of the run buffers by its wire name
 * @property {"log" | "linear"} scale
 * @property {number} steps where the step axis ends
 */

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {(step: number) => void} [options.onScrub] a press or a drag on the chart, in whole steps
 */
export function createLossChart(host, { palette, onScrub }) {
  /** @type {Track[]} */
  let tracks = [];
  let quantity = "loss";

  const shown = () => tracks.filter(({ hidden }) => !hidden);

  const chart = createStepChart(host, {
    palette,
    onScrub,
    view: { scale: "log", steps: 1 },
    content: {
      domain: ({ scale }) => domainOf(shown(), { quantity, scale }),
      drawGround: sayGaps,
      drawCurves,
      drawDots,
    },
  });

  /** @param {CanvasRenderingContext2D} context @param {Place} place */
  function drawCurves(context, { acrossAt, downAt, box, palette: { lines } }) {
    for (const track of shown()) {
      const curve = curveOf(track.buffer, quantity, acrossAt, downAt, box.right - box.left);
      strokeCurve(context, curve, lines[track.colour], LINE);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Place} place @param {number} step */
  function drawDots(context, { acrossAt, downAt, box, palette: colours }, step) {
    for (const { buffer, colour } of shown()) {
      const index = buffer.at(step);
      // A value below the axis is a dot at its foot: the optimiser is still there.
      const y = Math.min(box.bottom, downAt(buffer.column(quantity).at(index)));
      if (index < 0 || Number.isNaN(y)) continue;
      drawDot(context, acrossAt(buffer.column("step").at(index)), y, colours.lines[colour], colours);
    }
  }

  return {
    ...chart,
    /** @param {Track[]} next */
    setTracks(next) {
      tracks = next;
      chart.refresh();
    },
    /** @param {Partial<ChartView>} change */
    setView({ quantity: next = quantity, ...change }) {
      quantity = next;
      chart.setView(change);
    },
    /** How many values the scale has no place for: not positive, on a log scale. They are gaps in the curves. */
    gaps: () => chart.domain().gaps,
  };
}

/**
 * What a log scale cannot show is said where it is missing.
 * @param {CanvasRenderingContext2D} context
 * @param {Pick<Place, "box" | "domain" | "palette">} place
 */
export function sayGaps(context, { box: { left, right, bottom }, domain, palette: { font, muted } }) {
  if (!domain.gaps) return;
  context.font = `11px ${font}`;
  context.fillStyle = muted;
  context.textAlign = "left";
  context.textBaseline = "bottom"; // where losses that fall to zero have not come yet
  const lines = linesWithin(GAPS, right - left - 2 * GAPS_MARGIN, (text) => context.measureText(text).width);
  lines.reverse().forEach((line, row) => {
    context.fillText(line, left + GAPS_MARGIN, bottom - 2 - row * GAPS_ROW);
  });
}
