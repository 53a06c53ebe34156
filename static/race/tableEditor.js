// @ts-check
/** A table of one's own: pasted, dropped or chosen; read by the server, complained of at the place. */
import { button } from "../controls/button.js";
import { fill, h, uniqueId } from "../dom.js";
import { latest } from "../failure.js";
import { createForm } from "../form.js";
import { postText } from "../stream.js";
import { columnWords, isLong, lineEnd, summaryOf, written } from "./tableReport.js";

/** @typedef {import("../controls/frame.js").FieldError} FieldError @typedef {import("./tableReport.js").Report} Report */

export const OWN = "table";

const EXAMPLE = "x1, x2, class\n0.1, 0.7, yes\n0.9, 0.2, no";
const TASKS = [
  ["auto", "guessed from the column"],
  ["classification", "classes"],
  ["regression", "a number"],
];
const TOO_LONG = "It is too long for an address that can be opened again: keep your file.";
const PREPARATION = ["held_out", "standardise", "standardise_targets"];

/** @param {(value: any) => void} onTable @param {import("../schema.js").Schema} schema of the dataset */
export function tableEditor(onTable, schema) {
  const faults = h("ul", { class: "error faults", id: uniqueId("error"), hidden: true });
  const said = h("p", { class: "help", "aria-live": "polite" });
  const cautions = h("ul", { class: "cautions faults", "aria-live": "polite" });
  const columns = h("dl", { class: "columns" });
  const prepared = h("div", {});
  /** What the table was read as last, kept while its numbers are prepared otherwise. @type {any} */
  let data = null;
  /** The first line of the table that was read last: another one has other columns. */
  let head = "";
  const box = textBox(faults.id, () => reading.start(undefined));
  const options = readingOptions(() => reading.start(undefined));
  const reading = latest(
    async (/** @type {void} */ _, signal) => {
      const [first] = box.element.value.split("\n", 1);
      if (first !== head) options.forget();
      head = first;
      const report = /** @type {Report} */ (
        await postText(`api/tables?${options.query()}`, box.element.value, "text/csv", { signal })
      );
      options.set(report);
      complain(report.problems);
      fill(said, summaryOf(report), isLong(report.dataset) && ` ${TOO_LONG}`);
      fill(cautions, ...report.warnings.map((fault) => faultRow(fault, box.element)));
      fill(columns, ...report.columns.flatMap(columnRow));
      if (report.dataset) take({ ...report.dataset, ...kept(data, report.dataset) });
    },
    (failure) => {
      complain(failure.errors.length ? failure.errors : [{ pointer: "", detail: failure.detail }]);
      fill(said);
      fill(cautions);
      fill(columns);
    },
  );
  /** @param {import("./tableReport.js").Fault[]} found */
  const complain = (found) => {
    faults.hidden = found.length === 0;
    box.element.setAttribute("aria-invalid", String(found.length > 0));
    fill(faults, ...found.map((fault) => faultRow(fault, box.element)));
  };
  /** @param {any} next */
  const take = (next) => {
    data = next;
    prepare();
    onTable(next);
  };
  const prepare = () => {
    const only = PREPARATION.filter((name) => data.task === "regression" || name !== "standardise_targets");
    const form = createForm({ schema, value: data, only, onChange: (next) => take({ ...next, kind: OWN }) });
    fill(prepared, form.element);
  };
  const element = h(
    "div",
    { class: "stack" },
    h("label", { class: "field-label", for: box.element.id }, "Rows"),
    box.element,
    h(
      "div",
      { class: "row" },
      box.choose,
      button({ words: "Use this table", icon: "check", look: "primary" }, () => reading.start(undefined)),
    ),
    faults,
    said,
    cautions,
    options.element,
    columns,
    prepared,
    h(
      "p",
      { class: "help" },
      "Your rows are sent to be computed with; the server keeps nothing. They are in the address of this page.",
    ),
  );
  return {
    element,
    isOpen: () => !element.hidden,
    /** @param {any} next */
    set(next) {
      data = next;
      if (!box.element.value && Array.isArray(next.inputs)) {
        box.element.value = written(next);
        prepare();
      }
    },
    /** @param {FieldError[]} errors */
    report(errors) {
      if (errors.length && !element.hidden) complain(errors.map(({ detail }) => ({ pointer: "", detail })));
    },
  };
}

/** How one's numbers were to be prepared, where the task is the same. @param {any} before @param {any} now */
const kept = (before, now) =>
  before?.task === now.task && before.kind === OWN && "held_out" in before
    ? Object.fromEntries(
        PREPARATION.filter((name) => name in before && name !== "held_out").map((name) => [name, before[name]]),
      )
    : {};

/** @param {string} describedBy @param {() => void} onTable a whole table has come */
function textBox(describedBy, onTable) {
  const element = h("textarea", { class: "input input-code", id: uniqueId("table"), rows: 6, placeholder: EXAMPLE });
  element.setAttribute("spellcheck", "false");
  element.setAttribute("aria-describedby", describedBy);
  /** @param {File | undefined} file */
  const read = async (file) => {
    if (!file) return;
    element.value = await file.text();
    onTable();
  };
  const file = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,text/csv",
    hidden: true,
    "aria-label": "Table file",
  });
  file.addEventListener("change", () => read(file.files?.[0]));
  element.addEventListener("paste", () => setTimeout(onTable));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.files[0];
    if (!dropped) return;
    event.preventDefault();
    read(dropped);
  });
  const choose = h(
    "span",
    { class: "row" },
    file,
    button({ words: "Choose a file" }, () => file.click()),
  );
  return { element, choose };
}

/** Which column is learnt, as what, and what becomes of rows with gaps. @param {() => void} onChange */
function readingOptions(onChange) {
  const target = h("select", { class: "select", id: uniqueId("target"), onchange: onChange });
  const task = h(
    "select",
    { class: "select", id: uniqueId("task"), onchange: onChange },
    TASKS.map(([value, words]) => h("option", { value }, words)),
  );
  const drop = h("input", { type: "checkbox", role: "switch", id: uniqueId("drop"), onchange: onChange });
  /** @param {string} title @param {HTMLElement} control */
  const field = (title, control) =>
    h("div", { class: "field" }, h("label", { class: "field-label", for: control.id }, title), control);
  const element = h(
    "div",
    { class: "stack", hidden: true },
    h("div", { class: "pair" }, field("To be learnt", target), field("As", task)),
    h("div", { class: "switch" }, h("label", { class: "field-label", for: drop.id }, "Leave out rows with gaps"), drop),
  );
  let names = "";
  return {
    element,
    /** Another table has come: its target is yet to be chosen. */
    forget() {
      names = "";
      fill(target);
    },
    query() {
      const query = new URLSearchParams({ task: task.value, gaps: drop.checked ? "drop" : "refuse" });
      if (target.value) query.set("target", target.value);
      return query;
    },
    /** @param {Report} report */
    set({ columns, target: at }) {
      element.hidden = false;
      const now = columns.map(({ name }) => name).join("\n");
      if (now !== names) fill(target, ...columns.map(({ name }, i) => h("option", { value: i }, name)));
      names = now;
      target.value = String(at);
    },
  };
}

/** @param {import("./tableReport.js").TableColumn} column */
const columnRow = (column) => [
  h("dt", { dataset: { role: column.role } }, column.name),
  h("dd", { class: "help" }, columnWords(column)),
];

/** A complaint; where its place is known, pressing it selects the line. @param {import("./tableReport.js").Fault} fault @param {HTMLTextAreaElement} box */
function faultRow({ detail, position }, box) {
  if (position === undefined) return h("li", {}, detail);
  const show = () => {
    box.focus();
    box.setSelectionRange(position, lineEnd(box.value, position));
  };
  return h("li", {}, h("button", { class: "fault", type: "button", title: "Show the line", onclick: show }, detail));
}
