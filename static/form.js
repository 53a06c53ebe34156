// @ts-check
/** Forms from the schemas of the catalogue: a field of the schema is a control, nested unions included. */
import { groupControl, listControl, optionalControl, unionControl } from "./controls/composite.js";
import { pathOf, under } from "./controls/frame.js";
import { numberControl } from "./controls/number.js";
import {
  choiceControl,
  rowsControl,
  switchControl,
  textControl,
  tupleControl,
  vectorControl,
} from "./controls/simple.js";
import { h } from "./dom.js";
import { alternatives, defaultOf, optional, resolve } from "./schema.js";

/**
 * @typedef {import("./schema.js").Schema} Schema
 * @typedef {import("./controls/frame.js").Control} Control
 * @typedef {import("./controls/frame.js").ControlOptions} ControlOptions
 * @typedef {import("./controls/frame.js").FieldError} FieldError
 * @typedef {{schema: Schema, value: Record<string, any>, onChange(value: Record<string, any>): void, root?: Schema,
 *   only?: string[], except?: string[], context?: string}} FormOptions `only` also gives the order of the fields
 * @typedef {{element: HTMLElement, set(value: Record<string, any>): void, report(errors: FieldError[]): void,
 *   reportPointers(errors: {pointer: string, detail: string}[]): void}} Form
 */

/** @type {[(schema: Schema, root: Schema) => unknown, (options: ControlOptions) => Control][]} The first match draws the field. */
const CONTROLS = [
  [(schema) => schema.type === "number" || schema.type === "integer", numberControl],
  [(schema) => schema.type === "boolean", switchControl],
  [(schema) => schema.enum, choiceControl],
  [(schema, root) => alternatives(schema, root), unionControl],
  [(schema) => schema.prefixItems, tupleControl],
  [(schema, root) => schema.items && composed(resolve(schema.items, root), root), listControl],
  [(schema) => schema.items?.prefixItems, rowsControl],
  [(schema) => schema.type === "array", vectorControl],
  [(schema) => schema.type === "object" && schema.properties, groupControl],
];

/** Whether a value has controls of its own for its parts. @param {Schema} item @param {Schema} root */
const composed = (item, root) => alternatives(item, root) ?? item.properties;

/** What composite controls build their parts with. */
const KIT = { createForm, createControl, controlFor };

/**
 * Controls for the fields of an object. Fields left out of `value` show their defaults and stay left out until changed.
 *
 * @param {FormOptions} options
 * @returns {Form}
 */
export function createForm({ schema: given, value, onChange, root = given, only, except = [], context }) {
  const schema = resolve(given, root);
  const fields = schema.properties ?? {};
  const names = (only ?? Object.keys(fields)).filter((name) => isField(fields[name], name) && !except.includes(name));
  let current = value;
  /** @param {string} name */
  const shown = (name) => (current[name] === undefined ? defaultOf(fields[name], root) : current[name]);
  /** @type {(name: string) => (changed: any) => void} */
  const change = (name) => (changed) => {
    current = { ...current, [name]: changed };
    onChange(current);
  };
  const controls = new Map(
    names.map((name) => [
      name,
      createControl(fields[name], root, { value: shown(name), onChange: change(name), context, name }),
    ]),
  );
  /** @param {FieldError[]} errors */
  const report = (errors) => {
    for (const [name, control] of controls) control.report(under(errors, name));
  };
  return {
    element: h(
      "div",
      { class: "fields" },
      [...controls.values()].map((control) => control.element),
    ),
    report,
    reportPointers: (errors) => report(errors.map((e) => ({ path: pathOf(e.pointer), detail: e.detail }))),
    set(next) {
      current = next;
      for (const [name, control] of controls) control.set(shown(name));
    },
  };
}

/** @param {Schema | undefined} field @param {string} name */
const isField = (field, name) => field !== undefined && field.const === undefined && name !== "kind";

/**
 * One control for one field.
 *
 * @param {Schema} given
 * @param {Schema} root
 * @param {{value: any, onChange(value: any): void, name: string, context?: string}} field
 * @returns {Control}
 */
export function createControl(given, root, { value, onChange, name, context }) {
  const { schema, nullable } = optional(resolve(given, root), root);
  const title = given.title ?? schema.title ?? name.replaceAll("_", " ");
  const options = { schema, root, title, value, onChange, context, kit: KIT };
  return nullable ? optionalControl(options) : controlFor(schema, root)(options);
}

/** @param {Schema} schema @param {Schema} root */
function controlFor(schema, root) {
  return CONTROLS.find(([matches]) => matches(schema, root))?.[1] ?? textControl;
}
