// @ts-check
/** Hidden layers: units and activation of each, added and removed. */

import { button } from "../controls/button.js";
import { tagged } from "../controls/entry.js";
import { under } from "../controls/frame.js";
import { complaint } from "../controls/number.js";
import { fill, h, icon } from "../dom.js";

/** @typedef {{units: number, activation: any}} Hidden */

const MOST_LAYERS = 12;
const UNITS = { type: "integer", minimum: 1, maximum: 512 };

/** @param {any} objective @param {(change: any) => void} edit @param {import("../services.js").Catalogue} catalogue @returns {import("./network.js").Section} */
export function layerEditor(objective, edit, catalogue) {
  /** @type {Hidden[]} */
  let layers = objective.layers ?? [];
  const rows = h("ol", { class: "layers" });
  const error = h("p", { class: "error", hidden: true });
  const add = h(
    "button",
    {
      class: "button button-small",
      type: "button",
      onclick: () =>
        edit({ layers: [...layers, { ...(layers.at(-1) ?? { units: 8, activation: { kind: "tanh" } }) }] }),
    },
    icon("add"),
    "Add a layer",
  );
  /** @param {number} i @param {Partial<Hidden>} change */
  const change = (i, change) => edit({ layers: layers.with(i, { ...layers[i], ...change }) });
  const draw = () => {
    fill(
      rows,
      ...layers.map((layer, i) =>
        layerRow(layer, i, catalogue, change, () => edit({ layers: layers.toSpliced(i, 1) })),
      ),
    );
    add.disabled = layers.length >= MOST_LAYERS;
  };
  draw();
  return {
    element: h("div", { class: "stack" }, rows, h("div", { class: "row" }, add), error),
    set(next) {
      if (JSON.stringify(next.layers ?? []) === JSON.stringify(layers)) return;
      const focused = rows.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
      layers = next.layers ?? [];
      draw();
      if (focused)
        /** @type {HTMLElement | null} */ (rows.querySelector(`[aria-label="${CSS.escape(focused)}"]`))?.focus();
    },
    note: (next) =>
      next.layers?.length ? next.layers.map((/** @type {Hidden} */ l) => l.units).join(" · ") : "no hidden layer",
    report(errors) {
      const own = under(errors, "layers");
      error.hidden = own.length === 0;
      fill(
        error,
        own
          .map((e) =>
            Number.isNaN(Number(e.path[0] ?? NaN)) ? e.detail : `Layer ${Number(e.path[0]) + 1}: ${e.detail}`,
          )
          .join(" "),
      );
    },
  };
}

/** @param {Hidden} layer @param {number} i @param {import("../services.js").Catalogue} catalogue @param {(i: number, change: Partial<Hidden>) => void} change @param {() => void} remove */
function layerRow(layer, i, catalogue, change, remove) {
  const units = h("input", {
    class: "input input-number",
    inputmode: "numeric",
    value: layer.units,
    "aria-label": `Units of layer ${i + 1}`,
  });
  units.addEventListener("change", () => {
    const wrong = complaint(units.value, UNITS);
    units.setAttribute("aria-invalid", String(Boolean(wrong)));
    units.setCustomValidity(wrong ?? "");
    units.reportValidity();
    if (!wrong) change(i, { units: Number(units.value) });
  });
  const select = h(
    "select",
    {
      class: "select",
      "aria-label": `Activation of layer ${i + 1}`,
      onchange: () => change(i, { activation: { kind: select.value } }),
    },
    catalogue.activations.map(({ kind, title }) => h("option", { value: kind }, title)),
  );
  select.value = tagged(layer.activation, "tanh").kind;
  return h(
    "li",
    { class: "layer" },
    units,
    select,
    button({ icon: "close", label: `Remove layer ${i + 1}`, look: "quiet" }, remove),
  );
}
