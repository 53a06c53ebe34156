// @ts-check
/** Below the drawing: layers over the run, the chain rule, activations, export. One is open. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { activationPanel } from "./activation.js";
import { exportsPanel } from "./exports.js";
import { layersPanel } from "./layersPanel.js";
import { microscope } from "./microscope.js";
import { PANELS, panelOf } from "./state.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./state.js").Panel} Panel */

/** @type {Record<Panel, (host: HTMLElement, context: NetworkContext, beside: HTMLElement) => () => void>} */
const PARTS = { layers: layersPanel, chain: microscope, activation: activationPanel, export: exportsPanel };

/** @param {HTMLElement} host @param {NetworkContext} context @param {HTMLElement} beside the place beside the drawing */
export function panels(host, context, beside) {
  const { store, act } = context;
  const shown = () => panelOf(store.get().page);
  const body = h("div", { class: "network-panel" });
  const tabs = segments("Part", /** @type {[Panel, string][]} */ (Object.entries(PANELS)), {
    value: shown(),
    onChange(panel) {
      act.page({ panel });
      tabs.element.scrollIntoView({ block: "nearest" });
    },
    class: "panel-tabs",
  });
  host.append(h("section", { class: "network-below", "aria-label": "Inside the network" }, tabs.element, body));
  let dispose = () => {};
  const open = () => {
    dispose();
    fill(body);
    tabs.set(shown());
    body.dataset.panel = shown();
    dispose = PARTS[shown()](body, context, beside);
  };
  open();
  return disposal([store.subscribe((s) => panelOf(s.page), open), () => dispose()]);
}
