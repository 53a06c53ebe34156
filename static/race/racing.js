// @ts-check
/** The run: a stream of events that becomes tracks. */
import { latest } from "../failure.js";
import { postStream } from "../stream.js";
import { emptyRun } from "./live.js";
import { runSpec } from "./state.js";
import { lastStep, tracksOf } from "./tracks.js";

/**
 * @typedef {import("./state.js").Spec} Spec
 * @typedef {import("../types.js").StreamEvent} StreamEvent
 * @typedef {Record<string, (event: StreamEvent, spec: Spec) => void>} Handlers by the kind of event
 */

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<import("./live.js").Live>} live
 * @param {{onRestart(): void, onGrowth(): void, onFailure(failure: import("../failure.js").Failure): void}} listener
 * @param {{specOf?(spec: Spec): any, before?: Handlers, after?: Handlers}} [options] what else is done before and after the tracks are told
 */
export function createRacing(store, live, listener, { specOf = runSpec, before = {}, after = {} } = {}) {
  /** @param {Partial<import("./live.js").Run>} change */
  const run = (change) => live.set({ run: { ...live.get().run, ...change } });
  const onEvent = trackHandlers(store, live, run);
  return latest(async (/** @type {Spec} */ spec, signal) => {
    run(spec.optimisers.length ? { status: "loading", failure: null } : emptyRun());
    let first = true;
    for await (const event of spec.optimisers.length ? postStream("api/runs", specOf(spec), { signal }) : []) {
      signal.throwIfAborted();
      for (const handlers of [before, onEvent, after]) handlers[event.kind]?.(event, spec);
      run({ last: lastStep(live.get().run.tracks) });
      if (first && event.kind === "frames") listener.onRestart();
      first &&= event.kind !== "frames";
      listener.onGrowth();
    }
    listener.onGrowth();
  }, listener.onFailure);
}

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<import("./live.js").Live>} live
 * @param {(change: Partial<import("./live.js").Run>) => void} run
 * @returns {Handlers}
 */
function trackHandlers(store, live, run) {
  return {
    started: (event) =>
      run({
        status: "running",
        started: event,
        tracks: tracksOf(event, store.get().page.colours),
        last: 0,
        diverged: [],
      }),
    frames: (event) => live.get().run.tracks[event.run].buffer.append(/** @type {any} */ (event)),
    curvature: (event) => void live.get().run.tracks[event.run].buffer.curvature.push(/** @type {any} */ (event)),
    diverged(event) {
      const { tracks, diverged } = live.get().run;
      tracks[event.run].buffer.diverged = /** @type {any} */ (event);
      run({ diverged: [...diverged, /** @type {any} */ (event)] });
    },
    finished(event) {
      for (const [i, track] of live.get().run.tracks.entries()) track.buffer.final = event.runs[i];
      run({ status: "finished" });
    },
  };
}
