// @ts-check
/** What a room that races shows: a RunSpec, and how the page presents it. Both live in the address. */

/**
 * @typedef {{kind: string, [field: string]: any}} Tagged
 * @typedef {{plane?: Tagged | null, origin?: any, window?: number[] | null, resolution?: number[] | null}} View
 * @typedef {{objective: Tagged, optimisers: Tagged[], start: any, steps: number, seed: number,
 *   batch_size: number | null, noise?: any, early_stopping?: any, precision?: string, record?: any, view: View | null}} Spec
 * @typedef {"function" | "formula" | "network"} Source
 * @typedef {{height: "auto" | "log" | "linear", bands: "quantile" | "log" | "linear", scale: "log" | "linear",
 *   quantity: "loss" | "gradient_norm", ramp: "thalweg" | "cividis" | "viridis", speed: number,
 *   step: number | null, selected: number, colours: number[], panel: string, stage: number,
 *   curve: "ratio" | "hessian" | "preconditioned", axis: "log" | "linear", pair: "top_two" | "top_and_bottom"}} Page
 *   `step` is where a paused run stands, `panel` the part of the room that is open, `stage` how far its walk has come;
 *   `curve`, `axis` and `pair` are what the Curvature room draws.
 */

export const MAX_RACERS = 8;
export const RESOLUTIONS = [65, 129, 257];
export const SPEEDS = [15, 30, 60, 120, 240];

/** @returns {Page} */
export const initialPage = () => ({
  height: "auto",
  bands: "quantile",
  scale: "log",
  quantity: "loss",
  ramp: "thalweg",
  speed: 60,
  step: null,
  selected: 0,
  colours: [],
  panel: "",
  stage: 0,
  curve: "ratio",
  axis: "linear",
  pair: "top_two",
});

/** @type {Omit<Spec, "objective" | "optimisers" | "steps">} */
const COMMON = { start: null, seed: 0, batch_size: null, view: null };

/** A first race for each source: a spec, not a result. @type {Record<Source, () => Spec>} */
export const FIRST = {
  function: () => ({
    ...COMMON,
    objective: { kind: "himmelblau" },
    start: { point: [-0.3, -0.2] },
    steps: 300,
    optimisers: [
      { kind: "gradient_descent", learning_rate: 0.0016 },
      { kind: "heavy_ball", learning_rate: 0.0011, momentum: 0.93 },
      { kind: "nesterov", learning_rate: 0.0024 },
      { kind: "rmsprop", learning_rate: 0.025 },
      { kind: "adam", learning_rate: 0.06 },
    ],
  }),
  formula: () => ({
    ...COMMON,
    objective: { kind: "formula", expression: "(x^2 + y^2)/8 + sin(2*x)*cos(2*y)" },
    start: { point: [2.6, 2.2] },
    steps: 300,
    optimisers: [
      { kind: "gradient_descent", learning_rate: 0.02 },
      { kind: "heavy_ball", learning_rate: 0.02 },
      { kind: "adam", learning_rate: 0.06 },
    ],
  }),
  network: () => ({
    ...COMMON,
    objective: {
      kind: "network",
      layers: [
        { units: 8, activation: { kind: "tanh" } },
        { units: 8, activation: { kind: "tanh" } },
      ],
      data: { kind: "moons" },
    },
    steps: 300,
    optimisers: [
      { kind: "gradient_descent", learning_rate: 0.5 },
      { kind: "nesterov", learning_rate: 0.1 },
      { kind: "adam", learning_rate: 0.03 },
    ],
  }),
};

/** @param {Tagged} objective @returns {Source} */
export function sourceOf(objective) {
  return objective.kind === "network" || objective.kind === "formula" ? objective.kind : "function";
}

/**
 * A spec from an address or a lesson, completed; null when it is none.
 *
 * @param {any} given
 * @returns {{spec: Spec, page: Page} | null}
 */
export function adopt(given) {
  if (!given || typeof given !== "object" || typeof given.objective?.kind !== "string") return null;
  const { page, ...spec } = given;
  const optimisers = Array.isArray(spec.optimisers)
    ? spec.optimisers.filter((/** @type {any} */ o) => typeof o?.kind === "string")
    : [];
  const whole = { ...COMMON, steps: 300, ...spec, optimisers: optimisers.slice(0, MAX_RACERS) };
  return {
    spec: whole,
    page: { ...initialPage(), ...pageOf(page), colours: coloursFor(whole.optimisers.length, page?.colours) },
  };
}

/** What a room begins with: the experiment of the address, else its own first one. @param {any} given @param {Spec} first */
export function begin(given, first = FIRST.function()) {
  return adopt(given) ?? { spec: first, page: { ...initialPage(), colours: coloursFor(first.optimisers.length) } };
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

/**
 * A colour for each racer; those already given are kept, others take the lowest that is free.
 *
 * @param {number} count
 * @param {number[]} [given]
 */
export function coloursFor(count, given = []) {
  /** @type {number[]} */
  const colours = [];
  for (let i = 0; i < count; i++) {
    const own = given[i];
    const usable = Number.isInteger(own) && own >= 0 && own < MAX_RACERS && !colours.includes(own);
    colours.push(usable ? own : freeColour([...colours, ...given.slice(i + 1)]));
  }
  return colours;
}

/** @param {number[]} taken */
export function freeColour(taken) {
  return Array.from({ length: MAX_RACERS }, (_, i) => i).find((i) => !taken.includes(i)) ?? 0;
}

/**
 * What the address carries: the spec, and what differs from the page's own defaults.
 *
 * @param {Spec} spec @param {Page} page
 */
export function shared(spec, page) {
  const model = /** @type {Record<string, any>} */ (initialPage());
  const plain = coloursFor(spec.optimisers.length);
  const differs = Object.entries(page).filter(([key, value]) =>
    key === "colours" ? String(value) !== String(plain) : value !== model[key],
  );
  const kept = Object.entries(spec).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(kept), ...(differs.length ? { page: Object.fromEntries(differs) } : {}) };
}

/** The RunSpec as it is posted: a PCA plane is fitted to the finished run, so the run itself goes without. @param {Spec} spec */
export function runSpec(spec) {
  const view = { plane: isPca(spec) ? null : (spec.view?.plane ?? null), origin: spec.view?.origin ?? null };
  const { record, ...rest } = spec;
  return { ...rest, ...(record ? { record } : {}), view: view.plane || view.origin ? view : null };
}

/** @param {Spec} spec */
export const isPca = (spec) => spec.view?.plane?.kind === "pca";

/** @param {Spec} spec */
export const isNetwork = (spec) => spec.objective.kind === "network";
