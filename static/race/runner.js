// @ts-check
/** Turns edits of the spec into requests: each is made when what it depends on has changed and the hand is still. */
import { debounce } from "../dom.js";
import { createJobs } from "./jobs.js";
import { keysOf } from "./requests.js";
import { isPca } from "./state.js";

/** @typedef {import("./live.js").Live} Live @typedef {import("../failure.js").Failure} Failure */

const QUIET = 180;
const RETRY = 4000;

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<Live>} live
 * @param {{onRestart(): void, onGrowth(): void}} listener
 * @param {{landscape?: boolean}} [wanted] whether the plane of the view is drawn
 */
export function createRunner(store, live, listener, { landscape = true } = {}) {
  let retry = 0;
  /** @param {"description" | "landscape" | "run"} part @param {Failure} failure */
  const onFailure = (part, failure) => {
    live.set({ [part]: { ...live.get()[part], status: "failed", failure } });
    listener.onGrowth();
    clearTimeout(retry);
    if (failure.kind === "offline") retry = window.setTimeout(again, RETRY);
  };
  const jobs = createJobs(store, live, { ...listener, onFailure });

  /** @type {Partial<ReturnType<typeof keysOf>>} what was asked for last */
  let asked = {};
  const decide = () => {
    const { spec } = store.get();
    const want = keysOf(spec, live.get().fitted);
    const before = asked;
    asked = want;
    const runComes = want.run !== before.run;
    if (want.description !== before.description) jobs.describing.start(spec);
    if (runComes) jobs.racing.start(spec);
    if (landscape && want.landscape !== before.landscape) draw(runComes);
  };
  /** A plane that is fitted to the paths waits for them. @param {boolean} runComes */
  const draw = (runComes) => {
    const { spec } = store.get();
    if (isPca(spec) && (runComes || live.get().run.status !== "finished")) {
      jobs.drawing.stop();
      jobs.landscape({ status: "waiting", failure: null });
    } else jobs.drawing.start(spec);
  };
  const soon = debounce(decide, QUIET);
  const again = () => {
    asked = {};
    decide();
  };
  const stops = [store.subscribe((s) => s.spec, soon), live.subscribe((l) => l.fitted, soon), soon.cancel];
  window.addEventListener("online", again);
  return {
    again,
    now: decide,
    dispose() {
      window.removeEventListener("online", again);
      clearTimeout(retry);
      for (const stop of [...stops, jobs.describing.stop, jobs.drawing.stop, jobs.racing.stop]) stop();
    },
  };
}
