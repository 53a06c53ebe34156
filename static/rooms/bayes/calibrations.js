// @ts-check
/** Calibrations that were asked for, each under what it was asked of: one runs at a time, and all are remembered. */
import { latest } from "../../failure.js";
import { createStore } from "../../store.js";
import { postStream } from "../../stream.js";

/**
 * @typedef {import("./state.js").Tagged} Tagged
 * @typedef {{target: Tagged, sampler: Tagged, replications: number, draws: number, warm_up: number, steps: number, bins: number, seed: number}} Request
 * @typedef {object} Calibration
 * @property {Request} request
 * @property {"running" | "cancelled" | "failed" | "refused" | "finished"} status
 * @property {any} started the event
 * @property {ArrayLike<number>[]} ranks of each replication, one a parameter
 * @property {[number, number] | null} range of a bin's count so far
 * @property {any} result the `calibration` event
 * @property {import("../../failure.js").Failure | null} failure
 * @typedef {{known: Record<string, Calibration>, running: string | null}} State
 */

/** @param {Request} request */
export const keyOf = (request) => JSON.stringify(request);

/**
 * What is asked of a method on the present target.
 *
 * @param {import("./state.js").Spec} spec @param {import("./state.js").Page} page @param {number} which
 * @returns {Request}
 */
export function requestOf(spec, page, which) {
  return {
    target: spec.target,
    sampler: spec.methods[which],
    replications: page.replications,
    draws: page.ranked,
    warm_up: page.settling,
    steps: page.mixing,
    bins: page.bins,
    seed: spec.seed,
  };
}

/** @param {Request} request @returns {Calibration} */
const begun = (request) => ({
  request,
  status: "running",
  started: null,
  ranks: [],
  range: null,
  result: null,
  failure: null,
});

/** @param {{stream?: typeof postStream}} [options] */
export function createCalibrations({ stream = postStream } = {}) {
  const store = createStore(/** @type {State} */ ({ known: {}, running: null }));
  /** @param {string} key @param {Partial<Calibration>} change */
  const update = (key, change) =>
    store.set(({ known }) => ({ known: { ...known, [key]: { ...known[key], ...change } } }));

  /** @type {Record<string, (event: any, key: string) => void>} */
  const onEvent = {
    started: (event, key) => update(key, { started: event }),
    rank: (event, key) => update(key, { ranks: [...store.get().known[key].ranks, event.rank] }),
    progress: ({ expected_range }, key) => update(key, { range: expected_range }),
    calibration: (event, key) => update(key, { result: event }),
    finished: (_, key) => update(key, { status: "finished" }),
  };
  const job = latest(
    async (/** @type {Request} */ request, signal) => {
      const key = keyOf(request);
      for await (const event of stream("api/calibrations", request, { signal })) {
        signal.throwIfAborted();
        onEvent[event.kind]?.(event, key);
      }
      store.set({ running: null });
    },
    (failure) => {
      const { running } = store.get();
      if (running) update(running, { failure, status: failure.kind === "refused" ? "refused" : "failed" });
      store.set({ running: null });
    },
  );
  const cancel = () => {
    const { running } = store.get();
    job.stop();
    if (running) update(running, { status: "cancelled" });
    store.set({ running: null });
  };
  return {
    store,
    /** @param {Request} request */
    start(request) {
      cancel();
      const key = keyOf(request);
      store.set(({ known }) => ({ known: { ...known, [key]: begun(request) }, running: key }));
      job.start(request);
    },
    cancel,
    dispose: job.stop,
  };
}
