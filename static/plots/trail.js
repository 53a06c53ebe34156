/**
 * Paths above a plot. The plot under them is not touched: a frame projects the points that are new, strokes the segments
 * that are new, and draws the heads again, so that its cost does not depend on how long the trails are.
 */

import { createHeads } from "./heads.js";
import { POINT, strokeCased } from "./stroke.js";

/** @typedef {import("../types.js").Track} Track */
/** @typedef {import("../types.js").Screen} Screen */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("../types.js").PlotView} PlotView */

/** @param {number} capacity @returns {Screen} */
const emptyScreen = (capacity = 0) => ({
  x: new Float32Array(capacity),
  y: new Float32Array(capacity),
  state: new Uint8Array(capacity),
  count: 0,
});

/** @param {Screen} screen @param {number} needed @returns {Screen} with room for as many */
function reserve(screen, needed) {
  if (needed <= screen.x.length) return screen;
  const grown = emptyScreen(Math.max(needed, 2 * screen.x.length));
  grown.x.set(screen.x);
  grown.y.set(screen.y);
  grown.state.set(screen.state);
  grown.count = screen.count;
  return grown;
}

/** @param {CanvasRenderingContext2D} context @param {Screen} screen @param {number} from @param {number} to */
function tracePath(context, { x, y }, from, to) {
  context.beginPath();
  context.moveTo(x[from], y[from]);
  for (let i = from + 1; i <= to; i++) context.lineTo(x[i], y[i]);
}

/** A segment is as visible as the lesser of its ends. @param {Screen} screen @param {number} end */
const segmentState = ({ state }, end) => Math.min(state[end - 1], state[end]);

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Screen} screen
 * @param {number} from index
 * @param {number} to index
 * @param {string} colour
 * @param {string} casing
 */
function strokeTrail(context, screen, from, to, colour, casing) {
  for (let start = from, end = from + 1; end <= to; end++) {
    const state = segmentState(screen, end);
    if (end < to && segmentState(screen, end + 1) === state) continue;
    if (state !== POINT.OFF) {
      tracePath(context, screen, start, end);
      strokeCased(context, colour, casing, state === POINT.SHOWN);
    }
    start = end;
  }
}

/**
 * @param {object} options
 * @param {CanvasRenderingContext2D} options.trail
 * @param {CanvasRenderingContext2D} options.heads
 * @param {PlotView} options.view
 * @param {Palette} options.palette
 * @param {boolean} [options.labels] name the heads
 */
export function createTrail({ trail, heads, view, palette, labels = false }) {
  /** @type {{track: Track, screen: Screen, drawn: number}[]} */
  let paths = [];
  let step = 0;
  let colours = palette;
  const headLayer = createHeads(heads, view, labels);

  function clear() {
    trail.save();
    trail.resetTransform();
    trail.clearRect(0, 0, trail.canvas.width, trail.canvas.height);
    trail.restore();
    for (const path of paths) path.drawn = 0;
  }

  /** @param {typeof paths[number]} path @param {number} count points to have on the screen */
  function extend(path, count) {
    const { buffer } = path.track;
    if (count <= path.screen.count) return;
    path.screen = reserve(path.screen, count);
    view.project(buffer.column("x").array, buffer.column("y").array, path.screen.count, count, path.screen);
    path.screen.count = count;
  }

  /** @param {typeof paths[number]} path */
  function drawPath(path) {
    const { buffer, colour } = path.track;
    const last = buffer.at(step);
    // One more, to place the head of a fractional step.
    extend(path, Math.min(last + 2, buffer.length));
    if (last > path.drawn) strokeTrail(trail, path.screen, path.drawn, last, colours.lines[colour], colours.casing);
    path.drawn = Math.max(0, last);
  }

  const visible = () => paths.filter(({ track }) => !track.hidden);

  function draw(/** @type {number} */ next) {
    step = next;
    if (!view.ready()) return;
    if (visible().some(({ drawn, track }) => drawn > Math.max(0, track.buffer.at(step)))) clear();
    trail.save();
    view.clip(trail);
    for (const path of visible()) drawPath(path);
    trail.restore();
    headLayer.draw(visible(), step, colours);
  }

  /** The plot under the paths moved, or the canvases were cleared: project and draw all of it again. */
  function invalidate() {
    for (const path of paths) path.screen.count = 0;
    clear();
    draw(step);
  }

  return {
    draw,
    /** Buffers grew, or a track was hidden or shown. */
    refresh: () => draw(step),
    invalidate,
    /** @param {Track[]} tracks */
    setTracks(tracks) {
      paths = tracks.map((track) => ({ track, screen: emptyScreen(), drawn: 0 }));
      invalidate();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      invalidate();
    },
  };
}
