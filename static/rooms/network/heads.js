// @ts-check
/** Above each column of the drawing: how many units, which activation, and ways to add and remove layers. */
import { button } from "../../controls/button.js";
import { tagged } from "../../controls/entry.js";
import { fill, h } from "../../dom.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{units: number, activation: any}} Hidden */

export const MOST_LAYERS = 12;
export const MOST_UNITS = 512;

/** Hidden layers with one more after position `at`, a copy of its neighbour. @param {Hidden[]} layers @param {number} at @returns {Hidden[]} */
export const inserted = (layers, at) =>
  layers.toSpliced(at, 0, { ...(layers[at - 1] ?? layers[at] ?? { units: 8, activation: { kind: "tanh" } }) });

/** @param {HTMLElement} board @param {NetworkContext} context @param {import("../../services.js").Catalogue} catalogue */
export function columnHeads(board, context, catalogue) {
  const { store, act } = context;
  const host = h("div", { class: "heads" });
  board.append(host);
  /** @type {Layout | null} */
  let layout = null;
  const objective = () => store.get().spec.objective;
  /** @returns {Hidden[]} */
  const hidden = () => objective().layers ?? [{ units: 8, activation: { kind: "tanh" } }];
  /** @param {Hidden[]} layers */
  const edit = (layers) => act.editObjective({ ...objective(), layers });
  /** @param {number} i @param {Partial<Hidden>} change */
  const change = (i, change) => edit(hidden().with(i, { ...hidden()[i], ...change }));

  const draw = () => {
    if (!layout) return;
    const { columns } = layout;
    const layers = hidden();
    const matches = columns.length === layers.length + 2;
    const focused = host.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
    fill(
      host,
      head(columns[0].x, h("b", {}, "Inputs"), h("span", { class: "muted" }, `${columns[0].units}`)),
      ...(matches ? layers.map((layer, i) => layerHead(columns[i + 1].x, layer, i)) : []),
      head(columns[columns.length - 1].x, h("b", {}, "Output"), h("span", { class: "muted" }, outputNote(context))),
      ...(matches && layers.length < MOST_LAYERS
        ? columns.slice(1).map((column, i) => gap(columns[i].x, column.x, i))
        : []),
    );
    if (focused)
      /** @type {HTMLElement | null} */ (host.querySelector(`[aria-label="${CSS.escape(focused)}"]`))?.focus();
  };
  /** @param {number} x @param {Hidden} layer @param {number} i */
  const layerHead = (x, layer, i) => {
    const name = `hidden layer ${i + 1}`;
    const fewer = button({ words: "−", label: `One unit fewer in ${name}`, look: "quiet" }, () =>
      change(i, { units: layer.units - 1 }),
    );
    const more = button({ words: "+", label: `One unit more in ${name}`, look: "quiet" }, () =>
      change(i, { units: layer.units + 1 }),
    );
    fewer.disabled = layer.units <= 1;
    more.disabled = layer.units >= MOST_UNITS;
    const remove = button({ icon: "close", label: `Remove ${name}`, look: "quiet" }, () =>
      edit(hidden().toSpliced(i, 1)),
    );
    const activation = h(
      "select",
      {
        class: "select head-select",
        "aria-label": `Activation of ${name}`,
        onchange: () => change(i, { activation: { kind: activation.value } }),
      },
      catalogue.activations.map(({ kind, title }) => h("option", { value: kind }, title)),
    );
    activation.value = tagged(layer.activation, "tanh").kind;
    const units = h("span", { class: "stepper" }, fewer, h("output", { class: "number" }, layer.units), more);
    const brief = h("b", { class: "head-name" }, `Hidden ${i + 1}`);
    const count = h("span", { class: "head-name muted" }, `${layer.units}`);
    return head(x, brief, count, h("span", { class: "head-row" }, units, remove), activation);
  };
  /** @param {number} left @param {number} right @param {number} at */
  const gap = (left, right, at) => {
    const add = button({ icon: "add", label: addLabel(at, hidden().length), look: "quiet" }, () =>
      edit(inserted(hidden(), at)),
    );
    add.classList.add("head-add");
    add.style.left = `${(left + right) / 2}px`;
    return add;
  };
  const stop = store.subscribe((s) => s.spec.objective, draw);
  return {
    /** @param {Layout} next */
    place(next) {
      layout = next;
      draw();
    },
    clear() {
      layout = null;
      fill(host);
    },
    dispose: stop,
  };
}

/** @param {number} at @param {number} count */
const addLabel = (at, count) =>
  at === count
    ? "Add a layer before the output"
    : at === 0
      ? "Add a layer after the inputs"
      : `Add a layer after hidden layer ${at}`;

/** @param {number} x @param {...Node} parts */
function head(x, ...parts) {
  const element = h("div", { class: "head" }, parts);
  element.style.left = `${x}px`;
  return element;
}

/** @param {NetworkContext} context */
function outputNote({ live }) {
  const data = live.get().description.value?.data;
  if (!data) return "";
  return data.task === "classification" ? `${data.classes} classes` : "a number";
}
