// @ts-check
/** The density from above with every chain on it, and on both sides what has piled up against the exact marginals. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { ellipse } from "./ellipses.js";
import { clipTo, drawAxes, erase, frameOf, pointedAt } from "./frame.js";
import { drawHeat, heatPicture } from "./heat.js";
import { pathAt } from "./live.js";
import { drawMarginals } from "./marginals.js";
import { massLevels, outline, windowOfMass } from "./regions.js";
import { strokeCased } from "./stroke.js";

/**
 * @typedef {import("../../types.js").Palette} Palette
 * @typedef {{x: Float64Array, y: Float64Array, density: Float64Array, marginals: {x: ArrayLike<number>, density: ArrayLike<number>}[]}} Density
 * @typedef {{draws: import("./draws.js").Draws, colour: number, selected: boolean, paths?: Map<number, import("./live.js").Leapfrog>}} Crowd `paths` where the first chain's are shown
 * @typedef {{colour: number, selected: boolean, at(step: number): import("./ellipses.js").Gaussian | null}} Fit a Gaussian that stands for the density
 * @typedef {{density: Density | null, labels: string[], window: [number, number, number, number], crowds: Crowd[], fits: Fit[]}} Scene
 */

const STRIP = 58;
const GAP = 8;
const INSETS = { left: 58, top: STRIP + GAP + 4, right: STRIP + GAP + 12, bottom: 46 };
/** Shares of the mass inside of the outlines. */
export const MASSES = [0.5, 0.9, 0.99];
const DOT = 2.2;
const TAIL = 24;

/**
 * @param {HTMLElement} host with a size of its own
 * @param {{palette: Palette, onPick(point: [number, number]): void}} options
 */
export function createCloud(host, { palette, onPick }) {
  const layers = createLayers(host, ["density", "cloud", "marginals"]);
  const [ground, cloud, strips] = layers.contexts;
  /** @type {Scene} */
  let scene = { density: null, labels: ["", ""], window: [0, 1, 0, 1], crowds: [], fits: [] };
  let colours = palette;
  let step = 0;
  const controller = new AbortController();

  const frame = () => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    return frameOf(box, shownWindow(scene));
  };

  function drawGround() {
    erase(ground);
    const at = frame();
    ground.save();
    clipTo(ground, at.box);
    if (scene.density) drawDensity(ground, scene.density, at, colours);
    ground.restore();
    ground.strokeStyle = colours.rule;
    ground.strokeRect(at.box.left, at.box.top, at.box.right - at.box.left, at.box.bottom - at.box.top);
    drawAxes(ground, at, { labels: scene.labels, palette: colours });
  }

  function drawCloud() {
    erase(cloud);
    const at = frame();
    cloud.save();
    clipTo(cloud, at.box);
    for (const crowd of ordered(scene.crowds)) drawCrowd(cloud, crowd, step, at, colours);
    for (const fit of scene.fits) drawFit(cloud, fit, step, at, colours);
    cloud.restore();
    erase(strips);
    drawMarginals(strips, { frame: at, strip: STRIP, gap: GAP, scene, step, palette: colours });
  }

  const painter = createPainter(host, layers, () => {
    drawGround();
    drawCloud();
  });
  host.addEventListener(
    "click",
    (event) => {
      const point = pointedAt(host, event, frame());
      if (point) onPick(point);
    },
    { signal: controller.signal },
  );

  return {
    /** @param {Scene} next */
    setScene(next) {
      scene = next;
      painter.refresh();
    },
    /** @param {number} next */
    draw(next) {
      step = next;
      if (!painter.isPending()) drawCloud();
    },
    refresh: () => painter.refresh(),
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

/** Where the mass is; the target’s own box where that is not known. @param {Pick<Scene, "density" | "window">} scene @returns {[number, number, number, number]} */
export function shownWindow({ density, window }) {
  return density ? windowOfMass(density) : window;
}

/** The selected crowd last, so that it lies on top. @param {Crowd[]} crowds */
const ordered = (crowds) => [...crowds].sort((a, b) => Number(a.selected) - Number(b.selected));

/** @param {CanvasRenderingContext2D} context @param {Density} density @param {import("./frame.js").Frame} frame @param {Palette} palette */
export function drawDensity(context, density, frame, palette) {
  const top = density.density.reduce((most, value) => Math.max(most, value), 0);
  // The square root brings out the tails; the outlines, not the shades, are what is read.
  const shares = density.density.map((value) => Math.sqrt(value / top));
  drawHeat(context, heatPicture(density, shares, palette.ramp), density, frame);
  context.strokeStyle = palette.isoline;
  context.lineWidth = 1.2;
  for (const level of massLevels(density.density, MASSES)) {
    context.beginPath();
    for (const [x0, y0, x1, y1] of outline(density, level)) {
      context.moveTo(frame.across(x0), frame.down(y0));
      context.lineTo(frame.across(x1), frame.down(y1));
    }
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Crowd} crowd @param {number} step @param {import("./frame.js").Frame} frame @param {Palette} palette */
function drawCrowd(context, { draws, colour, selected, paths }, step, frame, palette) {
  const index = draws.at(step);
  if (index < 0) return;
  const here = draws.positions[index];
  context.fillStyle = palette.lines[colour];
  context.globalAlpha = selected ? 0.85 : 0.25;
  const last = draws.width - 1;
  for (let i = 0; i < here.length; i += draws.width) {
    const y = last ? here[i + last] : scattered(i);
    context.fillRect(frame.across(here[i]) - DOT / 2, frame.down(y) - DOT / 2, DOT, DOT);
  }
  context.globalAlpha = 1;
  if (!selected || !last) return;
  const path = pathAt(paths, step);
  if (path) drawPath(context, path, frame, palette, colour);
  else drawTail(context, draws, index, frame, palette, colour);
  drawDivergences(context, draws, step, frame, palette);
}

/** @param {CanvasRenderingContext2D} context @param {Fit} fit @param {number} step @param {import("./frame.js").Frame} frame @param {Palette} palette */
function drawFit(context, { colour, selected, at }, step, frame, palette) {
  const gaussian = at(step);
  if (!gaussian) return;
  context.setLineDash(selected ? [] : [6, 4]);
  for (const share of MASSES.slice(0, 2)) {
    context.beginPath();
    for (const [x, y] of ellipse(gaussian, share)) context.lineTo(frame.across(x), frame.down(y));
    strokeCased(context, palette, palette.lines[colour]);
  }
  context.setLineDash([]);
}

/** A height for each chain of one dimension, spread evenly and always the same. @param {number} chain */
const scattered = (chain) => 1.6 * ((chain * 0.618034) % 1) - 0.8;

/** The leapfrog points of one step of the first chain; where it was refused, the end is a ring. @param {CanvasRenderingContext2D} context @param {import("./live.js").Leapfrog} path @param {import("./frame.js").Frame} frame @param {Palette} palette @param {number} colour */
function drawPath(context, { position, accepted }, frame, palette, colour) {
  /** @type {[number, number][]} */
  const points = Array.from({ length: position.length / 2 }, (_, i) => [
    frame.across(position[2 * i]),
    frame.down(position[2 * i + 1]),
  ]);
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  strokeCased(context, palette, palette.lines[colour]);
  context.fillStyle = palette.ink;
  for (const [x, y] of points) context.fillRect(x - 1.5, y - 1.5, 3, 3);
  const end = points[points.length - 1];
  context.beginPath();
  context.arc(end[0], end[1], 5, 0, 2 * Math.PI);
  context.fillStyle = accepted ? palette.lines[colour] : palette.panel;
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = accepted ? palette.ink : palette.lines[colour];
  context.stroke();
}

/** The way of one chain over its last steps. @param {CanvasRenderingContext2D} context @param {import("./draws.js").Draws} draws @param {number} index @param {import("./frame.js").Frame} frame @param {Palette} palette @param {number} colour */
function drawTail(context, draws, index, frame, palette, colour) {
  context.beginPath();
  for (let i = Math.max(0, index - TAIL); i <= index; i++)
    context.lineTo(frame.across(draws.positions[i][0]), frame.down(draws.positions[i][1]));
  strokeCased(context, palette, palette.lines[colour]);
  const [x, y] = [frame.across(draws.positions[index][0]), frame.down(draws.positions[index][1])];
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fillStyle = palette.lines[colour];
  context.fill();
  context.strokeStyle = palette.ink;
  context.stroke();
}

/** Crosses where the integrator broke down lately. @param {CanvasRenderingContext2D} context @param {import("./draws.js").Draws} draws @param {number} step @param {import("./frame.js").Frame} frame @param {Palette} palette */
function drawDivergences(context, { divergences }, step, frame, palette) {
  context.beginPath();
  for (const { x, y, step: at } of divergences) {
    if (at > step || at < step - TAIL) continue;
    const [px, py] = [frame.across(x), frame.down(y)];
    context.moveTo(px - 3, py - 3);
    context.lineTo(px + 3, py + 3);
    context.moveTo(px - 3, py + 3);
    context.lineTo(px + 3, py - 3);
  }
  context.lineWidth = 1.2;
  context.strokeStyle = palette.ink;
  context.globalAlpha = 0.6;
  context.stroke();
  context.globalAlpha = 1;
}
