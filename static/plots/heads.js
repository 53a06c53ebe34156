/** Where each optimiser is now: discs, names, a cross where it diverged, an arrow where it left the window. */

import { placeLabels } from "./labels.js";
import { POINT, strokeCased } from "./stroke.js";

/** @typedef {import("../types.js").Track} Track */
/** @typedef {import("../types.js").Screen} Screen */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("../types.js").PlotView} PlotView */
/** @typedef {{track: Track, screen: Screen}} Path */
/** @typedef {{track: Track, x: number, y: number, state: number, inside: boolean, ended: boolean}} Head */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

const RADIUS = 6;
const CROSS = 5;
const ARROW = 8.5;
const EDGE = 10;

/** @param {Head} head @param {Box} bounds */
const isInside = ({ x, y }, { left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom;

/** @param {Path} path @param {number} step @param {Box} bounds @returns {Head | null} */
function headOf({ track, screen }, step, bounds) {
  const { buffer } = track;
  const index = buffer.at(step);
  if (index < 0 || screen.state[index] === POINT.OFF) return null;
  const next = index + 1 < screen.count && screen.state[index + 1] !== POINT.OFF ? index + 1 : index;
  const steps = buffer.column("step");
  const share = next > index ? (step - steps.at(index)) / (steps.at(next) - steps.at(index)) : 0;
  const head = {
    track,
    x: screen.x[index] + share * (screen.x[next] - screen.x[index]),
    y: screen.y[index] + share * (screen.y[next] - screen.y[index]),
    state: screen.state[index],
    inside: true,
    ended: buffer.diverged !== null && index === buffer.length - 1,
  };
  head.inside = isInside(head, bounds);
  return head;
}

/** @param {CanvasRenderingContext2D} context @param {Head} head @param {string} colour @param {Palette} palette */
function drawDisc(context, { x, y, state }, colour, palette) {
  context.globalAlpha = state === POINT.SHOWN ? 1 : 0.5;
  context.beginPath();
  context.arc(x, y, RADIUS, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "#fff";
  context.stroke();
  context.beginPath();
  context.arc(x, y, RADIUS + 1.5, 0, 2 * Math.PI);
  context.lineWidth = 1;
  context.strokeStyle = palette.dark ? "rgb(0 0 0 / 70%)" : "rgb(20 30 50 / 75%)";
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Head} head @param {string} colour @param {Palette} palette */
function drawCross(context, { x, y }, colour, palette) {
  context.beginPath();
  for (const slope of [1, -1]) {
    context.moveTo(x - CROSS, y - slope * CROSS);
    context.lineTo(x + CROSS, y + slope * CROSS);
  }
  strokeCased(context, colour, palette.casing, true);
}

/** The place of an arrow, for a head beyond the border. @param {Head} head @param {Box} bounds @returns {[number, number]} */
const atBorder = ({ x, y }, { left, top, right, bottom }) => [
  Math.min(right - EDGE, Math.max(left + EDGE, x)),
  Math.min(bottom - EDGE, Math.max(top + EDGE, y)),
];

/** What names keep clear of around an arrow. @param {Head} head @param {Box} bounds @returns {Box} */
function arrowBox(head, bounds) {
  const [x, y] = atBorder(head, bounds);
  return { left: x - ARROW, top: y - ARROW, right: x + ARROW, bottom: y + ARROW };
}

/**
 * An arrow at the border that points to a head beyond it.
 * @param {CanvasRenderingContext2D} context
 * @param {Head} head
 * @param {string} colour
 * @param {Palette} palette
 * @param {Box} bounds
 */
function drawArrow(context, head, colour, palette, bounds) {
  const [x, y] = atBorder(head, bounds);
  const angle = Math.atan2(head.y - y, head.x - x);
  context.beginPath();
  for (const turn of [0, 2.5, -2.5]) {
    context.lineTo(x + ARROW * Math.cos(angle + turn), y + ARROW * Math.sin(angle + turn));
  }
  context.closePath();
  context.lineWidth = 3;
  context.strokeStyle = palette.casing;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {Path} path @param {Head} head @param {number} step @param {Palette} palette */
function drawLastSegment(context, { track, screen }, head, step, palette) {
  const index = track.buffer.at(step);
  context.beginPath();
  context.moveTo(screen.x[index], screen.y[index]);
  context.lineTo(head.x, head.y);
  strokeCased(context, palette.lines[track.colour], palette.casing, head.state === POINT.SHOWN);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} title
 * @param {Box} box
 * @param {string} colour
 * @param {Palette} palette
 */
function writeName(context, title, { left, top, bottom }, colour, palette) {
  context.strokeStyle = palette.casing;
  context.strokeText(title, left, (top + bottom) / 2);
  context.fillStyle = colour;
  context.fillText(title, left, (top + bottom) / 2);
}

/**
 * @param {CanvasRenderingContext2D} context a layer of its own
 * @param {PlotView} view
 * @param {boolean} labels
 */
export function createHeads(context, view, labels) {
  /** Where each track's name was in the last frame. @type {WeakMap<Track, number>} */
  const places = new WeakMap();

  /** @param {Head[]} heads @param {Palette} palette @param {Box} bounds @param {Box[]} obstacles */
  function drawNames(heads, palette, bounds, obstacles) {
    context.font = `600 12px ${palette.font}`;
    context.textBaseline = "middle";
    context.lineWidth = 3.5;
    const anchors = heads.map(({ track, x, y }) => ({ x, y, width: context.measureText(track.title).width }));
    const before = heads.map(({ track }) => places.get(track));
    placeLabels(anchors, bounds, obstacles, before).forEach((label, i) => {
      const { track } = heads[i];
      if (!label) return;
      places.set(track, label.place);
      writeName(context, track.title, label.box, palette.lines[track.colour], palette);
    });
  }

  /** @param {Head} head @param {Palette} palette @param {Box} bounds */
  function drawHead(head, palette, bounds) {
    const colour = palette.lines[head.track.colour];
    if (!head.inside) drawArrow(context, head, colour, palette, bounds);
    else if (head.ended) drawCross(context, head, colour, palette);
    else drawDisc(context, head, colour, palette);
  }

  /** @param {Path[]} paths @param {number} step @param {Palette} palette */
  function drawAll(paths, step, palette) {
    const bounds = view.bounds();
    const heads = [];
    for (const path of paths) {
      const head = headOf(path, step, bounds);
      if (!head) continue;
      heads.push(head);
      drawLastSegment(context, path, head, step, palette);
    }
    for (const head of heads) drawHead(head, palette, bounds);
    if (!labels || step <= 0) return;
    const arrows = heads.filter(({ inside }) => !inside).map((head) => arrowBox(head, bounds));
    const named = heads.filter(({ inside }) => inside);
    drawNames(named, palette, bounds, [...view.obstacles(), ...arrows]);
  }

  return {
    /** @param {Path[]} paths @param {number} step @param {Palette} palette */
    draw(paths, step, palette) {
      context.clearRect(0, 0, context.canvas.width, context.canvas.height);
      context.save();
      view.clip(context);
      drawAll(paths, step, palette);
      context.restore();
    },
  };
}
