// @ts-check
/** The ELBO over (m, ln s) from above: shades and levels by how far it lies below its maximum, and the optimisers' ways. Canvas. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { gapsOf, LEVELS, shadesOf } from "./elboGrid.js";
import { clipTo, drawAxes, erase, frameOf, pointedAt } from "./frame.js";
import { drawHeat, heatPicture } from "./heat.js";
import { outline } from "./regions.js";
import { strokeCased } from "./stroke.js";
import { reportAt } from "./variational.js";

/**
 * @typedef {import("../../types.js").Palette} Palette @typedef {import("./frame.js").Frame} Frame
 * @typedef {{grid: import("./elboGrid.js").Grid, peak: import("./elboGrid.js").Peak | null, labels: string[],
 *   ways: import("./variational.js").Way[], steps: number}} Scene
 */

const INSETS = { left: 58, top: 8, right: 12, bottom: 46 };

/**
 * @param {HTMLElement} host with a size of its own
 * @param {{palette: Palette, onPoint(point: [number, number] | null): void}} options
 */
export function createElboMap(host, { palette, onPoint }) {
  const layers = createLayers(host, ["elbo", "way"]);
  const [ground, above] = layers.contexts;
  /** @type {Scene | null} */
  let scene = null;
  let colours = palette;
  let step = 0;
  const frame = (/** @type {Scene} */ { grid: { x, y } }) => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    return frameOf(box, [x[0], x[x.length - 1], y[0], y[y.length - 1]]);
  };
  const drawWays = () => {
    erase(above);
    if (!scene) return;
    const at = frame(scene);
    above.save();
    clipTo(above, at.box);
    if (scene.peak) drawPeak(above, scene.peak, at, colours);
    for (const way of [...scene.ways].sort((a, b) => Number(a.selected) - Number(b.selected)))
      drawWay(above, way, reportAt(step, scene.steps, way.answers.length), at, colours);
    above.restore();
  };
  const painter = createPainter(host, layers, () => {
    erase(ground);
    if (scene) drawGround(ground, scene, frame(scene), colours);
    drawWays();
  });
  const controller = new AbortController();
  const { signal } = controller;
  const pointed = (/** @type {PointerEvent} */ event) => onPoint(scene && pointedAt(host, event, frame(scene)));
  host.addEventListener("pointermove", pointed, { signal });
  host.addEventListener("pointerdown", pointed, { signal });
  host.addEventListener("pointerleave", () => onPoint(null), { signal });
  return {
    /** @param {Scene | null} next */
    setScene(next) {
      scene = next;
      painter.refresh();
    },
    /** @param {number} next */
    draw(next) {
      step = next;
      if (!painter.isPending()) drawWays();
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

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Frame} frame @param {Palette} palette */
function drawGround(context, { grid, peak, labels }, frame, palette) {
  const gaps = gapsOf(grid, peak?.loss ?? 0);
  context.save();
  clipTo(context, frame.box);
  drawHeat(context, heatPicture(grid, shadesOf(gaps), palette.ramp), grid, frame);
  context.strokeStyle = palette.isoline;
  context.lineWidth = 1;
  for (const level of LEVELS) {
    context.beginPath();
    for (const [x0, y0, x1, y1] of outline({ ...grid, density: gaps }, level)) {
      context.moveTo(frame.across(x0), frame.down(y0));
      context.lineTo(frame.across(x1), frame.down(y1));
    }
    context.stroke();
  }
  context.restore();
  context.strokeStyle = palette.rule;
  context.strokeRect(frame.box.left, frame.box.top, frame.box.right - frame.box.left, frame.box.bottom - frame.box.top);
  drawAxes(context, frame, { labels, palette });
}

/** A cross in a ring. @param {CanvasRenderingContext2D} context @param {{x: number, y: number}} peak @param {Frame} frame @param {Palette} palette */
function drawPeak(context, peak, frame, palette) {
  const [x, y] = [frame.across(peak.x), frame.down(peak.y)];
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.moveTo(x, y - 4);
  context.lineTo(x, y + 4);
  strokeCased(context, palette, palette.ink);
}

/** The way so far, its head, and as a ring what the method would answer now. @param {CanvasRenderingContext2D} context @param {import("./variational.js").Way} way @param {number} report @param {Frame} frame @param {Palette} palette */
function drawWay(context, { points, answers, colour, selected }, report, frame, palette) {
  const line = palette.lines[colour];
  context.globalAlpha = selected ? 1 : 0.6;
  context.beginPath();
  for (const [m, s] of points.slice(0, report + 2)) context.lineTo(frame.across(m), frame.down(s));
  strokeCased(context, palette, line);
  dot(context, frame, points[0], 2.5, palette.panel, line);
  dot(context, frame, points[report + 1], 4.5, line, palette.ink);
  dot(context, frame, answers[report], 7, null, line);
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Frame} frame @param {[number, number]} point @param {number} radius @param {string | null} fill @param {string} stroke */
function dot(context, frame, [m, s], radius, fill, stroke) {
  context.beginPath();
  context.arc(frame.across(m), frame.down(s), radius, 0, 2 * Math.PI);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  context.lineWidth = 1.6;
  context.strokeStyle = stroke;
  context.stroke();
}
