/** Norms per layer at a step, on a log scale: where gradients vanish and explode. */

import { createLayers, createPainter } from "./layers.js";
import { powerTicks } from "./ticks.js";

/** @typedef {import("../types.js").Track} Track */
/** @typedef {import("../types.js").Palette} Palette */

const TOP = 8;
const BOTTOM = 22;
const LEFT = 92;
const RIGHT = 14;
const GAP = 6;
const THICKEST = 9;
/** Decades shown at least: a bar at the lower end of its decade would otherwise have no length. */
const FEWEST = 2;

/** @param {Track[]} tracks @param {"gradientNorm" | "deltaNorm"} quantity */
function columnsOf(tracks, quantity) {
  const names = [...new Set(tracks.flatMap(({ buffer }) => [...buffer.layers.keys()]))];
  return names.map((name) => ({
    name,
    bars: tracks.flatMap((track) => {
      const column = track.buffer.layers.get(name)?.[quantity];
      return column?.length ? [{ track, column }] : [];
    }),
  }));
}

/** Whole decades around every positive value of the whole run: bars can be compared from step to step. @param {ReturnType<typeof columnsOf>} rows */
function decadesOf(rows) {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { column } of rows.flatMap(({ bars }) => bars)) {
    for (const value of column.array.subarray(0, column.length)) {
      if (value > 0) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  if (high === 0) return { low: 1e-3, high: 1 };
  const top = Math.ceil(Math.log10(high) + 1e-9);
  const bottom = Math.min(Math.floor(Math.log10(low) - 1e-9), top - FEWEST);
  return { low: 10 ** Math.max(bottom, top - 16), high: 10 ** top };
}

/**
 * @param {HTMLElement} host with a size of its own
 * @param {{palette: Palette}} options
 */
export function createBars(host, { palette }) {
  const layers = createLayers(host, ["axes", "bars"]);
  const [axes, context] = layers.contexts;
  /** @type {Track[]} */
  let tracks = [];
  /** @type {"gradientNorm" | "deltaNorm"} */
  let quantity = "gradientNorm";
  let colours = palette;
  let step = 0;
  /** @type {ReturnType<typeof columnsOf>} */
  let rows = [];
  let decades = { low: 1e-3, high: 1 };

  /** @param {number} value positive */
  function acrossAt(value) {
    const share = Math.log10(value / decades.low) / Math.log10(decades.high / decades.low);
    return LEFT + Math.max(0, share) * (layers.size().width - LEFT - RIGHT);
  }

  const rowHeight = () => (layers.size().height - TOP - BOTTOM) / Math.max(1, rows.length);

  function drawAxes() {
    const { width, height } = layers.size();
    axes.clearRect(0, 0, width, height);
    axes.font = `11px ${colours.font}`;
    axes.fillStyle = colours.muted;
    axes.strokeStyle = colours.rule;
    axes.textBaseline = "middle";
    axes.textAlign = "right";
    rows.forEach(({ name }, i) => axes.fillText(name, LEFT - 8, TOP + (i + 0.5) * rowHeight(), LEFT - 12));
    axes.textAlign = "center";
    axes.beginPath();
    for (const { value, label } of powerTicks(
      decades.low,
      decades.high,
      Math.max(2, Math.floor((width - LEFT - RIGHT) / 56)),
    )) {
      axes.moveTo(acrossAt(value), TOP);
      axes.lineTo(acrossAt(value), height - BOTTOM);
      axes.fillText(label, acrossAt(value), height - BOTTOM + 12);
    }
    axes.stroke();
  }

  /** @param {ReturnType<typeof columnsOf>[number]} row @param {number} top */
  function drawRow({ bars }, top) {
    const room = (rowHeight() - GAP) / Math.max(1, bars.length);
    const thickness = Math.min(THICKEST, room);
    const first = top + (rowHeight() - thickness * bars.length) / 2;
    bars.forEach(({ track, column }, i) => {
      const value = column.at(track.buffer.at(step));
      if (!(value > 0)) return;
      context.fillStyle = colours.lines[track.colour];
      context.fillRect(LEFT, first + i * thickness, Math.max(1, acrossAt(value) - LEFT), Math.max(1, thickness - 1));
    });
  }

  function drawBars() {
    context.clearRect(0, 0, layers.size().width, layers.size().height);
    rows.forEach((row, i) => drawRow(row, TOP + i * rowHeight()));
  }

  function redraw() {
    rows = columnsOf(
      tracks.filter(({ hidden }) => !hidden),
      quantity,
    );
    decades = decadesOf(rows);
    drawAxes();
    drawBars();
  }

  const painter = createPainter(host, layers, redraw);
  const { refresh } = painter;

  return {
    /** @param {Track[]} next */
    setTracks(next) {
      tracks = next;
      refresh();
    },
    /** @param {"gradientNorm" | "deltaNorm"} next */
    setQuantity(next) {
      quantity = next;
      refresh();
    },
    /** Buffers grew. */
    refresh,
    /** @param {number} next */
    draw(next) {
      step = next;
      if (!painter.isPending()) drawBars();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      refresh();
    },
    dispose() {
      painter.dispose();
    },
  };
}
