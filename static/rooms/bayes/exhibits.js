// @ts-check
/** What the diagnostics say of one kernel, each a number beside the bound it is read against. Pure. */
import { formatNumber, formatWhole } from "../../format.js";
import { chosenRhat } from "./rhats.js";

/**
 * @typedef {{title: string, asks: string, value: string, alarm: boolean | null}} Exhibit `alarm`: null where it is not known
 * @typedef {object} Findings
 * @property {Record<string, any>} facts diagnostics
 * @property {any} bias in standard errors, of mean and variance; null where no exact answer is known
 * @property {import("./live.js").Leapfrog[]} paths
 * @property {import("./calibrations.js").Calibration | null} calibration
 * @property {import("./state.js").Spec} spec
 */

/** In standard errors. */
const FAR = 4;
const FEW = 400;
/** Of numbers in single precision. */
const ROUNDING = 0.001;

/** @param {Findings} findings @returns {Exhibit[]} */
export const exhibitsOf = (findings) => [
  rhat(findings),
  ess(findings),
  divergences(findings),
  energy(findings),
  stein(findings),
  marginals(findings),
  calibration(findings),
];

/** @param {any} values @returns {number[]} */
const numbers = (values) =>
  Array.from(values ?? [])
    .flat()
    .filter((/** @type {any} */ value) => typeof value === "number" && Number.isFinite(value));

/** @param {any} values @returns {number | null} */
function farthest(values) {
  const found = numbers(values).map(Math.abs);
  return found.length ? Math.max(...found) : null;
}

/** @param {Findings} findings @returns {Exhibit} */
function rhat({ facts, spec }) {
  const { which, bound } = chosenRhat(facts, spec);
  const value = farthest(which === "nested" ? facts.nested_rhat : facts.rhat);
  return {
    title: which === "nested" ? "Nested R̂" : "R̂",
    asks: `Do the chains agree? Below ${formatNumber(bound, 4)}.`,
    value: value === null ? "–" : formatNumber(value, 5),
    alarm: value === null ? null : value > bound,
  };
}

/** @param {Findings} findings @returns {Exhibit} */
function ess({ facts }) {
  const found = numbers([...numbers(facts.ess_bulk), ...numbers(facts.ess_tail)]);
  const least = found.length ? Math.min(...found) : null;
  return {
    title: "Effective sample size",
    asks: `Are there enough draws? At least ${FEW}.`,
    value: least === null ? "–" : formatWhole(least),
    alarm: least === null ? null : least < FEW,
  };
}

/** @param {Findings} findings @returns {Exhibit} */
function divergences({ facts }) {
  const count = facts.divergences;
  return {
    title: "Divergences",
    asks: "Did the integrator break down? Never.",
    value: typeof count === "number" ? formatWhole(count) : "–",
    alarm: typeof count === "number" ? count > 0 : null,
  };
}

/** @param {number} score @param {string} what */
const far = (score, what) => ({
  value: `${formatNumber(score, 2)} se`,
  alarm: Math.abs(score) > FAR,
  asks: `${what} Within ${FAR} standard errors.`,
});

/**
 * How far the probability with which a kernel takes the end of a path is from min(1, exp(−ΔH)), at most.
 *
 * @param {{energy: ArrayLike<number>, acceptance: number}[]} paths @returns {number | null} null where there are none
 */
export function energyGap(paths) {
  const gaps = paths.map(({ energy: along, acceptance }) => {
    const chance = Math.min(1, Math.exp(along[0] - along[along.length - 1]));
    return Math.abs(acceptance - (Number.isFinite(chance) ? chance : 0));
  });
  return gaps.length ? Math.max(...gaps) : null;
}

/** @param {Findings} findings @returns {Exhibit} */
function energy({ paths }) {
  const title = "Energy error";
  const gap = energyGap(paths);
  const asks = "Is a path taken as its energy error says?";
  if (gap === null) return { title, asks: `${asks} It follows no paths.`, value: "–", alarm: null };
  return {
    title,
    asks: `${asks} Off by ${ROUNDING} at most, of ${formatWhole(paths.length)}.`,
    value: gap < ROUNDING ? "exactly" : `off by ${formatNumber(gap, 2)}`,
    alarm: gap > ROUNDING,
  };
}

/** @param {Findings} findings @returns {Exhibit} */
function stein({ facts }) {
  const title = "Stein check";
  const score = farthest(facts.stein_score);
  const what = "Do the means vanish that vanish under the target?";
  return score === null ? { title, asks: what, value: "–", alarm: null } : { title, ...far(score, what) };
}

/** @param {Findings} findings @returns {Exhibit} */
function marginals({ bias }) {
  const title = "Marginals";
  const score = farthest([...numbers(bias?.mean), ...numbers(bias?.variance)]);
  const what = "Are means and variances the exact ones?";
  return score === null
    ? { title, asks: `${what} None are known.`, value: "–", alarm: null }
    : { title, ...far(score, what) };
}

export const NOT_RUN = "not run";
/** What is said of a calibration without a verdict, by its state. @type {Record<string, string>} */
const UNDECIDED = { running: "running", refused: "not possible here" };

/** @param {Findings} findings @returns {Exhibit} */
function calibration({ calibration: found }) {
  const title = "Calibration";
  const asks = "Does the truth rank evenly among the draws?";
  if (!found?.result) return { title, asks, value: UNDECIDED[found?.status ?? ""] ?? NOT_RUN, alarm: null };
  return { title, asks, value: `p = ${formatNumber(found.result.p_value, 2)}`, alarm: !found.result.calibrated };
}

/** What an exhibit is worth once the kernel is known. @param {Exhibit} exhibit @param {boolean} right */
export function worthOf({ alarm }, right) {
  if (alarm === null) return "no answer";
  if (right) return alarm ? "false alarm" : "acquits";
  return alarm ? "convicts" : "blind";
}
