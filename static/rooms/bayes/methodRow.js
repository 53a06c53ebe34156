// @ts-check
/** One method: its first setting at hand, the rest a click away. */
import { h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { entryRow } from "../../race/entryRow.js";
import { methodEntry } from "./methods.js";

/** @typedef {import("./context.js").Context} Context */

/**
 * @param {number} index
 * @param {import("../../services.js").Catalogue} catalogue
 * @param {Context} context
 * @param {Set<number>} open colours of the rows that are open
 */
export function methodRow(index, catalogue, { store, live, act }, open) {
  const method = store.get().spec.methods[index];
  const colour = store.get().page.colours[index];
  const entry = methodEntry(catalogue, method.kind);
  const state = h("span", { class: "racer-state" });
  const row = entryRow({
    value: method,
    entry,
    colour,
    open: open.has(colour),
    first: firstField(entry?.schema ?? {}),
    badges: [state],
    onSelect: () => act.page({ selected: index }),
    onCopy: () => act.addMethod({ ...store.get().spec.methods[index] }),
    onRemove: () => act.removeMethod(index),
    onChange: (value) => act.setMethod(index, value),
  });
  return {
    ...row,
    /** Whether this row was built for the method in that place. @param {number} place */
    shows: (place) =>
      place === index &&
      store.get().spec.methods[place]?.kind === method.kind &&
      store.get().page.colours[place] === colour,
    /** @param {number} place */
    tell(place) {
      const { started, estimates } = live.get();
      const last = estimates[place]?.at(-1);
      const untrusted = started?.methods[place]?.trustworthy === false;
      const acceptance = last?.diagnostics?.acceptance;
      const broken = last?.diagnostics?.divergences;
      state.dataset.mood = untrusted || broken ? "bad" : "";
      state.textContent = untrusted
        ? "biased"
        : broken
          ? `${formatWhole(broken)} divergent`
          : acceptance === undefined
            ? ""
            : `accepts ${formatNumber(acceptance, 2)}`;
    },
  };
}

/** The setting that people turn first is the entry's first field that is a number with a symbol. @param {import("../../schema.js").Schema} schema */
const firstField = (schema) =>
  Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.symbol && (field.type === "number" || field.type === "integer"))
    .map(([key]) => key)
    .slice(0, 1);
