// @ts-check
/** What the server said of the choice: the whole path, the two-weight path and its ground, the posterior. */
import { debounce } from "../../dom.js";
import { latest } from "../../failure.js";
import { postJson, postStream } from "../../stream.js";
import { nearest } from "./charts.js";
import { halfOf, pairGrid, pairPath, prior, wholePath } from "./state.js";

/** @typedef {import("./state.js").Choice} Choice @typedef {import("../../store.js").Store<Live>} LiveStore */
/**
 * @typedef {object} Live
 * @property {import("./charts.js").Path | null} path
 * @property {import("./charts.js").Path | null} pair
 * @property {import("./geometry.js").Grid | null} grid
 * @property {any} posterior
 * @property {{step: number, of: number} | null} progress of the whole path
 * @property {import("../../failure.js").Failure | null} failure
 */

/** @returns {Live} */
export const nothing = () => ({ path: null, pair: null, grid: null, posterior: null, progress: null, failure: null });

const QUIET = 120;

/** @param {import("../../store.js").Store<{choice: Choice}>} store @param {LiveStore} live */
export function createRequests(store, live) {
  const failed = (/** @type {import("../../failure.js").Failure} */ failure) => live.set({ failure, progress: null });
  const whole = latest(async (/** @type {Choice} */ choice, signal) => {
    for (const job of [picture, posterior]) job.stop();
    live.set({ ...nothing(), progress: { step: 0, of: 0 } });
    for await (const event of postStream("api/paths", wholePath(choice), { signal })) {
      if (event.kind === "progress") live.set({ progress: { step: event.step, of: event.of } });
      if (event.kind === "path") live.set({ path: /** @type {any} */ (event) });
    }
    live.set({ progress: null });
    arrive(store, live.get().path);
    picture.start(store.get().choice);
  }, failed);
  const picture = latest(async (/** @type {Choice} */ choice, signal) => {
    const { path } = live.get();
    if (!path) return;
    live.set({ pair: null, posterior: null, failure: null });
    const pair = await postJson("api/paths", pairPath(choice, path.strengths), { signal });
    const { x, y, loss } = await postJson("api/landscapes", pairGrid(choice, halfOf(pair.coefficients)), { signal });
    live.set({ pair, grid: { x, y, z: loss } });
    posterior.start(store.get().choice);
  }, failed);
  const posterior = latest(async (/** @type {Choice} */ choice, signal) => {
    const { pair } = live.get();
    if (!pair || choice.reading !== "prior") return;
    const strength = pair.strengths[choice.index];
    live.set({ posterior: await postJson("api/priors", prior(choice, strength), { signal }) });
  }, failed);
  const soon = debounce(() => posterior.start(store.get().choice), QUIET);
  const all = () => whole.start(store.get().choice);
  const stops = [
    store.subscribe(({ choice: c }) => JSON.stringify([c.data, c.penalty, c.ratio]), all),
    store.subscribe(
      ({ choice: c }) => JSON.stringify([c.data, c.columns]),
      () => picture.start(store.get().choice),
    ),
    store.subscribe(({ choice: c }) => JSON.stringify([c.index, c.reading]), soon),
  ];
  all();
  return {
    again: all,
    dispose() {
      soon.cancel();
      for (const job of [whole, picture, posterior]) job.stop();
      for (const stop of stops) stop();
    },
  };
}

/** Once there is a path, a strength that was asked for is the nearest on it. @param {import("../../store.js").Store<{choice: Choice}>} store @param {Live["path"]} path */
function arrive(store, path) {
  const { choice } = store.get();
  if (path && choice.strength !== null)
    store.set({ choice: { ...choice, strength: null, index: nearest(path.strengths, choice.strength) } });
}
