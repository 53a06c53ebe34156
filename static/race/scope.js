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

/**
 * What the frames of one racer tell of, by what the server said: a step on all examples, undisturbed, saw the objective.
 *
 * @param {any} started the event
 * @param {number} run
 * @returns {Scope}
 */
export function scopeSeen({ spec, examples, runs }, run) {
  const size = runs[run].optimiser.batch_size ?? spec.batch_size ?? Number.POSITIVE_INFINITY;
  return size < examples || spec.noise ? scopeOf(spec) : "objective";
}

/** What the numbers of a buffer are numbers of, after “loss” or “gradient”; nothing where that is everything. @param {Scope} scope */
export const ofWhat = (scope) => (scope === "batch" ? " of the batch" : "");

/** What a picture of batches is not: to be said beside it. */
export const NOISY = "Of each step’s batch: a noisy estimate";
