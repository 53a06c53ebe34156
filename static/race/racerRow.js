// @ts-check
/** One racer: its learning rate at hand, the rest of its settings a click away. */
import { h } from "../dom.js";
import { formatNumber } from "../format.js";
import { entryOf } from "../services.js";
import { entryRow } from "./entryRow.js";
import { ofWhat } from "./scope.js";

/** @typedef {import("./context.js").Context} Context */

/**
 * @param {number} index
 * @param {import("../services.js").Catalogue} catalogue
 * @param {Context} context
 * @param {Set<number>} open colours of the rows that are open
 */
export function racerRow(index, catalogue, { store, act }, open) {
  const optimiser = store.get().spec.optimisers[index];
  const colour = store.get().page.colours[index];
  const entry = entryOf(catalogue, "optimisers", optimiser.kind);
  const loss = h("output", { class: "racer-loss number" });
  const state = h("span", { class: "racer-state" });
  const row = entryRow({
    value: optimiser,
    entry,
    colour,
    open: open.has(colour),
    first: entry?.schema.properties?.learning_rate ? ["learning_rate"] : [],
    badges: [state, loss],
    onSelect: () => act.page({ selected: index }),
    onCopy: () => act.addRacer({ ...store.get().spec.optimisers[index] }),
    onRemove: () => act.removeRacer(index),
    onChange: (value) => act.setRacer(index, value),
  });
  return {
    ...row,
    /** Whether this row was built for the racer in that place. @param {number} place */
    shows: (place) =>
      place === index &&
      store.get().spec.optimisers[place]?.kind === optimiser.kind &&
      store.get().page.colours[place] === colour,
    /** @param {import("./standing.js").Standing | undefined} now */
    tell(now) {
      loss.title = now ? `Loss${ofWhat(now.scope)}` : "";
      loss.textContent = now && Number.isFinite(now.loss) ? formatNumber(now.loss, 4) : "–";
      state.textContent = now?.words ?? "";
      state.dataset.mood = now?.mood ?? "";
    },
  };
}
