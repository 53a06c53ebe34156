// @ts-check
/** What the run has said of the network so far, for the racer that is selected. */
import { Snapshots } from "./snapshots.js";
import { blocksOf } from "./weights.js";

/**
 * @typedef {import("../../race/context.js").Context} Context
 * @typedef {ReturnType<typeof createInside>} Inside
 * @typedef {Context & {inside: Inside, pick: import("../../store.js").Store<Pick>, chosen: import("../../signal.js").Signal<void>}} NetworkContext
 *   `chosen`: a weight was pointed out in the drawing, to be read of
 * @typedef {object} Pick What the hand or the keyboard is on.
 * @property {Target | null} hover
 * @property {import("./weights.js").Weight | null} weight whose derivative is read
 * @property {import("./reveal.js").Revealed | null} revealed what the microscope shows in the drawing; null: it is closed
 * @property {number | null} example the training example that is followed alone
 *
 * @typedef {{kind: "unit", column: number, index: number} | {kind: "weight", weight: import("./weights.js").Weight}} Target
 */

/** Open the microscope on a weight. @param {NetworkContext} context @param {import("./weights.js").Weight} weight */
export function pickWeight({ pick, act, chosen }, weight) {
  pick.set({ weight });
  act.page({ panel: "chain" });
  chosen.emit();
}

/**
 * @param {import("../../race/actions.js").RoomStore} store
 * @param {import("../../store.js").Store<import("../../race/live.js").Live>} live
 */
export function createInside(store, live) {
  /** @type {Snapshots[]} */
  let runs = [];
  const selected = () => Math.max(0, Math.min(store.get().page.selected, live.get().run.tracks.length - 1));
  const track = () => live.get().run.tracks[selected()] ?? null;
  return {
    /** Events of the run that are not the tracks'. @type {import("../../race/racing.js").Handlers} */
    events: {
      started: (event) => {
        runs = event.runs.map(() => new Snapshots());
      },
      network: (event) => runs[event.run].append(/** @type {any} */ (event)),
    },
    track,
    snapshots: () => runs[selected()] ?? null,
    /** θ at the last recorded step at or before one; null while there is none. @param {number} step */
    theta(step) {
      const buffer = track()?.buffer;
      return buffer ? buffer.parameters(buffer.at(step)) : null;
    },
    /** The layers of the run that is shown. */
    blocks: () => blocksOf(live.get().run.started?.layers ?? []),
    /** Units of each column of the run that is shown, inputs first; direct connections are no column. */
    widths() {
      const layers = live.get().run.started?.layers ?? [];
      const stacked = layers.filter((/** @type {{name: string}} */ { name }) => name !== "direct");
      return stacked.length
        ? [stacked[0].fan_in, ...stacked.map((/** @type {{fan_out: number}} */ l) => l.fan_out)]
        : [];
    },
  };
}
