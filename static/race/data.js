// @ts-check
/** The examples a network learns from: a dataset of the catalogue, or a table of one's own. */
import { entryControl, tagged, titleIn } from "../controls/entry.js";
import { under } from "../controls/frame.js";
import { h } from "../dom.js";
import { OWN, tableEditor } from "./tableEditor.js";

/** @param {any} objective @param {(change: any) => void} edit @param {import("../services.js").Catalogue} catalogue @returns {import("./network.js").Section} */
export function dataSection(objective, edit, catalogue) {
  const entries = catalogue.datasets.filter((entry) => entry.kind !== OWN);
  const withOwn = [
    ...entries,
    {
      kind: OWN,
      title: "Your own table…",
      summary: "Paste or drop comma-separated rows, and choose the column to be learnt.",
      reference: "",
      formula: "",
      schema: {},
    },
  ];
  const data = tagged(objective.data, "moons");
  const schema = catalogue.datasets.find((entry) => entry.kind === OWN)?.schema ?? {};
  const table = tableEditor((value) => edit({ data: value }), schema);
  const chooser = entryControl({
    title: "Dataset",
    hideTitle: true,
    entries: withOwn,
    value: data,
    onChange(value) {
      table.element.hidden = value.kind !== OWN;
      if (value.kind !== OWN) edit({ data: value });
    },
  });
  table.element.hidden = data.kind !== OWN;
  if (data.kind === OWN) table.set(data);
  return {
    element: h("div", { class: "stack" }, chooser.element, table.element),
    set(next) {
      const now = tagged(next.data, "moons");
      if (!table.isOpen() || now.kind === OWN) chooser.set(now);
      if (now.kind === OWN) table.set(now);
    },
    note: (next) => titleIn(withOwn, tagged(next.data, "moons").kind).replace("…", ""),
    report(errors) {
      const own = under(errors, "data");
      chooser.report(own);
      table.report(own);
    },
  };
}
