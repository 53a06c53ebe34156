// @ts-check
/** Describes the network, then runs it: what is recorded depends on its size. */
import { createAsking } from "../../race/asking.js";
import { createDescribing } from "../../race/describing.js";
import { createRacing } from "../../race/racing.js";
import { runSpec } from "../../race/state.js";
import { recordOf } from "./state.js";

/** @typedef {import("../../race/state.js").Spec} Spec */

/**
 * @param {import("../../race/actions.js").RoomStore} store
 * @param {import("../../store.js").Store<import("../../race/live.js").Live>} live
 * @param {{onRestart(): void, onGrowth(): void}} listener
 * @param {import("../../race/racing.js").Handlers} before
 */
export function createRunner(store, live, listener, before) {
  let described = "";
  const objective = () => JSON.stringify(store.get().spec.objective);
  const ready = () => live.get().description.status === "ready" && described === objective();
  /** @param {Spec} spec */
  const specOf = (spec) => ({ ...runSpec(spec), record: recordOf(spec, live.get().description.value) });
  const asking = createAsking(live, {
    keys: () => ({
      description: objective(),
      run: ready() ? JSON.stringify(specOf(store.get().spec)) : "",
    }),
    onFailure: listener.onGrowth,
    start(changed) {
      const { spec } = store.get();
      if (changed.has("description")) {
        racing.stop();
        describing.start(spec).then(() => {
          described = JSON.stringify(spec.objective);
          asking.now();
        });
      }
      if (changed.has("run") && ready()) racing.start(spec);
    },
  });
  const describing = createDescribing(
    live,
    (failure) => {
      asking.failed("description", failure);
      asking.failed("run", failure);
    },
    { examples: true },
  );
  const racing = createRacing(
    store,
    live,
    { ...listener, onFailure: (failure) => asking.failed("run", failure) },
    { specOf, before },
  );
  const stop = store.subscribe((s) => s.spec, asking.soon);
  return {
    again: asking.again,
    now: asking.now,
    dispose() {
      for (const way of [stop, asking.dispose, describing.stop, racing.stop]) way();
    },
  };
}
