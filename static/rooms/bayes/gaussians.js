// @ts-check
/** The Gaussians that stand in for the density: those that methods found, and those that match its moments. Pure. */
import { flat } from "./density.js";
import { gaussianOf } from "./ellipses.js";
import { reportAt } from "./variational.js";

/**
 * @typedef {{value: number, error: number} | null} Measured
 * @typedef {{mean: any, covariance: any}} Moments over all coordinates
 * @typedef {{name: string, note: string, colour: number | null, selected: boolean, moments: Moments,
 *   numbers: {elbo: Measured, reverse: Measured, forward: Measured} | null}} Row `colour` null: the density's own, in ink
 */

const MATCHES = /** @type {Record<string, [string, string]>} */ ({
  full_rank: ["Moment match", ""],
  mean_field: ["Moment match", "independent"],
});

/** The Gaussian that an estimate comes from. @param {any} report an estimate @returns {Moments | null} */
export function momentsOf(report) {
  const { mean, diagnostics } = report ?? {};
  return mean && diagnostics?.covariance ? { mean, covariance: diagnostics.covariance } : null;
}

/**
 * @param {import("./live.js").Live} live @param {import("./state.js").State} state @param {number} step
 * @returns {Row[]} the methods' as they are at a step, then the ones that match moments
 */
export function rowsAt({ started, estimates, finished }, { spec, page }, step) {
  const found = (started?.methods ?? []).flatMap((/** @type {any} */ method, /** @type {number} */ k) => {
    const reports = estimates[k]?.filter((report) => momentsOf(report)) ?? [];
    const moments = momentsOf(reports[reportAt(step, spec.warm_up + spec.draws, reports.length)]);
    if (!moments) return [];
    const numbers = finished?.methods[k]?.divergences ?? null;
    const note = method.method.family ? wordsOf(method.method.family.kind) : "";
    const look = { colour: page.colours[k] ?? 0, selected: page.selected === k };
    return [{ name: method.title, note, ...look, moments, numbers }];
  });
  const matches = (finished?.moment_matches ?? []).slice(0, started?.dim > 1 ? 2 : 1);
  return [...found, ...matches.map(matched)];
}

/** @param {any} match @returns {Row} */
function matched({ family, mean, covariance, ...numbers }) {
  const [name, note] = MATCHES[family];
  return { name, note, colour: null, selected: family === "full_rank", moments: { mean, covariance }, numbers };
}

/** @param {string} kind */
const wordsOf = (kind) => kind.replaceAll("_", " ");

/** Mean and standard deviation along a coordinate. @param {Moments} moments @param {number} i @returns {[number, number]} */
export function alongAxis({ mean, covariance }, i) {
  const means = flat(mean);
  return [means[i], Math.sqrt(flat(covariance)[i * means.length + i])];
}

/** The two shown coordinates of a Gaussian; null where it has no two. @param {Moments | null} moments @param {number[]} view */
export const inPlane = (moments, view) => gaussianOf(moments, view);

/** N(x; m, s²) over an axis. @param {Float64Array} x @param {[number, number]} along */
export const bell = (x, [m, s]) =>
  x.map((value) => Math.exp(-0.5 * ((value - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI)));
