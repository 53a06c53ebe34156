// @ts-check
/** One method: its first setting at hand, the rest a click away. */
import { button } from "../../controls/button.js";
import { under } from "../../controls/frame.js";
import { h } from "../../dom.js";
import { createForm } from "../../form.js";
import { formatNumber, formatWhole } from "../../format.js";
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
  const title = entry?.title ?? method.kind;
  const { first, rest } = forms(index, method, entry, act);
  const state = h("span", { class: "racer-state" });
  const name = h(
    "button",
    { class: "racer-name", type: "button", onclick: () => act.page({ selected: index }) },
    h("span", { class: "ring", "aria-hidden": "true" }),
    h("span", {}, title),
  );
  const more = h(
    "div",
    { class: "racer-more", hidden: !open.has(colour) },
    h("p", { class: "help" }, entry?.summary),
    rest.element,
    h(
      "div",
      { class: "row" },
      button({ words: "Duplicate", icon: "copy", label: `Duplicate ${title}` }, () =>
        act.addMethod({ ...store.get().spec.methods[index] }),
      ),
      button({ words: "Remove", icon: "remove", label: `Remove ${title}` }, () => act.removeMethod(index)),
    ),
    h("p", { class: "help" }, entry?.reference),
  );
  const toggle = button({ icon: "tune", label: `Settings of ${title}`, look: "quiet" }, () => {
    more.hidden = !more.hidden;
    toggle.setAttribute("aria-expanded", String(!more.hidden));
  });
  toggle.setAttribute("aria-expanded", String(!more.hidden));
  const element = h(
    "li",
    { class: `racer line-${colour + 1}` },
    h("div", { class: "racer-head" }, name, state),
    h("div", { class: "racer-rate" }, first.element, toggle),
    more,
  );
  return {
    colour,
    element,
    isOpen: () => !more.hidden,
    /** Whether this row was built for the method in that place. @param {number} place */
    shows: (place) =>
      place === index &&
      store.get().spec.methods[place]?.kind === method.kind &&
      store.get().page.colours[place] === colour,
    /** @param {any} value @param {boolean} selected */
    set(value, selected) {
      first.set(value);
      rest.set(value);
      element.classList.toggle("selected", selected);
      name.setAttribute("aria-pressed", String(selected));
    },
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
    /** @param {import("../../controls/frame.js").FieldError[]} errors */
    report(errors) {
      const tagged = under(errors, method.kind);
      for (const form of [first, rest]) form.report(tagged.length ? tagged : errors);
    },
  };
}

/** The setting that people turn first is the entry's first field that is a number with a symbol. @param {import("../../schema.js").Schema} schema */
const firstField = (schema) =>
  Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.symbol && (field.type === "number" || field.type === "integer"))
    .map(([key]) => key)
    .slice(0, 1);

/**
 * @param {number} index
 * @param {{kind: string}} method
 * @param {import("../../services.js").Entry | undefined} entry
 * @param {import("./actions.js").Actions} act
 */
function forms(index, method, entry, act) {
  const schema = entry?.schema ?? { properties: {} };
  const only = firstField(schema);
  /** @param {any} value */
  const onChange = (value) => act.setMethod(index, { ...value, kind: method.kind });
  const common = { schema, value: method, onChange, context: entry?.title };
  const first = createForm({ ...common, only });
  first.element.classList.add("compact");
  return { first, rest: createForm({ ...common, except: only }) };
}
