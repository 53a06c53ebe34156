// @ts-check
import { fill, h, icon, uniqueId } from "../dom.js";

/**
 * @typedef {import("../schema.js").Schema} Schema
 * @typedef {{path: string[], detail: string}} FieldError where in the value, and what to do about it
 * @typedef {{element: HTMLElement, set(value: any): void, report(errors: FieldError[]): void}} Control
 * @typedef {{createForm: typeof import("../form.js").createForm, createControl: typeof import("../form.js").createControl,
 *   controlFor(schema: Schema, root: Schema): (options: ControlOptions) => Control}} Kit
 * @typedef {{schema: Schema, root: Schema, title: string, value: any, onChange(value: any): void, context?: string, bare?: boolean, kit: Kit}} ControlOptions
 *   `context` completes the accessible name where titles repeat ("Adam"); `bare`: the title is said by what surrounds it.
 */

/**
 * Label, help and error around an input: what every control shares.
 *
 * @param {ControlOptions} options
 * @param {{input?: HTMLElement, tag?: "div" | "fieldset"}} [parts] the input that the label names
 */
export function frame(options, { input, tag = "div" } = {}) {
  const help = h("p", { class: "help", id: uniqueId("help"), hidden: true }, options.schema.description ?? "");
  const error = h("p", { class: "error", id: uniqueId("error"), hidden: true });
  const head = h("div", { class: "field-head" }, label(options, input, help, tag));
  const element = h(tag, { class: "field" }, head, help, error);
  if (input) input.setAttribute("aria-describedby", `${help.id} ${error.id}`);
  // A legend names its fieldset only as its child, which layout does not allow here.
  if (tag === "fieldset") element.setAttribute("aria-label", options.title);
  return {
    element,
    head,
    /** @param {HTMLElement} body between the head and the help */
    body: (body) => help.before(body),
    /** @param {FieldError[]} errors */
    report: (errors) => show(error, input, errors),
  };
}

/** @param {ControlOptions} options @param {HTMLElement | undefined} input @param {HTMLElement} help @param {string} tag */
function label(options, input, help, tag) {
  const { symbol, unit } = options.schema;
  const words = [
    options.title,
    symbol && h("span", { class: "symbol", "aria-hidden": "true" }, symbol),
    unit && h("span", { class: "muted" }, unit),
  ];
  const hidden = options.context && h("span", { class: "hidden-visually" }, ` of ${options.context}`);
  const text =
    tag === "fieldset"
      ? h("legend", { class: "field-label" }, ...words, hidden)
      : h("label", { class: "field-label", for: input?.id }, ...words, hidden);
  return h("div", { class: "row" }, text, options.schema.description && helpButton(options.title, help));
}

/** @param {string} title @param {HTMLElement} help */
function helpButton(title, help) {
  const button = h(
    "button",
    {
      class: "info",
      type: "button",
      "aria-expanded": "false",
      "aria-controls": help.id,
      "aria-label": `About ${title}`,
    },
    "i",
  );
  button.addEventListener("click", () => {
    help.hidden = !help.hidden;
    button.setAttribute("aria-expanded", String(!help.hidden));
  });
  return button;
}

/** @param {HTMLElement} error @param {HTMLElement | undefined} input @param {FieldError[]} errors */
function show(error, input, errors) {
  error.hidden = errors.length === 0;
  fill(error, errors.length > 0 && icon("warn"), h("span", {}, errors.map((e) => e.detail).join(" ")));
  if (input) input.setAttribute("aria-invalid", String(errors.length > 0));
}

/**
 * The errors that lie under one key, seen from there.
 *
 * @param {FieldError[]} errors
 * @param {string} key
 */
export function under(errors, key) {
  return errors.filter((e) => e.path[0] === key).map((e) => ({ ...e, path: e.path.slice(1) }));
}

/** @param {string} pointer a JSON pointer (RFC 6901) @returns {string[]} */
export function pathOf(pointer) {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
