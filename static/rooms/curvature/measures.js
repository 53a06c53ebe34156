// @ts-check
/** Measured eigenvalues as curves over steps, and how they stand against the threshold at one step. Pure. */

/**
 * @typedef {import("../../types.js").CurvatureEvent} CurvatureEvent
 * @typedef {import("../../types.js").Track} Track
 * @typedef {"ratio" | "hessian" | "preconditioned"} Curve
 * @typedef {"lead" | "rest" | "threshold"} Role lead: the largest eigenvalue; rest: the others
 * @typedef {{colour: number, run: number, role: Role, steps: number[], values: number[]}} Series NaN is a gap
 * @typedef {"stable" | "edge" | "unstable" | "unknown"} Verdict
 * @typedef {{verdict: Verdict, ratio: number, value: number, threshold: number, preconditioned: boolean, step: number}} Stability
 */

/** Within this share of the threshold a run is at the edge: the band in which Cohen et al. see λmax hover. */
export const EDGE = 0.05;

/** The last measurement at or before a step; null before the first. @param {CurvatureEvent[]} events @param {number} step */
export function measuredAt(events, step) {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low ? events[low - 1] : null;
}

/** @param {CurvatureEvent} event @param {boolean} preconditioned */
export function endsOf(event, preconditioned) {
  const values = (preconditioned ? event.preconditioned_eigenvalues : event.eigenvalues) ?? [];
  const top = (preconditioned ? event.preconditioned_top : event.top) ?? 0;
  return { top: Array.from(values).slice(0, top), bottom: Array.from(values).slice(top) };
}

/** @param {CurvatureEvent} event */
const judgesPreconditioned = ({ threshold_kind }) => threshold_kind === "preconditioned_hessian";

/** The largest eigenvalue against the threshold that belongs to it. @param {CurvatureEvent | null} event @returns {Stability | null} */
export function stabilityOf(event) {
  if (!event) return null;
  const preconditioned = judgesPreconditioned(event);
  const [value = Number.NaN] = endsOf(event, preconditioned).top;
  const threshold = event.threshold ?? Number.NaN;
  const ratio = value / threshold;
  return { verdict: verdictOf(ratio), ratio, value, threshold, preconditioned, step: event.step };
}

/** @param {number} ratio @returns {Verdict} */
export function verdictOf(ratio) {
  if (Number.isNaN(ratio)) return "unknown";
  if (ratio > 1 + EDGE) return "unstable";
  return ratio < 1 - EDGE ? "stable" : "edge";
}

/** @param {Track[]} tracks @param {Curve} curve @returns {Series[]} */
export function seriesOf(tracks, curve) {
  return tracks.flatMap(({ buffer, colour }, run) => {
    const steps = buffer.curvature.map(({ step }) => step);
    /** @param {Role} role @param {(event: CurvatureEvent) => number | null | undefined} of */
    const series = (role, of) => ({
      ...{ colour, run, role, steps },
      values: buffer.curvature.map((event) => of(event) ?? Number.NaN),
    });
    if (curve === "ratio") return [series("lead", (event) => stabilityOf(event)?.ratio)].filter(isSomething);
    return linesOf(buffer.curvature, curve === "preconditioned", series).filter(isSomething);
  });
}

/**
 * @param {CurvatureEvent[]} events
 * @param {boolean} preconditioned
 * @param {(role: Role, of: (event: CurvatureEvent) => number | null | undefined) => Series} series
 */
function linesOf(events, preconditioned, series) {
  const ends = new Map(events.map((event) => [event, endsOf(event, preconditioned)]));
  const most = (/** @type {"top" | "bottom"} */ end) =>
    Math.max(0, ...[...ends.values()].map((found) => found[end].length));
  return [
    ...Array.from({ length: most("top") }, (_, k) => series(k ? "rest" : "lead", (event) => ends.get(event)?.top[k])),
    // Counted from the smallest: where one did not converge, the others keep their lines.
    ...Array.from({ length: most("bottom") }, (_, k) => series("rest", (event) => ends.get(event)?.bottom.at(-1 - k))),
    series("threshold", (event) => (judgesPreconditioned(event) === preconditioned ? event.threshold : null)),
  ];
}

/** @param {Series} series */
const isSomething = ({ values }) => values.some((value) => !Number.isNaN(value));

/** How many eigenvalues were asked for and are left out, since they did not converge. @param {Track[]} tracks */
export const leftOut = (tracks) =>
  tracks
    .flatMap(({ buffer }) => buffer.curvature)
    .reduce((sum, event) => sum + event.unconverged + (event.preconditioned_unconverged ?? 0), 0);

/**
 * The threshold as a multiple of 1/η: 2 for gradient descent, 3 for heavy ball with β = ½, 38 for Adam with β₁ = 0.9.
 *
 * @param {number} threshold @param {number} learningRate
 */
export const edgeOf = (threshold, learningRate) => Number((threshold * learningRate).toPrecision(4));

/** The smallest rate that single precision, in which rates arrive, holds with all of its digits. */
const LEAST_RATE = 2 ** -126;

/** “2/η”, where the rate is known. @param {number} threshold @param {number} learningRate */
export const edgeName = (threshold, learningRate) =>
  learningRate >= LEAST_RATE ? `${edgeOf(threshold, learningRate)}/η` : "threshold";

/** The least and greatest value that a scale has a place for. @param {Series[]} series @param {"log" | "linear"} scale */
export function rangeOf(series, scale) {
  let [low, high, gaps] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of series.flatMap(({ values }) => values)) {
    if (Number.isNaN(value)) continue;
    if (scale === "log" && !(value > 0)) {
      gaps++;
      continue;
    }
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return { low, high, gaps };
}
