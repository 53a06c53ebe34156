// @ts-check
/** One racer: its learning rate at hand, the rest of its settings a click away. */
import { button } from "../controls/button.js";
import { under } from "../controls/frame.js";
import { h } from "../dom.js";
import { createForm } from "../form.js";
import { formatNumber } from "../format.js";
import { entryOf } from "../services.js";

/** @typedef {import("./context.js").Context} Context */

/**
 * @param {number} index
 * @param {import("../services.js").Catalogue} catalogue
 * @param {Context} context
 * @param {Set<number>} open colours of the rows that are open
 */
export function racerRow(index, catalogue, { store, act }, open) {
  const optimiser = store.get().spec.optimisers[index];
  const colour = store.get().page.colours[index];
  const entry = entryOf(catalogue, "optimisers", optimiser.kind);
  const title = entry?.title ?? optimiser.kind;
  const { rate, rest } = forms(index, optimiser, entry, act);
  const loss = h("output", { class: "racer-loss number" });
  const state = h("span", { class: "racer-state" });
  const name = nameButton(title, () => act.page({ selected: index }));
  const copy = () => act.addRacer({ ...store.get().spec.optimisers[index] });
  const tools = h(
    "div",
    { class: "row" },
    button({ words: "Duplicate", icon: "copy", label: `Duplicate ${title}` }, copy),
    button({ words: "Remove", icon: "remove", label: `Remove ${title}` }, () => act.removeRacer(index)),
  );
  const more = h(
    "div",
    { class: "racer-more", hidden: !open.has(colour) },
    h("p", { class: "help" }, entry?.summary),
    rest.element,
    tools,
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
    h("div", { class: "racer-head" }, name, state, loss),
    h("div", { class: "racer-rate" }, rate.element, toggle),
    more,
  );
  return {
    colour,
    element,
    isOpen: () => !more.hidden,
    /** Whether this row was built for the racer in that place. @param {number} place */
    shows: (place) =>
      place === index &&
      store.get().spec.optimisers[place]?.kind === optimiser.kind &&
      store.get().page.colours[place] === colour,
    /** @param {any} value @param {boolean} selected */
    set(value, selected) {
      rate.set(value);
      rest.set(value);
      element.classList.toggle("selected", selected);
      name.setAttribute("aria-pressed", String(selected));
    },
    /** @param {import("./standing.js").Standing | undefined} now */
    tell(now) {
      loss.textContent = now && Number.isFinite(now.loss) ? formatNumber(now.loss, 4) : "–";
      state.textContent = now?.words ?? "";
      state.dataset.mood = now?.mood ?? "";
    },
    /** @param {import("../controls/frame.js").FieldError[]} errors */
    report(errors) {
      const tagged = under(errors, optimiser.kind);
      for (const form of [rate, rest]) form.report(tagged.length ? tagged : errors);
    },
  };
}

/**
 * @param {number} index
 * @param {{kind: string}} optimiser
 * @param {import("../services.js").Entry | undefined} entry
 * @param {import("./actions.js").Actions} act
 */
function forms(index, optimiser, entry, act) {
  const schema = entry?.schema ?? { properties: {} };
  const first = schema.properties?.learning_rate ? ["learning_rate"] : [];
  /** @param {any} value */
  const onChange = (value) => act.setRacer(index, { ...value, kind: optimiser.kind });
  const shared = { schema, value: optimiser, onChange, context: entry?.title };
  const rate = createForm({ ...shared, only: first });
  rate.element.classList.add("compact");
  return { rate, rest: createForm({ ...shared, except: first }) };
}

/** @param {string} title @param {() => void} onclick */
const nameButton = (title, onclick) =>
  h(
    "button",
    { class: "racer-name", type: "button", onclick },
    h("span", { class: "ring", "aria-hidden": "true" }),
    h("span", {}, title),
  );
