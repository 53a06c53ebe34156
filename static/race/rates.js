// @ts-check
/** Learning rates that suit a surface, for racers whose rate nobody chose by hand. */
import { entryOf } from "../services.js";
import { FIRST } from "./state.js";

/**
 * @typedef {import("./state.js").Tagged} Tagged
 * @typedef {import("../services.js").Catalogue} Catalogue
 * @typedef {{suggested_learning_rate?: number | null, window?: number[] | null}} Ground what is known of a surface:
 *   1/λmax at its start and its minima, and the window that is looked at; networks tell neither
 */

// Half of 1/λmax leaves room for the slopes between the start and the minima, where curvature may be larger.
const SHARE_OF_INVERSE_CURVATURE = 0.5;
const SHARE_OF_WINDOW = 0.01;
const DIGITS = 2;

/** @type {Record<string, (optimiser: Tagged, schema: import("../schema.js").Schema, ground: Ground) => number | null>} */
const BY_UNIT = {
  // Momentum β multiplies the length of a straight way by 1/(1 − β); its root keeps both speed and calm.
  inverse_curvature(optimiser, { properties }, { suggested_learning_rate: inverse }) {
    const momentum = optimiser.momentum ?? properties?.momentum?.default ?? 0;
    return inverse ? SHARE_OF_INVERSE_CURVATURE * inverse * Math.sqrt(1 - momentum) : null;
  },
  length: (_, __, { window }) =>
    window ? SHARE_OF_WINDOW * Math.min(window[1] - window[0], window[3] - window[2]) : null,
};

/**
 * The learning rate that suits a racer on a surface; null where its own default is as good as any.
 *
 * @param {Tagged} optimiser @param {Ground | null} ground @param {Catalogue} catalogue
 */
export function suitedRate(optimiser, ground, catalogue) {
  const entry = entryOf(catalogue, "optimisers", optimiser.kind);
  const rate = entry && ground && BY_UNIT[entry.learning_rate_unit ?? ""]?.(optimiser, entry.schema, ground);
  return rate ? Number(rate.toPrecision(DIGITS)) : null;
}

/** @param {Tagged} optimiser @param {Ground | null} ground @param {Catalogue} catalogue @returns {Tagged} */
export function suited(optimiser, ground, catalogue) {
  const rate = suitedRate(optimiser, ground, catalogue);
  return rate === null ? optimiser : { ...optimiser, learning_rate: rate };
}

/**
 * The racers for another surface: rates chosen by hand stay.
 *
 * @param {Tagged[]} optimisers @param {(Ground | null | undefined)[]} before what they may have been suited to
 * @param {Ground | null} after @param {Catalogue} catalogue
 */
export function retuned(optimisers, before, after, catalogue) {
  /** @param {Tagged} optimiser */
  const chosen = (optimiser) =>
    optimiser.learning_rate !== undefined &&
    !isFirst(optimiser) &&
    !before.some((ground) => suitedRate(optimiser, ground ?? null, catalogue) === optimiser.learning_rate);
  return optimisers.map((optimiser) => (chosen(optimiser) ? optimiser : suited(optimiser, after, catalogue)));
}

/** Whether the rate is that of the first race of a source. @param {Tagged} optimiser */
const isFirst = ({ kind, learning_rate: rate }) =>
  Object.values(FIRST).some((first) => first().optimisers.some((o) => o.kind === kind && o.learning_rate === rate));

/** What is known of the surface that is shown. @param {import("./context.js").Context} context @param {Catalogue} catalogue @returns {(Ground | undefined)[]} */
export const groundsOf = ({ store, live }, catalogue) => [
  live.get().description.value,
  entryOf(catalogue, "surfaces", store.get().spec.objective.kind),
];
