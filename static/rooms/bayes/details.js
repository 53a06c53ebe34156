// @ts-check
/** What is known of the selected method: its diagnostics, the energy along its path, what its draws predict. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { diagnostics } from "./diagnostics.js";
import { energy } from "./energy.js";
import { predictive } from "./predictive.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function details(host, context) {
  const { store, act } = context;
  const tabs = segments(
    "Details",
    [
      ["diagnostics", "Diagnostics"],
      ["energy", "Energy"],
      ["predictive", "Prediction"],
    ],
    { value: store.get().page.tab, onChange: (tab) => act.page({ tab }) },
  );
  const body = h("div", { class: "panel-body", tabindex: 0, role: "group", "aria-label": "Of the selected method" });
  host.append(
    h(
      "section",
      { class: "card panel", "aria-label": "Details" },
      h("div", { class: "panel-head" }, tabs.element),
      body,
    ),
  );
  const PARTS = { diagnostics, energy, predictive };
  let dispose = () => {};
  const open = () => {
    dispose();
    fill(body);
    const { tab } = store.get().page;
    tabs.set(tab);
    dispose = PARTS[tab](body, context);
  };
  open();
  return disposal([store.subscribe((s) => s.page.tab, open), () => dispose()]);
}
