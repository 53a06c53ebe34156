// @ts-check
/** A table of one's own: pasted or dropped, read here, complained of at the place. */
import { button } from "../controls/button.js";
import { fill, h, uniqueId } from "../dom.js";
import { parseTable } from "./table.js";

/** @typedef {import("../controls/frame.js").FieldError} FieldError */

export const OWN = "table";

const EXAMPLE = "x1, x2, class\n0.1, 0.7, yes\n0.9, 0.2, no";
const TASKS = [
  ["auto", "Task: guess from the last column"],
  ["classification", "Task: classification"],
  ["regression", "Task: regression"],
];

/** @param {(value: any) => void} onTable */
export function tableEditor(onTable) {
  const error = h("p", { class: "error", id: uniqueId("error"), hidden: true });
  const said = h("p", { class: "help" });
  const box = textBox(error.id, () => submit());
  const tasks = TASKS.map(([value, words]) => h("option", { value }, words));
  const task = h("select", { class: "select", "aria-label": "Task" }, tasks);
  const standardise = h("input", { type: "checkbox", role: "switch", id: uniqueId("standardise"), checked: true });
  const label = h("label", { class: "field-label", for: standardise.id }, "Standardise the inputs");
  const use = button({ words: "Use this table", icon: "check", look: "primary" }, () => submit());
  const rows = h("label", { class: "field-label", for: box.id }, "Rows");
  const element = h(
    "div",
    { class: "stack" },
    rows,
    box,
    error,
    said,
    task,
    h("div", { class: "switch" }, label, standardise),
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
  return {
    element,
    isOpen: () => !element.hidden,
    /** @param {any} data */
    set(data) {
      if (!box.value && Array.isArray(data.inputs)) box.value = written(data);
    },
    /** @param {FieldError[]} errors */
    report(errors) {
      if (errors.length && !element.hidden) complain(errors.map((e) => `${where(e.path)}${e.detail}`).join(" "));
    },
  };
}

/** @param {string} describedBy @param {() => void} onDrop */
function textBox(describedBy, onDrop) {
  const box = h("textarea", { class: "input input-code", id: uniqueId("table"), rows: 6, placeholder: EXAMPLE });
  box.setAttribute("spellcheck", "false");
  box.setAttribute("aria-describedby", describedBy);
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", async (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    box.value = await file.text();
    onDrop();
  });
  return box;
}

/** @param {{inputs: number[][], targets?: any[]}} data */
const written = ({ inputs, targets }) => inputs.map((row, i) => [...row, targets?.[i]].join(", ")).join("\n");

/** A path into the table as a row and column. @param {string[]} path */
function where(path) {
  const [field, row, column] = path.filter((part) => part !== OWN);
  if (row === undefined) return "";
  const place = `Row ${Number(row) + 1}`;
  return field === "inputs" && column !== undefined ? `${place}, column ${Number(column) + 1}: ` : `${place}: `;
}
