// @ts-check
/** What is known of the methods whose answer is a Gaussian: where their way leads, and the ELBO that is drawn of it. Pure. */
import { flat } from "./density.js";
import { windowOfMass } from "./regions.js";

/**
 * @typedef {import("./live.js").Live} Live @typedef {import("./state.js").State} State
 * @typedef {[number, number]} Point m and ln s of one coordinate
 * @typedef {{method: number, colour: number, selected: boolean, points: Point[], answers: Point[]}} Way `points` begins with the start; `answers` are what the method would say after each piece
 */

/** Finest grids that are worth their time: on a line the rule has 161 nodes, in two and three dimensions about a thousand. */
const RESOLUTION = { line: [129, 129], more: [65, 65] };
/** How far from the mass a path may lead and still widen the picture, in widths of it. */
const FURTHEST = 2;

/** @param {any} described of `started.methods` */
const isVariational = (described) => described?.method.kind === "variational";

/** The method whose ELBO is drawn: the selected one, or the first that has one; −1: none. @param {Live} live @param {number} selected */
export function drawnMethod({ started }, selected) {
  const methods = started?.methods ?? [];
  return isVariational(methods[selected]) ? selected : methods.findIndex(isVariational);
}

/** @param {any} parameters λ @param {number} dim @param {number} i coordinate @returns {Point} */
const pointOf = (parameters, dim, i) => {
  const values = flat(parameters);
  return [values[i], values[dim + i]];
};

/**
 * The ways of all methods that descend the ELBO of one family.
 *
 * @param {Live} live @param {State["page"]} page @param {number} method the one whose family counts @param {number} i coordinate
 * @returns {Way[]}
 */
export function waysOf({ started, estimates }, page, method, i) {
  const familyOf = (/** @type {number} */ k) => JSON.stringify(started.methods[k].method.family);
  return estimates.flatMap((reports, k) => {
    const facts = reports.map(({ diagnostics }) => diagnostics).filter((d) => d?.now && d.parameters);
    if (!facts.length || familyOf(k) !== familyOf(method)) return [];
    const points = [facts[0].start, ...facts.map((d) => d.now)].map((p) => pointOf(p, started.dim, i));
    const answers = facts.map((d) => pointOf(d.parameters, started.dim, i));
    return [{ method: k, colour: page.colours[k] ?? 0, selected: k === method, points, answers }];
  });
}

/** Which of `count` reports belongs to a step: ways to an answer are spread over the steps of the samplers. @param {number} step @param {number} steps @param {number} count */
export const reportAt = (step, steps, count) => Math.min(count - 1, Math.floor((step / Math.max(1, steps)) * count));

/**
 * What is asked of the server: −ELBO over m and ln s of one coordinate, all else as in the fit. Null while there is no fit.
 *
 * @param {Live} live @param {State["page"]} page @param {number} method
 * @returns {any}
 */
export function elboSpec(live, page, method) {
  const { started, estimates, status } = live;
  const parameters = estimates[method]?.at(-1)?.diagnostics?.parameters;
  if (status !== "finished" || !parameters) return null;
  const axis = axisOf(live, page);
  const i = started.view[axis];
  return {
    objective: { kind: "elbo", target: started.spec.target, family: started.methods[method].method.family },
    plane: { kind: "weights", x: i, y: started.dim + i },
    origin: { parameters: [...flat(parameters)] },
    window: windowFor(rangeOf(live, axis), waysOf(live, page, method, i)),
    resolution: started.dim === 1 ? RESOLUTION.line : RESOLUTION.more,
  };
}

/** Which of the shown coordinates is looked at: 0 or 1. @param {Live} live @param {State["page"]} page */
export const axisOf = ({ started }, page) => (page.coordinate < started.view.length ? page.coordinate : 0);

/** Where the mass of a shown coordinate is. @param {Live} live @param {number} axis @returns {[number, number]} */
function rangeOf({ started, sheets }, axis) {
  const [low, high] = started.window.slice(2 * axis, 2 * axis + 2);
  const marginal = sheets?.marginals[axis];
  if (!marginal) return [low, high];
  const [x0, x1] = windowOfMass({ x: flat(marginal.x), y: [0], density: flat(marginal.density) });
  return [x0, x1];
}

/**
 * Means over the mass, widths from a fortieth of its half width to all of it, and the ways as far as they stay near.
 *
 * @param {[number, number]} range @param {Pick<Way, "points">[]} ways
 * @returns {[number, number, number, number]}
 */
export function windowFor([low, high], ways) {
  const half = (high - low) / 2;
  const box = [low, high, Math.log(half / 40), Math.log(half)];
  const [wide, tall] = [box[1] - box[0], box[3] - box[2]];
  for (const [m, s] of ways.flatMap(({ points }) => points)) {
    const near = m > low - FURTHEST * wide && m < high + FURTHEST * wide && Math.abs(s - box[3]) < FURTHEST * tall;
    if (!near) continue;
    box[0] = Math.min(box[0], m - 0.04 * wide);
    box[1] = Math.max(box[1], m + 0.04 * wide);
    box[2] = Math.min(box[2], s - 0.04 * tall);
    box[3] = Math.max(box[3], s + 0.04 * tall);
  }
  return /** @type {[number, number, number, number]} */ (box);
}

/** How the expectation in the ELBO is computed, which its error depends on. @param {number} dim */
export const ruleWords = (dim) =>
  dim <= 3
    ? `quadrature (${["161 nodes", "32 × 32 nodes", "12³ nodes"][dim - 1]}), no draws`
    : "256 Sobol’ points, the same everywhere";
