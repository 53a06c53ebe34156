// @ts-check
/** The density with the Gaussians that stand in for it: ellipses in the plane, curves on a line. Canvas. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { drawDensity, MASSES, shownWindow } from "./cloud.js";
import { flat } from "./density.js";
import { ellipse } from "./ellipses.js";
import { clipTo, drawAxes, erase, frameOf } from "./frame.js";
import { alongAxis, bell, inPlane } from "./gaussians.js";
import { strokeCased } from "./stroke.js";

/**
 * @typedef {import("../../types.js").Palette} Palette @typedef {import("./frame.js").Frame} Frame @typedef {import("./gaussians.js").Row} Row
 * @typedef {{density: import("./cloud.js").Density | null, dim: number, view: number[], labels: string[], window: number[]}} Scene
 */

const INSETS = { left: 58, top: 8, right: 12, bottom: 46 };
/** How methods that are not selected, moment matches, and those without correlation are dashed. */
const DASHES = { other: [6, 4], match: [9, 3, 2, 3], independent: [2, 3] };
const POINTS = 241;
const ROOM = 1.08;

/** @param {HTMLElement} host with a size of its own @param {{palette: Palette}} options */
export function createGaussianPicture(host, { palette }) {
  const layers = createLayers(host, ["density", "gaussians"]);
  const [ground, above] = layers.contexts;
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Row[]} */
  let rows = [];
  let colours = palette;
  const frame = (/** @type {Scene} */ shown) => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    return frameOf(box, windowOf(shown, rows));
  };
  const drawRows = () => {
    erase(above);
    if (!scene) return;
    const at = frame(scene);
    above.save();
    clipTo(above, at.box);
    for (const row of [...rows].sort((a, b) => Number(a.selected) - Number(b.selected)))
      drawRow(above, scene, row, at, colours);
    above.setLineDash([]);
    above.restore();
  };
  const painter = createPainter(host, layers, () => {
    erase(ground);
    if (scene) drawGround(ground, scene, frame(scene), colours);
    drawRows();
  });
  return {
    /** @param {Scene} next @param {Row[]} gaussians */
    setScene(next, gaussians) {
      [scene, rows] = [next, gaussians];
      painter.refresh();
    },
    /** @param {Row[]} next */
    draw(next) {
      rows = next;
      if (!painter.isPending()) drawRows();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose: painter.dispose,
  };
}

/** Of one dimension as high as the density's and the matches' curves. @param {Scene} scene @param {Row[]} rows @returns {[number, number, number, number]} */
function windowOf({ density, dim, window }, rows) {
  if (dim > 1) return shownWindow({ density, window: /** @type {[number, number, number, number]} */ (window) });
  const [x0, x1] = density ? shownWindow({ density, window: [0, 1, 0, 1] }) : window;
  const top = density ? density.density.reduce((most, value) => Math.max(most, value), 0) : 0;
  const bells = rows.map(({ moments }) => 1 / (alongAxis(moments, 0)[1] * Math.sqrt(2 * Math.PI)));
  // A fit that has only just begun is too narrow to be shown as a whole.
  const highest = Math.max(top, ...bells.filter((value) => !top || value < 1.6 * top));
  return [x0, x1, 0, ROOM * highest || 1];
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Frame} frame @param {Palette} palette */
function drawGround(context, { density, dim, labels }, frame, palette) {
  const { left, top, right, bottom } = frame.box;
  context.save();
  clipTo(context, frame.box);
  if (density && dim > 1) drawDensity(context, density, frame, palette);
  else if (density) fillUnder(context, density, frame, palette);
  context.restore();
  context.strokeStyle = palette.rule;
  context.lineWidth = 1;
  context.strokeRect(left, top, right - left, bottom - top);
  drawAxes(context, frame, { labels: dim > 1 ? labels : [labels[0], "density"], palette });
}

/** @param {CanvasRenderingContext2D} context @param {import("./cloud.js").Density} density @param {Frame} frame @param {Palette} palette */
function fillUnder(context, { x, density }, { across, down }, palette) {
  context.beginPath();
  context.moveTo(across(x[0]), down(0));
  for (const [i, value] of density.entries()) context.lineTo(across(x[i]), down(value));
  context.lineTo(across(x[x.length - 1]), down(0));
  context.fillStyle = palette.ramp[Math.floor(palette.ramp.length / 2)];
  context.globalAlpha = 0.55;
  context.fill();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Row} row @param {Frame} frame @param {Palette} palette */
function drawRow(context, scene, row, frame, palette) {
  const colour = row.colour === null ? palette.ink : palette.lines[row.colour];
  context.setLineDash(dashOf(row));
  for (const line of linesOf(scene, row, frame)) {
    context.beginPath();
    for (const [x, y] of line) context.lineTo(frame.across(x), frame.down(y));
    strokeCased(context, palette, colour);
  }
}

/** @param {Row} row */
function dashOf({ colour, selected }) {
  if (colour === null) return selected ? DASHES.match : DASHES.independent;
  return selected ? [] : DASHES.other;
}

/** The ellipses that hold half and nine tenths, or the curve. @param {Scene} scene @param {Row} row @param {Frame} frame @returns {[number, number][][]} */
function linesOf({ dim, view }, { moments }, { window: [x0, x1] }) {
  if (dim > 1) {
    const gaussian = inPlane(moments, view);
    return gaussian ? MASSES.slice(0, 2).map((share) => ellipse(gaussian, share)) : [];
  }
  const x = Float64Array.from({ length: POINTS }, (_, i) => x0 + (i / (POINTS - 1)) * (x1 - x0));
  const heights = bell(x, alongAxis({ mean: flat(moments.mean), covariance: flat(moments.covariance) }, 0));
  return [Array.from(x, (value, i) => /** @type {[number, number]} */ ([value, heights[i]]))];
}
