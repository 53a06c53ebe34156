// @ts-check
/** Beside the pictures: inside one step, the layers' norms, and what the picture leaves out. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { isNetwork } from "../../race/state.js";
import { insideStep } from "./inside.js";
import { layersView } from "./layers.js";
import { truthView } from "./truth.js";

/** @typedef {import("../../race/context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function panel(host, context) {
  const body = h("div", { class: "panel-body" });
  const head = h("div", { class: "panel-head" });
  host.append(h("section", { class: "card panel", "aria-label": "Details" }, head, body));
  const { store, live } = context;
  const PARTS = { step: insideStep, layers: layersView, truth: truthView };
  let dispose = () => {};
  const open = () => {
    dispose();
    fill(body);
    dispose = PARTS[live.get().tab](body, context);
  };
  const draw = () => {
    const network = isNetwork(store.get().spec);
    if (!network) live.set({ tab: "step" });
    const { tab } = live.get();
    const tabs = segments(
      "Details",
      [
        ["step", "One step"],
        ["layers", "Layers"],
        ["truth", "Truth"],
      ],
      { value: tab, onChange: (value) => live.set({ tab: value }), class: "segments-small" },
    );
    const stop = live.subscribe((l) => l.tab, tabs.set);
    fill(head, network ? tabs.element : h("h2", {}, "Inside one step"));
    return stop;
  };
  let forget = draw();
  const redraw = () => {
    forget();
    forget = draw();
  };
  open();
  return disposal([
    store.subscribe((s) => isNetwork(s.spec), redraw),
    live.subscribe((l) => l.tab, open),
    () => forget(),
    () => dispose(),
  ]);
}
