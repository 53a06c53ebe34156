// @ts-check
/** One entry of a catalogue that takes part: its first setting at hand, the rest a click away. */
import { button } from "../controls/button.js";
import { under } from "../controls/frame.js";
import { h } from "../dom.js";
import { createForm } from "../form.js";

/**
 * @typedef {{value: {kind: string}, entry: import("../services.js").Entry | undefined, colour: number, open: boolean,
 *   first: string[], badges: Node[], onSelect(): void, onCopy(): void, onRemove(): void,
 *   onChange(value: {kind: string}): void}} EntryRow `first`: the fields that stay in sight; `badges`: beside the name
 */

/** @param {EntryRow} row */
export function entryRow({ value, entry, colour, open, first: only, badges, onSelect, onCopy, onRemove, onChange }) {
  const title = entry?.title ?? value.kind;
  const shared = {
    schema: entry?.schema ?? { properties: {} },
    value,
    onChange: (/** @type {any} */ changed) => onChange({ ...changed, kind: value.kind }),
    context: entry?.title,
  };
  const first = createForm({ ...shared, only });
  const rest = createForm({ ...shared, except: only });
  first.element.classList.add("compact");
  const name = h(
    "button",
    { class: "racer-name", type: "button", onclick: onSelect },
    h("span", { class: "ring", "aria-hidden": "true" }),
    h("span", {}, title),
  );
  const more = h(
    "div",
    { class: "racer-more", hidden: !open },
    h("p", { class: "help" }, entry?.summary),
    rest.element,
    h(
      "div",
      { class: "row" },
      button({ words: "Duplicate", icon: "copy", label: `Duplicate ${title}` }, onCopy),
      button({ words: "Remove", icon: "remove", label: `Remove ${title}` }, onRemove),
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
    h("div", { class: "racer-head" }, name, badges),
    h("div", { class: "racer-rate" }, first.element, toggle),
    more,
  );
  return {
    colour,
    element,
    isOpen: () => !more.hidden,
    /** @param {any} next @param {boolean} selected */
    set(next, selected) {
      first.set(next);
      rest.set(next);
      element.classList.toggle("selected", selected);
      name.setAttribute("aria-pressed", String(selected));
    },
    /** @param {import("../controls/frame.js").FieldError[]} errors */
    report(errors) {
      const tagged = under(errors, value.kind);
      for (const form of [first, rest]) form.report(tagged.length ? tagged : errors);
    },
  };
}
