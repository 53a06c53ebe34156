// @ts-check
/** The landscape of the ELBO that belongs to what is shown: asked for once the fit is there, coarse, then fine, then close about its top. */
import { latest } from "../../failure.js";
import { createStore } from "../../store.js";
import { postJson, postStream } from "../../stream.js";
import { closer, gridOf, peakOf } from "./elboGrid.js";
import { drawnMethod, elboSpec } from "./variational.js";

/**
 * @typedef {{status: "none" | "waiting" | "loading" | "ready" | "failed", method: number, grid: import("./elboGrid.js").Grid | null,
 *   labels: string[], peak: import("./elboGrid.js").Peak | null, failure: import("../../failure.js").Failure | null}} Landscape
 *   `none`: no method has an ELBO; `waiting`: its fit is not there yet
 */

const CLOSE = [33, 33];

/** @returns {Landscape} */
const nothing = () => ({ status: "none", method: -1, grid: null, labels: [], peak: null, failure: null });

/** @param {import("./context.js").Context} context */
export function createElboJob({ live, store }) {
  const landscape = createStore(nothing());
  let asked = "";
  const job = latest(
    async (/** @type {any} */ spec, signal) => {
      landscape.set({ status: "loading", failure: null });
      for await (const event of postStream("api/landscapes", spec, { signal })) {
        signal.throwIfAborted();
        if (event.kind !== "landscape") continue;
        const grid = gridOf(event);
        landscape.set({ grid, labels: event.labels, peak: peakOf(grid) });
      }
      const { grid, peak } = landscape.get();
      landscape.set({ status: "ready" });
      if (!grid || !peak || peak.edge) return;
      const near = await postJson(
        "api/landscapes",
        { ...spec, window: closer(grid, peak), resolution: CLOSE },
        { signal },
      );
      landscape.set({ peak: peakOf(gridOf(near)) ?? peak });
    },
    (failure) => landscape.set({ status: "failed", failure }),
  );
  const decide = () => {
    const { page } = store.get();
    const method = drawnMethod(live.get(), page.selected);
    if (method < 0) return void landscape.set(nothing());
    const spec = elboSpec(live.get(), page, method);
    const want = JSON.stringify(spec);
    if (!spec || want === asked) {
      // While a new fit is on its way the old picture stays, if it is of the same method.
      if (!spec && (asked === "" || landscape.get().method !== method))
        landscape.set({ ...nothing(), status: "waiting", method });
      return;
    }
    asked = want;
    landscape.set({ method });
    job.start(spec);
  };
  const again = () => {
    asked = "";
    decide();
  };
  decide();
  const stops = [
    live.subscribe((l) => l.status, decide),
    store.subscribe((s) => s.page.selected, decide),
    store.subscribe((s) => s.page.coordinate, decide),
  ];
  return {
    landscape,
    again,
    dispose() {
      for (const stop of stops) stop();
      job.stop();
    },
  };
}
