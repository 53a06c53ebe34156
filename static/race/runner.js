// @ts-check
/** Turns edits of the spec into requests: each is made when what it depends on has changed and the hand is still. */
import { createAsking } from "./asking.js";
import { createJobs } from "./jobs.js";
import { keysOf } from "./requests.js";
import { isPca } from "./state.js";

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<import("./live.js").Live>} live
 * @param {{onRestart(): void, onGrowth(): void}} listener
 */
export function createRunner(store, live, listener) {
  const asking = createAsking(live, {
    keys: () => keysOf(store.get().spec, live.get().fitted),
    onFailure: listener.onGrowth,
    start(changed) {
      const { spec } = store.get();
      if (changed.has("description")) jobs.describing.start(spec);
      if (changed.has("run")) jobs.racing.start(spec);
      if (changed.has("landscape")) draw(changed.has("run"));
    },
  });
  const jobs = createJobs(store, live, { ...listener, onFailure: asking.failed });

  /** A plane that is fitted to the paths waits for them. @param {boolean} runComes */
  const draw = (runComes) => {
    const { spec } = store.get();
    if (isPca(spec) && (runComes || live.get().run.status !== "finished")) {
      jobs.drawing.stop();
      jobs.landscape({ status: "waiting", failure: null });
    } else jobs.drawing.start(spec);
  };
  const stops = [store.subscribe((s) => s.spec, asking.soon), live.subscribe((l) => l.fitted, asking.soon)];
  return {
    again: asking.again,
    now: asking.now,
    dispose() {
      for (const stop of [...stops, asking.dispose, jobs.describing.stop, jobs.drawing.stop, jobs.racing.stop]) stop();
    },
  };
}
