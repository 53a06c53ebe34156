// @ts-check
import { h, uniqueId } from "../dom.js";
import { frame } from "./frame.js";
import { complaint } from "./number.js";

/** @typedef {import("./frame.js").ControlOptions} ControlOptions @typedef {import("./frame.js").Control} Control */

/** On or off. @param {ControlOptions} options @returns {Control} */
export function switchControl(options) {
  const input = h("input", {
    type: "checkbox",
    role: "switch",
    id: uniqueId("switch"),
    onchange: () => options.onChange(input.checked),
  });
  const shell = frame(options, { input });
  shell.head.classList.add("switch");
  shell.head.append(input);
  /** @param {any} value */
  const set = (value) => {
    input.checked = Boolean(value);
  };
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}

/** One of a few words or numbers. @param {ControlOptions} options @returns {Control} */
export function choiceControl(options) {
  const values = options.schema.enum ?? [options.schema.const];
  const select = h(
    "select",
    { class: "select", id: uniqueId("choice") },
    values.map((value) => h("option", { value: String(value) }, words(value))),
  );
  const shell = frame(options, { input: select });
  shell.body(select);
  select.addEventListener("change", () => options.onChange(values[select.selectedIndex]));
  /** @param {any} value */
  const set = (value) => {
    select.value = String(value);
  };
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}

/** @param {any} value */
function words(value) {
  const text = value === null ? "none" : String(value).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Free text. @param {ControlOptions} options @returns {Control} */
export function textControl(options) {
  const input = h("input", {
    class: "input",
    id: uniqueId("text"),
    autocomplete: "off",
    onchange: () => options.onChange(input.value),
  });
  const shell = frame(options, { input });
  shell.body(input);
  /** @param {any} value */
  const set = (value) => {
    input.value = String(value ?? "");
  };
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}

/** A fixed number of numbers side by side, such as a window. @param {ControlOptions} options @returns {Control} */
export function tupleControl(options) {
  const items = options.schema.prefixItems ?? [];
  /** @type {any[]} */
  let current = [...(options.value ?? [])];
  const boxes = items.map((_, i) =>
    h("input", {
      class: "input input-number",
      inputmode: "decimal",
      "aria-label": `${options.title} ${i + 1}`,
      onchange: () => accept(i),
    }),
  );
  const shell = frame(options, { tag: "fieldset" });
  shell.body(h("div", { class: "pair" }, boxes));
  /** @param {number} i */
  const accept = (i) => {
    const wrong = complaint(boxes[i].value, items[i]);
    shell.report(wrong ? [{ path: [], detail: wrong }] : []);
    if (wrong) return;
    current = current.with(i, Number(boxes[i].value));
    options.onChange(current);
  };
  /** @param {any} value */
  const set = (value) => {
    current = [...(value ?? [])];
    boxes.forEach((box, i) => (box.value = String(current[i] ?? "")));
  };
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}

/** Any number of numbers, separated by commas or spaces. @param {ControlOptions} options @returns {Control} */
export function vectorControl(options) {
  return numbersControl(options, {
    written: (value) => value.join(", "),
    read: (numbers) => numbers,
    schemaAt: () => options.schema.items ?? {},
    incomplete: () => null,
  });
}

/** Any number of rows of as many numbers, such as examples [x, t]. @param {ControlOptions} options @returns {Control} */
export function rowsControl(options) {
  const columns = options.schema.items?.prefixItems ?? [];
  return numbersControl(options, {
    written: writtenRows,
    read: (numbers) => rowsOf(numbers, columns.length),
    schemaAt: (i) => columns[i % columns.length],
    incomplete: (count) =>
      count % columns.length === 0
        ? null
        : `${count} numbers do not make rows of ${columns.length}; write them like “${writtenRows([columns.map((_, i) => i), columns.map((_, i) => i + 1)])}”.`,
  });
}

/** @param {number[][]} rows */
export const writtenRows = (rows) => rows.map((row) => row.join(", ")).join("; ");

/** @param {number[]} numbers @param {number} width */
export const rowsOf = (numbers, width) =>
  Array.from({ length: numbers.length / width }, (_, i) => numbers.slice(i * width, (i + 1) * width));

/**
 * Numbers in one field.
 *
 * @param {ControlOptions} options
 * @param {{written(value: any[]): string, read(numbers: number[]): any[], schemaAt(i: number): import("../schema.js").Schema,
 *   incomplete(count: number): string | null}} form
 * @returns {Control}
 */
function numbersControl(options, { written, read, schemaAt, incomplete }) {
  const input = h("input", {
    class: "input number",
    id: uniqueId("vector"),
    inputmode: "decimal",
    autocomplete: "off",
  });
  const shell = frame(options, { input });
  shell.body(input);
  input.addEventListener("change", () => {
    const words = input.value.split(/[\s,;[\]()]+/).filter(Boolean);
    const wrong =
      words.map((word, i) => complaint(word, schemaAt(i))).find((message) => message) ?? incomplete(words.length);
    shell.report(wrong ? [{ path: [], detail: wrong }] : []);
    if (!wrong) options.onChange(read(words.map(Number)));
  });
  /** @param {any} value */
  const set = (value) => {
    input.value = written(value ?? []);
  };
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}
