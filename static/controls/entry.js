// @ts-check
import { fill, h, uniqueId } from "../dom.js";
import { createForm } from "../form.js";

/**
 * One entry of a catalogue with its own controls beneath.
 *
 * @param {{title: string, entries: import("../services.js").Entry[], value: {kind: string, [field: string]: any},
 *   onChange(value: {kind: string}): void, except?: string[], hideTitle?: boolean, summary?: boolean, compact?: boolean}} options
 */
export function entryControl({ title, entries, value, onChange, except, hideTitle = false, summary = true }) {
  const select = h(
    "select",
    { class: "select", id: uniqueId("entry") },
    entries.map((entry) => h("option", { value: entry.kind }, entry.title)),
  );
  const about = h("p", { class: "help" });
  const error = h("p", { class: "error", hidden: true });
  const fields = h("div", { class: "entry-fields" });
  const element = h(
    "div",
    { class: "field" },
    h("label", { class: hideTitle ? "hidden-visually" : "field-label", for: select.id }, title),
    select,
    summary && about,
    error,
    fields,
  );
  /** @type {ReturnType<typeof createForm> | null} */
  let form = null;
  let kind = "";
  /** @param {{kind: string}} next */
  const set = (next) => {
    if (kind === next.kind) return form?.set(next);
    kind = select.value = next.kind;
    const entry = entries.find((e) => e.kind === kind);
    fill(about, entry?.summary ?? `“${kind}” is not known to this server; choose another.`);
    form = entry
      ? createForm({
          schema: entry.schema,
          value: next,
          except,
          onChange: (changed) => onChange({ ...changed, kind: next.kind }),
        })
      : null;
    fill(fields, form?.element);
    fields.hidden = !form?.element.childElementCount;
  };
  select.addEventListener("change", () => {
    const chosen = { kind: select.value };
    set(chosen);
    onChange(chosen);
  });
  set(value);
  return {
    element,
    set,
    /** @param {import("./frame.js").FieldError[]} errors */
    report(errors) {
      const own = errors.map((e) => (e.path[0] === kind ? { ...e, path: e.path.slice(1) } : e));
      form?.report(own);
      const here = own.filter((e) => e.path.length === 0 || e.path[0] === "kind");
      error.hidden = here.length === 0;
      fill(error, here.map((e) => e.detail).join(" "));
    },
  };
}

/** @param {import("../services.js").Entry[]} entries @param {string} kind */
export const titleIn = (entries, kind) => entries.find((entry) => entry.kind === kind)?.title ?? kind;

/** A kind alone stands for an object. @param {any} value @param {string} otherwise @returns {{kind: string}} */
export const tagged = (value, otherwise) =>
  typeof value === "string" ? { kind: value } : (value ?? { kind: otherwise });
