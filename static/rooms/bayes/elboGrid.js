// @ts-check
/** The ELBO over a grid: how far below its maximum it lies, and where that is between the points of the grid. Pure. */
import { flat } from "./density.js";

/**
 * @typedef {{x: Float64Array, y: Float64Array, loss: Float64Array}} Grid −ELBO, rows = y; holes are NaN
 * @typedef {{x: number, y: number, loss: number, edge: boolean}} Peak `edge`: at the border, so that the maximum may lie outside
 */

/** Levels that are drawn, in nats below the maximum. */
export const LEVELS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];
/** Differences below this look alike. */
const FLOOR = 0.02;
const DEEPEST = 1000;

/** @param {any} reply of /api/landscapes @returns {Grid} */
export const gridOf = (reply) => ({ x: flat(reply.x), y: flat(reply.y), loss: flat(reply.loss) });

/** @param {Grid} grid @param {number} top −ELBO at the maximum @returns {Float64Array} nats below it */
export const gapsOf = ({ loss }, top) => loss.map((value) => Math.max(0, value - top));

/** 1 at the maximum, 0 where it is lowest, by the logarithm of the gap. @param {Float64Array} gaps */
export function shadesOf(gaps) {
  const deepest = Math.min(
    DEEPEST,
    gaps.reduce((most, gap) => (gap > most ? gap : most), FLOOR),
  );
  const whole = Math.log1p(deepest / FLOOR);
  return gaps.map((gap) => 1 - Math.min(1, Math.log1p(gap / FLOOR) / whole));
}

/**
 * The minimum of −ELBO: of the quadratic through the nine points about the lowest one.
 *
 * @param {Grid} grid at least 3 × 3
 * @returns {Peak | null} null where there is nothing but holes
 */
export function peakOf({ x, y, loss }) {
  let at = -1;
  for (let i = 0; i < loss.length; i++) if (loss[i] < (at < 0 ? Infinity : loss[at])) at = i;
  if (at < 0) return null;
  const [row, column] = [Math.floor(at / x.length), at % x.length];
  const here = { x: x[column], y: y[row], loss: loss[at] };
  if (row === 0 || column === 0 || row === y.length - 1 || column === x.length - 1) return { ...here, edge: true };
  const f = (/** @type {number} */ r, /** @type {number} */ c) => loss[at + r * x.length + c];
  const gx = (f(0, 1) - f(0, -1)) / 2;
  const gy = (f(1, 0) - f(-1, 0)) / 2;
  const xx = f(0, 1) - 2 * f(0, 0) + f(0, -1);
  const yy = f(1, 0) - 2 * f(0, 0) + f(-1, 0);
  const xy = (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / 4;
  const determinant = xx * yy - xy * xy;
  const [u, v] = [(xy * gy - yy * gx) / determinant, (xy * gx - xx * gy) / determinant];
  if (!(determinant > 0 && Math.abs(u) <= 1 && Math.abs(v) <= 1)) return { ...here, edge: false };
  return {
    x: here.x + u * (x[1] - x[0]),
    y: here.y + v * (y[1] - y[0]),
    loss: here.loss + (gx * u + gy * v) / 2,
    edge: false,
  };
}

/** A window of two cells each way about the lowest point, to look closer. @param {Grid} grid @param {Peak} peak */
export function closer({ x, y }, peak) {
  const [dx, dy] = [2 * (x[1] - x[0]), 2 * (y[1] - y[0])];
  return [peak.x - dx, peak.x + dx, peak.y - dy, peak.y + dy];
}

/** −ELBO between the points of the grid, bilinear; NaN outside. @param {Grid} grid @param {[number, number]} point */
export function lossAt({ x, y, loss }, [px, py]) {
  const [c, r] = [(px - x[0]) / (x[1] - x[0]), (py - y[0]) / (y[1] - y[0])];
  const [column, row] = [Math.min(x.length - 2, Math.floor(c)), Math.min(y.length - 2, Math.floor(r))];
  if (!(c >= 0 && r >= 0 && c <= x.length - 1 && r <= y.length - 1)) return Number.NaN;
  const [a, b] = [c - column, r - row];
  const at = row * x.length + column;
  const below = (1 - a) * loss[at] + a * loss[at + 1];
  const above = (1 - a) * loss[at + x.length] + a * loss[at + x.length + 1];
  return (1 - b) * below + b * above;
}
