// @ts-check
/** What the server has said so far: the part of the room's state that is never written into the address. */

/**
 * @typedef {Record<string, any>} Estimate an `estimate` event
 * @typedef {{step: number, position: ArrayLike<number>, energy: ArrayLike<number>, acceptance: number, accepted: boolean, divergent: boolean}} Leapfrog
 * @typedef {object} Live
 * @property {"empty" | "loading" | "running" | "finished" | "failed"} status
 * @property {any} started the event
 * @property {any} sheets the event; null where the density cannot be drawn
 * @property {import("./draws.js").Draws[]} draws one for each method; empty where a method draws nothing
 * @property {Map<number, Leapfrog>[]} leapfrogs of each method, by step: the path of the first chain
 * @property {Estimate[][]} estimates of each method, in the order in which they came
 * @property {any} finished the event
 * @property {number} last the last step of any sampler that has arrived
 * @property {import("../../failure.js").Failure | null} failure
 * @property {import("../../player.js").PlayerState | null} player
 */

/** @returns {Live} */
export const nothingYet = () => ({
  status: "empty",
  started: null,
  sheets: null,
  draws: [],
  leapfrogs: [],
  estimates: [],
  finished: null,
  last: 0,
  failure: null,
  player: null,
});

/**
 * The last path at or before a step: the server sends one now and then.
 *
 * @param {Map<number, Leapfrog> | undefined} paths in order of their steps
 * @param {number} step
 * @returns {Leapfrog | null}
 */
export function pathAt(paths, step) {
  return [...(paths?.values() ?? [])].findLast((path) => path.step <= step) ?? null;
}
