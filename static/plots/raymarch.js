/** Rays over a surface given by a grid of heights: what is hidden, and what lies under the pointer. Pure. */

import { eyeOf, project, unproject } from "./projection.js";

/** @typedef {import("../types.js").Camera} Camera */
/** @typedef {import("../types.js").Heights} Heights */

const MARCH_STEPS = 48;
const PICK_STEPS = 400;
const PICK_HALVINGS = 40;

/**
 * Bilinear height at a point; NaN outside of the grid and where a corner of the cell is a hole.
 * @param {Heights} heights
 * @param {number} x
 * @param {number} y
 */
export function heightAt({ columns, rows, x0, x1, y0, y1, z }, x, y) {
  const u = ((x - x0) / (x1 - x0)) * (columns - 1);
  const v = ((y - y0) / (y1 - y0)) * (rows - 1);
  if (!(u >= 0 && v >= 0 && u <= columns - 1 && v <= rows - 1)) return Number.NaN;
  const column = Math.min(columns - 2, Math.floor(u));
  const row = Math.min(rows - 2, Math.floor(v));
  const a = u - column;
  const b = v - row;
  const at = row * columns + column;
  return (z[at] * (1 - a) + z[at + 1] * a) * (1 - b) + (z[at + columns] * (1 - a) + z[at + columns + 1] * a) * b;
}

/** @param {number} from @param {number} direction @param {number} low @param {number} high when the ray leaves the slab */
function leaving(from, direction, low, high) {
  if (direction === 0) return Number.POSITIVE_INFINITY;
  return ((direction > 0 ? high : low) - from) / direction;
}

/**
 * Is a point hidden from the eye by the surface? Marches towards the eye until the ray leaves the box of the surface,
 * in steps that start small, since what hides a point on a surface is mostly near it. A sheet is opaque from both sides.
 * @param {Heights} heights
 * @param {readonly [number, number, number]} eye
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @param {number} tolerance how far under the surface still counts as on it
 */
export function isHidden(heights, eye, x, y, z, tolerance) {
  const [dx, dy, dz] = [eye[0] - x, eye[1] - y, eye[2] - z];
  const end = Math.min(
    1,
    leaving(x, dx, heights.x0, heights.x1),
    leaving(y, dy, heights.y0, heights.y1),
    leaving(z, dz, heights.low, heights.high + tolerance),
  );
  for (let k = 1; k <= MARCH_STEPS; k++) {
    const s = end * (k / MARCH_STEPS) ** 1.5;
    if (heightAt(heights, x + dx * s, y + dy * s) - (z + dz * s) > tolerance) return true;
  }
  return false;
}

/** @param {Heights} h @param {number[]} origin @param {number[]} direction @returns {[number, number] | null} entry, exit */
function throughBox(h, origin, direction) {
  let enter = 0;
  let exit = Number.POSITIVE_INFINITY;
  const margin = 1e-9 * (h.high - h.low);
  const box = [
    [h.x0, h.x1],
    [h.y0, h.y1],
    [h.low - margin, h.high + margin],
  ];
  box.forEach(([low, high], k) => {
    const [a, b] = [(low - origin[k]) / direction[k], (high - origin[k]) / direction[k]];
    enter = Math.max(enter, Math.min(a, b));
    exit = Math.min(exit, Math.max(a, b));
  });
  return enter <= exit ? [enter, exit] : null;
}

/**
 * The first point of the surface on the ray through a pixel, or null.
 * @param {Camera} camera
 * @param {Heights} heights
 * @param {number} px
 * @param {number} py
 * @returns {{x: number, y: number, z: number} | null}
 */
export function pickSurface(camera, heights, px, py) {
  const origin = eyeOf(camera);
  const direction = unproject(camera, px, py, 0).map((value, k) => value - origin[k]);
  const span = throughBox(heights, origin, direction);
  if (!span) return null;
  const at = (/** @type {number} */ s) => origin.map((value, k) => value + s * direction[k]);
  const above = (/** @type {number} */ s) => {
    const [x, y, z] = at(s);
    return z - heightAt(heights, x, y);
  };
  const crossing = firstCrossing(above, span);
  if (crossing === null) return null;
  const [x, y] = at(crossing);
  return { x, y, z: heightAt(heights, x, y) };
}

/** @param {(s: number) => number} above @param {[number, number]} span */
function firstCrossing(above, [start, end]) {
  let before = start;
  let sign = Number.NaN;
  for (let k = 0; k <= PICK_STEPS; k++) {
    const s = start + ((end - start) * k) / PICK_STEPS;
    const value = above(s);
    if (value === 0) return s;
    if (value * sign < 0) return bisect(above, before, s, sign);
    before = s;
    sign = Math.sign(value);
  }
  return null;
}

/** @param {(s: number) => number} above @param {number} low @param {number} high @param {number} sign of `above(low)` */
function bisect(above, low, high, sign) {
  for (let k = 0; k < PICK_HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (above(middle) * sign > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The pixel of a point of the surface, or null where there is no surface.
 * @param {Camera} camera
 * @param {Heights} heights
 * @param {number} x
 * @param {number} y
 * @returns {[number, number] | null}
 */
export function surfacePoint(camera, heights, x, y) {
  const z = heightAt(heights, x, y);
  if (Number.isNaN(z)) return null;
  const [px, py] = project(camera, x, y, z);
  return [px, py];
}
