// @ts-check
/** Asks anew for what has changed once the hand is still, and for everything when the connection is back. */
import { debounce } from "../dom.js";

/** @typedef {import("./live.js").Live} Live @typedef {import("../failure.js").Failure} Failure */

const QUIET = 180;
const RETRY = 4000;

/**
 * @param {import("../store.js").Store<Live>} live
 * @param {object} options
 * @param {() => Record<string, string>} options.keys what each request depends on; equal keys are not asked for twice
 * @param {(changed: Set<string>) => void} options.start the requests whose keys have changed
 * @param {() => void} options.onFailure
 */
export function createAsking(live, { keys, start, onFailure }) {
  let retry = 0;
  /** @type {Record<string, string>} what was asked for last */
  let asked = {};
  const now = () => {
    const want = keys();
    const changed = new Set(Object.keys(want).filter((key) => want[key] !== asked[key]));
    asked = want;
    start(changed);
  };
  const again = () => {
    asked = {};
    now();
  };
  const soon = debounce(now, QUIET);
  window.addEventListener("online", again);
  return {
    now,
    soon,
    again,
    /** @param {"description" | "landscape" | "run"} part @param {Failure} failure */
    failed(part, failure) {
      live.set({ [part]: { ...live.get()[part], status: "failed", failure } });
      onFailure();
      clearTimeout(retry);
      if (failure.kind === "offline") retry = window.setTimeout(again, RETRY);
    },
    dispose() {
      window.removeEventListener("online", again);
      clearTimeout(retry);
      soon.cancel();
    },
  };
}
