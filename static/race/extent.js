// @ts-check
/** Windows that hold paths. A window is [x0, x1, y0, y1]. */

/** @typedef {import("../types.js").Track} Track */

const MARGIN = 0.12;

/** @param {number[]} outer @param {number[]} inner */
export const holds = (outer, inner) =>
  outer[0] <= inner[0] && outer[1] >= inner[1] && outer[2] <= inner[2] && outer[3] >= inner[3];

/**
 * The window and every path that did not diverge, with a margin; null where the window holds them already.
 *
 * @param {Track[]} tracks
 * @param {number[] | null | undefined} window
 * @returns {number[] | null}
 */
export function windowOf(tracks, window) {
  const around = extentOf(tracks.filter((track) => !track.buffer.diverged));
  if (!around || (window && holds(window, around))) return null;
  const padded = pad(around);
  return window ? union(window, padded) : padded;
}

/** The smallest window around the paths themselves. @param {Track[]} tracks @returns {number[] | null} */
export function tightWindow(tracks) {
  const calm = tracks.filter((track) => !track.buffer.diverged);
  const around = extentOf(calm.length ? calm : tracks);
  return around && pad(around);
}

/** @param {Track[]} tracks @returns {number[] | null} */
function extentOf(tracks) {
  const spans = ["x", "y"].map((name) => spanOf(tracks.map((track) => track.buffer.column(name))));
  const [x, y] = spans;
  return x && y ? [...x, ...y] : null;
}

/** @param {import("../run.js").Column[]} columns @returns {[number, number] | null} */
function spanOf(columns) {
  let low = Infinity;
  let high = -Infinity;
  for (const { array, length } of columns) {
    for (let i = 0; i < length; i++) {
      if (array[i] < low) low = array[i];
      if (array[i] > high) high = array[i];
    }
  }
  return low <= high ? [low, high] : null;
}

/** Room to breathe, and a square of some size where the paths are a point. @param {number[]} window */
function pad([x0, x1, y0, y1]) {
  const side = Math.max(x1 - x0, y1 - y0) || 1;
  const [dx, dy] = [
    Math.max(MARGIN * side, (side / 3 - (x1 - x0)) / 2),
    Math.max(MARGIN * side, (side / 3 - (y1 - y0)) / 2),
  ];
  return [x0 - dx, x1 + dx, y0 - dy, y1 + dy].map((edge) => Number(edge.toPrecision(4)));
}

/** @param {number[]} a @param {number[]} b */
const union = (a, b) => [Math.min(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.max(a[3], b[3])];
