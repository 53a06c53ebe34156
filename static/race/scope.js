// @ts-check
/** Whether frames tell of the whole objective, or of what each step itself saw: its batch. */

/** @typedef {"objective" | "batch"} Scope */

/** @param {{record?: {scope?: Scope} | null}} spec @returns {Scope} */
export const scopeOf = ({ record }) => record?.scope ?? "objective";

/**
 * What a run records, in another scope; the usual one is left out.
 *
 * @param {Scope | undefined} scope
 * @param {{record?: any}} spec
 */
export function recordIn(scope, { record }) {
  const { scope: _, ...rest } = record ?? {};
  const next = scope === "batch" ? { ...rest, scope } : rest;
  return Object.keys(next).length ? next : null;
}

/** @typedef {{scope: Scope, batch: number | null}} Told What numbers are of; of batches, how many examples they have. */

/**
 * What the frames of one racer tell of, by what the server said: a step on all examples, undisturbed, saw the objective.
 *
 * @param {any} started the event
 * @param {number} run
 * @returns {Told}
 */
export function scopeSeen({ spec, examples, runs }, run) {
  const size = runs[run].optimiser.batch_size ?? spec.batch_size ?? Number.POSITIVE_INFINITY;
  const scope = size < examples || spec.noise ? scopeOf(spec) : "objective";
  return { scope, batch: scope === "batch" ? Math.min(size, examples) : null };
}

/** Whether losses have an order: they are of the same examples. Batches of one size are, at every step. @param {Told[]} told */
export const comparable = (told) => new Set(told.map(({ scope, batch }) => `${scope} ${batch}`)).size < 2;

/** What the numbers of a buffer are numbers of, after “loss” or “gradient”; nothing where that is everything. @param {Scope} scope */
export const ofWhat = (scope) => (scope === "batch" ? " of the batch" : "");

/** What is told of: both, where some racers take batches of their own and others do not. @param {{scope: Scope}[]} told @returns {Scope[]} */
export const scopesOf = (told) =>
  /** @type {Scope[]} */ (["objective", "batch"]).filter((one) => told.some(({ scope }) => scope === one));

/** What a picture of batches is not: to be said beside it. */
export const NOISY = "Of each step’s batch: a noisy estimate";

/** The same of a picture of several racers; empty where none tells of batches. @param {import("../types.js").Track[]} tracks */
export function noisyNote(tracks) {
  const [first, other] = scopesOf(tracks.map(({ buffer }) => buffer));
  if (other) return "Partly of each step’s batch: a noisy estimate";
  if (!comparable(tracks.map(({ buffer }) => buffer))) return "Of batches of different sizes: noisy, and in no order";
  return first === "batch" ? NOISY : "";
}
