// @ts-check
/** Turns edits of the spec into requests, and the stream into what the room shows. */
import { debounce } from "../../dom.js";
import { latest } from "../../failure.js";
import { postStream } from "../../stream.js";
import { densityOf } from "./density.js";
import { Draws } from "./draws.js";
import { nothingYet } from "./live.js";
import { windowOfMass } from "./regions.js";
import { posteriorSpec } from "./state.js";

/** @typedef {import("./live.js").Live} Live @typedef {import("../../types.js").StreamEvent} StreamEvent */

const QUIET = 220;
const RETRY = 4000;

/**
 * @param {import("../../store.js").Store<import("./state.js").State>} store
 * @param {import("../../store.js").Store<Live>} live
 * @param {ReturnType<typeof import("./clock.js").createClock>} clock
 * @param {(started: StreamEvent) => StreamEvent} told what of the first event is told
 */
export function createInference(store, live, clock, told) {
  let retry = 0;
  let asked = "";

  /** @type {Record<string, (event: StreamEvent) => void>} */
  const onEvent = {
    started(event) {
      const count = event.methods.length;
      live.set({
        ...nothingYet(),
        player: live.get().player,
        status: "running",
        started: told(event),
        draws: Array.from({ length: count }, () => new Draws(event.window)),
        leapfrogs: Array.from({ length: count }, () => new Map()),
        estimates: Array.from({ length: count }, () => []),
      });
    },
    sheets(event) {
      // A grid that holds no mass shows nothing. Piles are as fine as the part of the plane that is shown, which the sheets tell.
      if (event.log_evidence === null) return;
      const window = event.y.length > 1 ? windowOfMass(densityOf(event)) : live.get().started.window;
      live.set({ sheets: event, draws: live.get().draws.map(() => new Draws(window)) });
    },
    draws(event) {
      const { draws, last } = live.get();
      const isFirst = draws.every((d) => d.length === 0);
      draws[event.method].append(/** @type {any} */ (event));
      live.set({ last: Math.max(last, draws[event.method].steps.at(-1) ?? 0) });
      clock.grew();
      if (isFirst) clock.restarted();
    },
    leapfrog: (event) => void live.get().leapfrogs[event.method].set(event.step, /** @type {any} */ (event)),
    estimate: (event) => void live.get().estimates[event.method].push(event),
    progress({ step, of }) {
      // Where nothing draws, time is what the integrators have done of their work.
      const { started, last, estimates } = live.get();
      if (started.methods.some((/** @type {any} */ method) => method.family === "sampler")) return;
      const { warm_up, draws } = store.get().spec;
      live.set({ last: Math.max(last, Math.floor(((warm_up + draws) * step) / of)) });
      if (estimates.flat().length === 1) clock.restarted();
    },
    finished: (event) => live.set({ status: "finished", finished: event }),
  };

  const job = latest(
    async (/** @type {any} */ spec, signal) => {
      live.set({ status: "loading", failure: null });
      for await (const event of postStream("api/posteriors", spec, { signal })) {
        signal.throwIfAborted();
        onEvent[event.kind]?.(event);
        if (event.kind !== "draws" && event.kind !== "leapfrog") clock.grew();
      }
      clock.grew(true);
    },
    (failure) => {
      live.set({ status: "failed", failure });
      clock.grew(true);
      clearTimeout(retry);
      if (failure.kind === "offline") retry = window.setTimeout(again, RETRY);
    },
  );

  const decide = () => {
    const { spec } = store.get();
    const body = posteriorSpec(spec);
    const want = JSON.stringify(body);
    if (want === asked) return;
    asked = want;
    if (spec.methods.length) job.start(body);
    else live.set({ ...nothingYet(), player: live.get().player });
  };
  const again = () => {
    asked = "";
    decide();
  };
  const soon = debounce(decide, QUIET);
  const stop = store.subscribe((s) => s.spec, soon);
  window.addEventListener("online", again);
  return {
    again,
    now: decide,
    dispose() {
      window.removeEventListener("online", again);
      clearTimeout(retry);
      soon.cancel();
      stop();
      job.stop();
    },
  };
}
