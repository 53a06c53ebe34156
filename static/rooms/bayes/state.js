// @ts-check
/** What the Bayes room shows: a PosteriorSpec, and how the page presents it. Both live in the address. */
import { coloursFor, MAX_RACERS } from "../../race/state.js";
import { superchainsOf } from "./superchains.js";

/**
 * @typedef {import("../../race/state.js").Tagged} Tagged
 * @typedef {{every?: number, chains?: number, warm_up?: boolean, view?: number[]}} Record_
 * @typedef {{target: Tagged, methods: Tagged[], chains: number, draws: number, warm_up: number, seed: number,
 *   start: number[] | null, view: number[], superchains?: number | null}} Spec `view`: which two coordinates are shown;
 *   `superchains`: groups that share a start, the usual ones where it is left out
 * @typedef {"cloud" | "sheets" | "volume" | "gaussians" | "calibration"} Scene
 * @typedef {{scene: Scene, quantity: Quantity, tab: "diagnostics" | "energy" | "predictive", speed: number, step: number | null,
 *   selected: number, coordinate: number, colours: number[], replications: number, ranked: number, settling: number,
 *   mixing: number, bins: number, lineup: number, suspect: number}} Page `coordinate`: 0 or 1, of the shown ones, whose
 *   ELBO is drawn; `replications` to `bins`: a calibration's data sets, chains, warm-up, steps and bins; `lineup`: the
 *   number of a deal of unnamed kernels, of which `suspect` is at hand, 0 where there is none
 * @typedef {"log_evidence" | "mean_0" | "mean_1" | "variance_0" | "variance_1"} Quantity
 * @typedef {{spec: Spec, page: Page}} State
 */

/** Chains that are sent to be drawn, at most. */
const SHOWN = 1000;
const RESOLUTION = [161, 161];

/** @returns {Page} */
export const initialPage = () => ({
  scene: "cloud",
  quantity: "log_evidence",
  tab: "diagnostics",
  speed: 15,
  step: null,
  selected: 0,
  coordinate: 0,
  colours: [],
  replications: 200,
  ranked: 99,
  settling: 50,
  mixing: 15,
  bins: 20,
  lineup: 0,
  suspect: 0,
});

/** The first experiment: a spec, not a result. @returns {Spec} */
export const first = () => ({
  target: { kind: "logistic_regression" },
  methods: [
    { kind: "hmc" },
    { kind: "random_walk" },
    { kind: "laplace" },
    { kind: "variational" },
    { kind: "importance" },
    { kind: "gauss_hermite" },
  ],
  chains: 1000,
  draws: 100,
  warm_up: 60,
  seed: 0,
  start: [-3, 6],
  view: [0, 1],
});

/** What a kernel is tried on where nothing else is said: a coin whose posterior leans. @returns {Spec} */
const firstCase = () => ({ ...first(), target: { kind: "beta_bernoulli", tosses: 3, heads: 3 }, ...TRIAL });

/** How a suspect is run: so long that R̂ is content where nothing but the target is wrong. */
export const TRIAL = { chains: 64, draws: 1500, warm_up: 100, start: null, superchains: undefined };

/** What the room begins with: the experiment of the address, else the first one of all. @param {any} given @returns {State} */
export function begin(given) {
  const page = { ...initialPage(), ...pageOf(given?.page) };
  const known = adopt(given) ?? (page.lineup > 0 ? firstCase() : first());
  const spec = page.lineup > 0 ? { ...known, methods: [] } : known;
  return { spec, page: { ...page, colours: coloursFor(spec.methods.length, given?.page?.colours) } };
}

/** A spec from an address or a lesson, completed; null when it is none. @param {any} given @returns {Spec | null} */
function adopt(given) {
  if (typeof given?.target?.kind !== "string") return null;
  const { page: _, record, sheets: __, predictive: ___, divergences: ____, ...spec } = given;
  const listed = Array.isArray(spec.methods) ? spec.methods : [];
  const methods = listed.filter((/** @type {any} */ m) => typeof m?.kind === "string").slice(0, MAX_RACERS);
  return { ...first(), start: null, ...spec, view: spec.view ?? record?.view ?? [0, 1], methods };
}

/** Keeps the fields whose types are right. @param {any} given @returns {Partial<Page>} */
function pageOf(given) {
  const model = /** @type {Record<string, any>} */ (initialPage());
  const known = Object.entries(given ?? {}).filter(
    ([key, value]) =>
      key in model &&
      key !== "colours" &&
      (key === "step" ? Number.isInteger(value) : typeof value === typeof model[key]),
  );
  return Object.fromEntries(known);
}

/** What the address carries. @param {Spec} spec @param {Page} page */
export function shared(spec, page) {
  const model = /** @type {Record<string, any>} */ (initialPage());
  const plain = String(coloursFor(spec.methods.length));
  const differs = Object.entries(page).filter(([key, value]) =>
    key === "colours" ? page.lineup === 0 && String(value) !== plain : value !== model[key],
  );
  const open = page.lineup > 0 ? { ...spec, methods: undefined } : spec;
  return { ...open, ...(differs.length ? { page: Object.fromEntries(differs) } : {}) };
}

/** The PosteriorSpec as it is posted: every chain that fits is shown, warm-up included. @param {Spec} spec */
export function posteriorSpec({ view, ...spec }) {
  const record = { every: 1, chains: Math.min(spec.chains, SHOWN), warm_up: true, leapfrog: true, view };
  return { ...spec, superchains: superchainsOf(spec), record, sheets: RESOLUTION, predictive: true, divergences: true };
}
