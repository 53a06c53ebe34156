// @ts-check
/** Where the landscape comes from: a function, a formula, or a network on data. */
import { segments } from "../controls/segments.js";
import { fill, h } from "../dom.js";
import { formulaSource } from "./formula.js";
import { functionSource } from "./function.js";
import { networkSource } from "./network.js";
import { sourceOf } from "./state.js";

/** @typedef {import("./context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function source(host, context) {
  const { store, act, services } = context;
  const body = h(
    "div",
    { class: "source-body" },
    h(
      "div",
      { class: "card-body" },
      h("div", { class: "skeleton skeleton-field" }),
      h("div", { class: "skeleton skeleton-row" }),
    ),
  );
  const shown = () => sourceOf(store.get().spec.objective);
  const choice = segments(
    "Source",
    [
      ["function", "Function"],
      ["formula", "Formula"],
      ["network", "Network"],
    ],
    { value: shown(), onChange: act.switchSource },
  );
  host.append(
    h(
      "section",
      { class: "card source", "aria-label": "Surface" },
      h("div", { class: "card-head" }, h("h2", {}, "Surface")),
      h("div", { class: "card-top" }, choice.element),
      body,
    ),
  );
  const PARTS = { function: functionSource, formula: formulaSource, network: networkSource };
  let dispose = () => {};
  /** @type {import("../services.js").Catalogue | null} */
  let catalogue = null;
  const open = () => {
    choice.set(shown());
    if (!catalogue) return;
    dispose();
    fill(body);
    dispose = PARTS[shown()](body, context, catalogue);
  };
  services.catalogue().then(
    (loaded) => {
      catalogue = loaded;
      open();
    },
    (error) => fill(body, h("p", { class: "error card-body" }, `The catalogue did not load. ${error.message}`)),
  );
  const stop = store.subscribe((s) => sourceOf(s.spec.objective), open);
  return () => {
    stop();
    dispose();
  };
}
