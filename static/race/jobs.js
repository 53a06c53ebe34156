// @ts-check
/** The three things the room asks for, each of which only the latest counts: description, landscape, run. */

import { latest } from "../failure.js";
import { fieldOf } from "../plots/field.js";
import { postStream } from "../stream.js";
import { createDescribing } from "./describing.js";
import { holds, windowOf } from "./extent.js";
import { createRacing } from "./racing.js";
import { landscapeSpec, planeKey } from "./requests.js";
import { isNetwork, isPca } from "./state.js";
import { tracksOfPaths } from "./tracks.js";

/**
 * @typedef {import("./state.js").Spec} Spec
 * @typedef {import("./live.js").Live} Live
 */

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<Live>} live
 * @param {{onRestart(): void, onGrowth(): void, onFailure(part: "description" | "landscape" | "run", failure: import("../failure.js").Failure): void}} listener
 */
export function createJobs(store, live, listener) {
  /** @param {Partial<import("./live.js").Landscape>} change */
  const landscape = (change) => live.set({ landscape: { ...live.get().landscape, ...change } });

  const describing = createDescribing(live, (failure) => listener.onFailure("description", failure));

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

  const racing = createRacing(
    store,
    live,
    { ...listener, onFailure: (failure) => listener.onFailure("run", failure) },
    { after: { finished: (_, spec) => (isPca(spec) ? void drawing.start(spec) : fit(spec)) } },
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
