/** Where the points of a path are on the screen: on a plane, and on a surface that may hide them. Pure. */

import { eyeOf, project } from "./projection.js";
import { heightAt, isHidden } from "./raymarch.js";
import { POINT } from "./stroke.js";

/** @typedef {import("../types.js").Camera} Camera */
/** @typedef {import("../types.js").Heights} Heights */

/** Farther than this off the screen a canvas need not know where a point is. */
const FAR = 1e5;

/** @param {number} pixel */
const near = (pixel) => Math.min(FAR, Math.max(-FAR, pixel));

/** @param {{px: (x: number) => number, py: (y: number) => number}} axes @returns {import("../types.js").PlotView["project"]} */
export function onPlane(axes) {
  return (xs, ys, from, to, screen) => {
    for (let i = from; i < to; i++) {
      screen.x[i] = near(axes.px(xs[i]));
      screen.y[i] = near(axes.py(ys[i]));
      screen.state[i] = POINT.SHOWN;
    }
  };
}

/** Paths float this share of the height above the surface, so that they neither sink in nor hide behind their own cell. */
const LIFT = 0.006;
/** Points nearer than this to the last one tested are as visible as it is: squared pixels. */
const SAME_PLACE = 1.5;

/**
 * Put path points on the surface and on the screen, hidden where the surface is in front.
 * @param {Camera} camera
 * @param {Heights} heights
 * @returns {import("../types.js").PlotView["project"]}
 */
export function onSurface(camera, heights) {
  const eye = eyeOf(camera);
  const lift = LIFT * (heights.high - heights.low);
  return (xs, ys, from, to, screen) => {
    let tested = -1;
    for (let i = from; i < to; i++) {
      const height = heightAt(heights, xs[i], ys[i]);
      const [px, py, depth] = project(camera, xs[i], ys[i], height + lift);
      screen.x[i] = px;
      screen.y[i] = py;
      if (!(depth > 0)) {
        screen.state[i] = POINT.OFF;
        tested = -1;
        continue;
      }
      const near = tested >= 0 && (px - screen.x[tested]) ** 2 + (py - screen.y[tested]) ** 2 < SAME_PLACE;
      if (near) {
        screen.state[i] = screen.state[tested];
        continue;
      }
      tested = i;
      screen.state[i] = isHidden(heights, eye, xs[i], ys[i], height + lift, lift) ? POINT.HIDDEN : POINT.SHOWN;
    }
  };
}

/** @param {Camera} a @param {Camera} b */
export const sameView = (a, b) =>
  a.width === b.width && a.height === b.height && a.matrix.every((value, k) => value === b.matrix[k]);

/** A line in space may leave the box of the surface by this share of its height. */
const OVERSHOOT = 0.35;

/**
 * Points with a loss of their own, on the screen; nowhere outside of the surface's box, hidden behind the surface.
 * @param {Camera} camera
 * @param {Heights} heights
 * @param {import("../types.js").Scale} scale
 * @returns {import("./sketch.js").Projector}
 */
export function inSpace(camera, heights, scale) {
  const eye = eyeOf(camera);
  const { x0, x1, y0, y1, low, high } = heights;
  const over = OVERSHOOT * (high - low);
  const lift = LIFT * (high - low);
  return ([x, y, loss]) => {
    const z = scale.of(loss);
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1 && z >= low - over && z <= high + over)) return null;
    const [px, py, depth] = project(camera, x, y, z + lift);
    return depth > 0 ? { px, py, shown: !isHidden(heights, eye, x, y, z + lift, lift) } : null;
  };
}
