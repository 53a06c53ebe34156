// @ts-check
/** Controls made of controls: a value or nothing, one of several kinds, a list, a group. */
import { fill, h, uniqueId } from "../dom.js";
import { alternatives, defaultOf, resolve } from "../schema.js";
import { button } from "./button.js";
import { frame, under } from "./frame.js";
import { switchControl } from "./simple.js";

/**
 * @typedef {import("../schema.js").Schema} Schema
 * @typedef {import("./frame.js").Control} Control
 * @typedef {import("./frame.js").ControlOptions} ControlOptions
 */

/** A value or nothing: a switch that reveals the control. @param {ControlOptions} options @returns {Control} */
export function optionalControl(options) {
  const { schema, root, kit } = options;
  let last = options.value ?? defaultOf({ ...schema, default: schema.default ?? undefined }, root) ?? 1;
  const inner = kit.controlFor(
    schema,
    root,
  )({
    ...options,
    bare: true,
    value: last,
    onChange(value) {
      last = value;
      options.onChange(value);
    },
  });
  /** @param {boolean} on */
  const show = (on) => {
    inner.element.hidden = !on;
  };
  const toggle = switchControl({
    ...options,
    schema: { description: schema.description },
    value: options.value !== null,
    onChange(on) {
      show(on);
      options.onChange(on ? last : null);
    },
  });
  show(options.value !== null);
  return {
    element: h("div", { class: "field" }, toggle.element, inner.element),
    report: inner.report,
    set(value) {
      toggle.set(value !== null);
      show(value !== null);
      if (value === null) return;
      last = value;
      inner.set(value);
    },
  };
}

/** One of several kinds, each with fields of its own. @param {ControlOptions} options @returns {Control} */
export function unionControl({ kit, root, context, ...options }) {
  const kinds = /** @type {Map<string, Schema>} */ (alternatives(options.schema, root));
  const titles = [...kinds].map(([kind, schema]) => h("option", { value: kind }, titleOf(kind, schema)));
  const select = h("select", { class: "select", id: uniqueId("kind") }, titles);
  const shell = frame({ ...options, root, context, kit }, { input: select });
  const nested = h("div", { class: "nested", hidden: true });
  shell.body(select);
  shell.element.append(nested);
  /** @type {import("../form.js").Form | null} */
  let form = null;
  /** @param {any} value */
  const draw = (value) => {
    const schema = kinds.get(value.kind);
    form = schema ? kit.createForm({ schema, root, value, onChange: options.onChange, context }) : null;
    select.value = value.kind;
    nested.hidden = !form?.element.childElementCount;
    fill(nested, form?.element);
  };
  select.addEventListener("change", () => {
    draw({ kind: select.value });
    options.onChange({ kind: select.value });
  });
  /** @param {any} value */
  const whole = (value) => (typeof value === "string" ? { kind: value } : (value ?? { kind: [...kinds.keys()][0] }));
  draw(whole(options.value));
  return {
    element: shell.element,
    set: (value) => (whole(value).kind === select.value ? form?.set(whole(value)) : draw(whole(value))),
    report(errors) {
      const own = errors.flatMap((e) => (e.path[0] === select.value ? [{ ...e, path: e.path.slice(1) }] : [e]));
      form?.report(own);
      shell.report(own.filter((e) => e.path.length === 0 || e.path[0] === "kind"));
    },
  };
}

/** The title a schema carries for people; pydantic's class name is none. @param {string} kind @param {Schema} schema */
function titleOf(kind, schema) {
  const words = kind.replaceAll("_", " ");
  return schema["x-title"] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Several values of one union, or several groups of fields, added and removed. @param {ControlOptions} options @returns {Control} */
export function listControl(options) {
  const item = resolve(options.schema.items ?? {}, options.root);
  /** @type {any[]} */
  let values = [];
  /** @type {Control[]} */
  let controls = [];
  const shell = frame(options, { tag: "fieldset" });
  const rows = h("div", { class: "stack" });
  /** @param {any[]} next */
  const change = (next) => {
    draw(next);
    options.onChange(next);
  };
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = options.schema;
  const add = button({ words: "Add", icon: "add" }, () => change([...values, defaultOf(item, options.root)]));
  shell.head.append(add);
  shell.body(rows);
  /** @param {number} i @returns {(value: any) => void} */
  const edit = (i) => (value) => {
    values = values.with(i, value);
    options.onChange(values);
  };
  /** @param {any} value @param {number} i */
  const part = (value, i) => {
    const named = item.title ? { ...item, title: `${item.title} ${i + 1}` } : item;
    return options.kit.createControl(named, options.root, {
      value,
      name: `${options.title} ${i + 1}`,
      onChange: edit(i),
    });
  };
  /** @param {any[]} next */
  const draw = (next) => {
    values = [...(next ?? [])];
    controls = values.map(part);
    add.disabled = values.length >= maxItems;
    const drop = (/** @type {number} */ i) =>
      button({ icon: "close", label: `Remove ${options.title} ${i + 1}`, look: "quiet" }, () =>
        change(values.toSpliced(i, 1)),
      );
    const row = (/** @type {Control} */ control, /** @type {number} */ i) =>
      h("div", { class: "list-row" }, control.element, values.length > minItems && drop(i));
    fill(rows, ...controls.map(row));
  };
  draw(options.value);
  return {
    element: shell.element,
    set: (next) => void (JSON.stringify(next) === JSON.stringify(values) || draw(next)),
    report: (errors) => controls.forEach((control, i) => void control.report(under(errors, String(i)))),
  };
}

/** Fields inside a field. @param {ControlOptions} options @returns {Control} */
export function groupControl({ kit, ...options }) {
  const { schema, root, onChange } = options;
  const form = kit.createForm({ schema, root, value: options.value ?? {}, onChange });
  const shell = frame({ ...options, kit }, { tag: "fieldset" });
  form.element.classList.add("nested");
  if (options.bare) {
    shell.head.hidden = true;
    shell.element.setAttribute("aria-label", options.title);
  }
  shell.body(form.element);
  return { element: shell.element, set: form.set, report: form.report };
}
