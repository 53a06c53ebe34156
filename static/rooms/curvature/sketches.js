// @ts-check
/** The osculating quadratic and its steps as lines for both pictures. Pure. */
import { isoline, mesh, valueAt } from "../../plots/quadratic.js";

/** @typedef {import("../../plots/sketch.js").Sketch} Sketch @typedef {import("../../plots/sketch.js").Point} Point */
/** @typedef {[number, number, number, number]} Window */

/** What each step is, in the order in which they are told. @type {{name: "gradient" | "newton" | "saddle_free", title: string, ink: "warn" | "accent" | "good"}[]} */
export const STEPS = [
  { name: "gradient", title: "Gradient", ink: "warn" },
  { name: "newton", title: "Newton", ink: "accent" },
  { name: "saddle_free", title: "Saddle-free", ink: "good" },
];

/** Two steps closer than this share of the window are one arrow with two names. */
const SAME = 0.012;

/**
 * From above: where the quadratic puts the levels that the picture shows.
 *
 * @param {any} steps of the reply
 * @param {number[]} levels
 * @param {Window} window
 * @returns {Sketch}
 */
export function fromAbove(steps, levels, window) {
  const q = (/** @type {number} */ x, /** @type {number} */ y) => valueAt(steps.quadratic, x, y);
  const curves = levels.flatMap((level) =>
    isoline(q, level, window).map((points) => ({ points, ink: /** @type {const} */ ("ink"), width: 1.3 })),
  );
  return { curves, arrows: arrowsOf(steps, window) };
}

/** In space: the quadratic as a wire mesh, each step on it, and from there a drop to the true loss. @param {any} steps @param {Window} window @returns {Sketch} */
export function inSpace(steps, window) {
  const wires = mesh(steps.quadratic, window).map((points) => ({
    points,
    ink: /** @type {const} */ ("ink"),
    width: 1,
    faint: true,
  }));
  return { curves: [...wires, ...drops(steps)], arrows: arrowsOf(steps, window) };
}

/** From what the quadratic promised to what the loss is there. @param {any} steps @returns {Sketch["curves"]} */
function drops(steps) {
  return STEPS.flatMap(({ name, ink }) => {
    const { position, predicted_loss: promised, loss } = steps[name];
    if (!position || promised === null || loss === null) return [];
    const points = [promised, loss].map((z) => /** @type {Point} */ ([position[0], position[1], z]));
    return [{ points, ink, width: 2, dashed: true }];
  });
}

/** @param {any} steps @param {Window} window @returns {Sketch["arrows"]} */
function arrowsOf(steps, [x0, x1]) {
  const { point, loss } = steps.quadratic;
  /** @type {Sketch["arrows"]} */
  const arrows = [];
  for (const { name, title, ink } of STEPS) {
    const { position, predicted_loss: promised } = steps[name];
    if (!position) continue;
    const to = /** @type {Point} */ ([position[0], position[1], promised ?? loss]);
    const same = arrows.find((arrow) => Math.hypot(arrow.to[0] - to[0], arrow.to[1] - to[1]) < SAME * (x1 - x0));
    if (same) same.label += ` = ${title}`;
    else arrows.push({ from: [point[0], point[1], loss], to, ink, label: title });
  }
  return arrows;
}

const REACH = 1.6;
const LEAST = 1e-3;
const MOST = 4;

/**
 * A square about the point that holds its steps: half as wide as the longest reaches in the plane, and a margin.
 *
 * @param {any} steps
 * @param {number} zoom above 1: wider
 * @returns {Window}
 */
export function windowFor(steps, zoom) {
  const { point } = steps.quadratic;
  const reaches = STEPS.flatMap(({ name }) => {
    const { position } = steps[name];
    return position ? [Math.hypot(position[0] - point[0], position[1] - point[1])] : [];
  });
  const half = Math.min(MOST, Math.max(LEAST, REACH * Math.max(0, ...reaches))) * zoom;
  return [point[0] - half, point[0] + half, point[1] - half, point[1] + half];
}
