// @ts-check
/** The three things the room asks for, each of which only the latest counts: description, landscape, run. */

import { latest } from "../failure.js";
import { fieldOf } from "../plots/field.js";
import { postJson, postStream } from "../stream.js";
import { holds, windowOf } from "./extent.js";
import { emptyRun } from "./live.js";
import { landscapeSpec, planeKey } from "./requests.js";
import { isNetwork, isPca, runSpec } from "./state.js";
import { lastStep, tracksOf, tracksOfPaths } from "./tracks.js";

/**
 * @typedef {import("./state.js").Spec} Spec
 * @typedef {import("./live.js").Live} Live
 * @typedef {import("../types.js").StreamEvent} StreamEvent
 */

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<Live>} live
 * @param {{onRestart(): void, onGrowth(): void, onFailure(part: "description" | "landscape" | "run", failure: import("../failure.js").Failure): void}} listener
 */
export function createJobs(store, live, listener) {
  /** @param {Partial<import("./live.js").Run>} change */
  const run = (change) => live.set({ run: { ...live.get().run, ...change } });
  /** @param {Partial<import("./live.js").Landscape>} change */
  const landscape = (change) => live.set({ landscape: { ...live.get().landscape, ...change } });

  const describing = latest(
    async (/** @type {Spec} */ { objective }, signal) => {
      live.set({ description: { ...live.get().description, status: "loading" } });
      const value = await postJson("api/objectives", { objective }, { signal });
      live.set({ description: { status: "ready", value, failure: null } });
    },
    (failure) => listener.onFailure("description", failure),
  );

  const drawing = latest(
    async (/** @type {Spec} */ spec, signal) => {
      landscape({ status: "loading", failure: null });
      for await (const event of postStream("api/landscapes", landscapeSpec(spec, live.get().fitted), { signal })) {
        signal.throwIfAborted();
        if (event.kind !== "landscape") continue;
        live.set({ pca: isPca(spec) ? tracksOfPaths(event.paths, live.get().run.tracks) : null });
        const field = fieldOf(/** @type {any} */ (event));
        landscape({ status: "ready", field, reply: event, of: planeKey(spec) });
      }
      fit(spec);
    },
    (failure) => listener.onFailure("landscape", failure),
  );

  /** @type {Record<string, (event: StreamEvent, spec: Spec) => void>} */
  const onEvent = {
    started: (event) =>
      run({
        status: "running",
        started: event,
        tracks: tracksOf(event, store.get().page.colours),
        last: 0,
        diverged: [],
      }),
    curvature: (event) => void live.get().run.tracks[event.run].buffer.curvature.push(/** @type {any} */ (event)),
    frames: (event) => live.get().run.tracks[event.run].buffer.append(/** @type {any} */ (event)),
    diverged(event) {
      const { tracks, diverged } = live.get().run;
      tracks[event.run].buffer.diverged = /** @type {any} */ (event);
      run({ diverged: [...diverged, /** @type {any} */ (event)] });
    },
    finished(event, spec) {
      for (const [i, track] of live.get().run.tracks.entries()) track.buffer.final = event.runs[i];
      run({ status: "finished" });
      if (isPca(spec)) drawing.start(spec);
      else fit(spec);
    },
  };

  const racing = latest(
    async (/** @type {Spec} */ spec, signal) => {
      run(spec.optimisers.length ? { status: "loading", failure: null } : emptyRun());
      let first = true;
      for await (const event of spec.optimisers.length ? postStream("api/runs", runSpec(spec), { signal }) : []) {
        signal.throwIfAborted();
        onEvent[event.kind]?.(event, spec);
        run({ last: lastStep(live.get().run.tracks) });
        if (first && event.kind === "frames") listener.onRestart();
        first &&= event.kind !== "frames";
        listener.onGrowth();
      }
      listener.onGrowth();
    },
    (failure) => listener.onFailure("run", failure),
  );

  /** A network's default window knows nothing of the paths: once both are there, widen it to hold them. @param {Spec} spec */
  function fit(spec) {
    const {
      landscape: shown,
      run: { status, tracks },
      fitted,
    } = live.get();
    const of = planeKey(spec);
    const both = status === "finished" && shown.status === "ready" && shown.of === of;
    if (!both || !isNetwork(spec) || isPca(spec) || spec.view?.window) return;
    const window = windowOf(tracks, shown.reply.window);
    if (window && !(fitted?.of === of && holds(fitted.window, window))) live.set({ fitted: { of, window } });
  }

  return { describing, drawing, racing, landscape };
}
