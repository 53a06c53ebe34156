// @ts-check
/** The examples a network learns from: a dataset of the catalogue, or a table of one's own. */
import { entryControl, tagged, titleIn } from "../../controls/entry.js";
import { under } from "../../controls/frame.js";
import { fill, h, icon, uniqueId } from "../../dom.js";
import { parseTable } from "./table.js";

const OWN = "table";

/** @param {any} objective @param {(change: any) => void} edit @param {import("../../services.js").Catalogue} catalogue @returns {import("./network.js").Section} */
export function dataSection(objective, edit, catalogue) {
  const entries = catalogue.datasets.filter((entry) => entry.kind !== OWN);
  const withOwn = [
    ...entries,
    {
      kind: OWN,
      title: "Your own table…",
      summary: "Paste or drop comma-separated rows; the last column is the target.",
      reference: "",
      formula: "",
      schema: {},
    },
  ];
  const data = tagged(objective.data, "moons");
  const table = tableEditor((value) => edit({ data: value }));
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

/** @param {(value: any) => void} onTable */
function tableEditor(onTable) {
  const error = h("p", { class: "error", id: uniqueId("error"), hidden: true });
  const said = h("p", { class: "help" });
  const box = h("textarea", {
    class: "input input-code",
    id: uniqueId("table"),
    rows: 6,
    spellcheck: "false",
    placeholder: "x1, x2, class\n0.1, 0.7, yes\n0.9, 0.2, no",
    "aria-describedby": error.id,
  });
  const task = h(
    "select",
    { class: "select", "aria-label": "Task" },
    [
      ["auto", "Task: guess from the last column"],
      ["classification", "Task: classification"],
      ["regression", "Task: regression"],
    ].map(([value, words]) => h("option", { value }, words)),
  );
  const standardise = h("input", { type: "checkbox", role: "switch", id: uniqueId("standardise"), checked: true });
  const use = h(
    "button",
    { class: "button button-small button-primary", type: "button" },
    icon("check"),
    "Use this table",
  );
  const element = h(
    "div",
    { class: "stack table-editor" },
    h("label", { class: "field-label", for: box.id }, "Rows"),
    box,
    error,
    said,
    task,
    h(
      "div",
      { class: "switch" },
      h("label", { class: "field-label", for: standardise.id }, "Standardise the inputs"),
      standardise,
    ),
    use,
  );
  /** @param {string} message */
  const complain = (message) => {
    error.hidden = !message;
    box.setAttribute("aria-invalid", String(Boolean(message)));
    fill(error, message);
  };
  const submit = () => {
    const parsed = parseTable(box.value, /** @type {any} */ (task.value));
    complain(parsed.error ?? "");
    if (parsed.error !== null) return;
    fill(said, parsed.summary);
    onTable({ kind: OWN, ...parsed.table, ...(standardise.checked ? { standardise: true } : {}) });
  };
  use.addEventListener("click", submit);
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", async (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    box.value = await file.text();
    submit();
  });
  return {
    element,
    isOpen: () => !element.hidden,
    /** @param {any} data */
    set(data) {
      if (box.value || !Array.isArray(data.inputs)) return;
      box.value = data.inputs
        .map((/** @type {any[]} */ row, /** @type {number} */ i) => [...row, data.targets?.[i]].join(", "))
        .join("\n");
    },
    /** @param {import("../../controls/frame.js").FieldError[]} errors */
    report: (errors) =>
      errors.length > 0 && !element.hidden && complain(errors.map((e) => `${where(e.path)}${e.detail}`).join(" ")),
  };
}

/** A path into the table as a row and column. @param {string[]} path */
function where(path) {
  const [field, row, column] = path.filter((part) => part !== OWN);
  if (row === undefined) return "";
  return field === "inputs" && column !== undefined
    ? `Row ${Number(row) + 1}, column ${Number(column) + 1}: `
    : `Row ${Number(row) + 1}: `;
}
