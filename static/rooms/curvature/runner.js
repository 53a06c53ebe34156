// @ts-check
/** The two requests that do not wait for a step: the description of the objective, and the run with its measurements. */

import { disposal } from "../../dom.js";
import { createAsking } from "../../race/asking.js";
import { createDescribing } from "../../race/describing.js";
import { createRacing } from "../../race/racing.js";
import { keysOf } from "../../race/requests.js";

/**
 * @param {import("../../race/actions.js").RoomStore} store
 * @param {import("../../store.js").Store<import("../../race/live.js").Live>} live
 * @param {{onRestart(): void, onGrowth(): void}} listener
 */
export function createRunner(store, live, listener) {
  const asking = createAsking(live, {
    keys() {
      const { description, run } = keysOf(store.get().spec, null);
      return { description, run };
    },
    onFailure: listener.onGrowth,
    start(changed) {
      const { spec } = store.get();
      if (changed.has("description")) describing.start(spec);
      if (changed.has("run")) racing.start(spec);
    },
  });
  const describing = createDescribing(live, (failure) => asking.failed("description", failure));
  const racing = createRacing(store, live, { ...listener, onFailure: (failure) => asking.failed("run", failure) });
  const stop = store.subscribe((s) => s.spec, asking.soon);
  return {
    again: asking.again,
    now: asking.now,
    dispose: disposal([stop, asking.dispose, describing.stop, racing.stop]),
  };
}
