// @ts-check
/** The rail: data, the two inputs of the picture, the penalty, how it is read. */
import { segments } from "../../controls/segments.js";
import { fill, h, uniqueId } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { DATA, PENALTIES } from "./state.js";

/** @typedef {import("../regularisation.js").Context} Context @typedef {import("./state.js").Choice} Choice */

/** @type {Record<string, string>} */
const SAYS = {
  l1: "λ Σ|w|: the pull has one size, λ, however small w is, and at zero it can be anything up to that. Exact zeros.",
  l2: "λ Σw²: the pull is 2λw and fades with w. Everything shrinks, nothing is ever exactly zero.",
  elastic_net: "λ Σ(ρ|w| + (1 − ρ)w²): the corners of L1, rounded sides of L2. Correlated inputs stay together.",
  group:
    "λ √|g| ‖w_g‖: inputs in pairs, in their order. A pair is zero together or not at all; here the two are one pair.",
};

/** @param {HTMLElement} host @param {Context} context @returns {() => void} */
export function controls(host, { store, live, choose }) {
  const words = h("p", { class: "help reg-says" });
  const data = segments(
    "Data",
    Object.entries(DATA).map(([kind, { title }]) => [kind, title]),
    {
      value: store.get().choice.data,
      onChange: (kind) => choose({ data: kind, columns: DATA[kind].columns }),
    },
  );
  const penalty = segments("Penalty", /** @type {[string, string][]} */ (PENALTIES), {
    value: store.get().choice.penalty,
    onChange: (kind) => choose({ penalty: kind }),
    class: "reg-penalties",
  });
  const reading = segments(
    "Reading",
    [
      ["penalty", "As a penalty"],
      ["prior", "As a prior"],
    ],
    {
      value: store.get().choice.reading,
      onChange: (value) => choose({ reading: /** @type {Choice["reading"]} */ (value) }),
    },
  );
  const ratio = ratioControl(store.get().choice.ratio, (value) => choose({ ratio: value }));
  const inputs = [0, 1].map((at) => inputMenu(at, store, choose));
  fill(
    host,
    card("Penalty", penalty.element, ratio.element, words, reading.element),
    card(
      "Data",
      data.element,
      h("p", { class: "help" }, "All inputs standardised. The picture takes two of them:"),
      ...inputs.map(({ element }) => element),
    ),
  );
  const show = () => {
    const { choice } = store.get();
    const { path } = live.get();
    data.set(choice.data);
    penalty.set(choice.penalty);
    reading.set(choice.reading);
    ratio.element.hidden = choice.penalty !== "elastic_net";
    ratio.set(choice.ratio);
    fill(words, SAYS[choice.penalty]);
    for (const input of inputs) input.show(path?.features ?? [], choice.columns);
  };
  show();
  const stops = [store.onChange(show), live.subscribe(({ path }) => path, show)];
  return () => stops.forEach((stop) => stop());
}

/** @param {string} title @param {...HTMLElement} children */
const card = (title, ...children) =>
  h(
    "section",
    { class: "card", "aria-label": title },
    h("div", { class: "card-head row" }, h("h2", {}, title)),
    h("div", { class: "card-body" }, children),
  );

/** @param {number} value @param {(value: number) => void} onChange */
function ratioControl(value, onChange) {
  const id = uniqueId("ratio");
  const shown = h("output", { class: "number", htmlFor: id });
  const input = h("input", { id, type: "range", min: "0.05", max: "1", step: "0.05", class: "reg-range" });
  input.addEventListener("change", () => onChange(Number(input.value)));
  input.addEventListener("input", () => fill(shown, formatNumber(Number(input.value), 2)));
  const set = (/** @type {number} */ next) => {
    input.value = String(next);
    fill(shown, formatNumber(next, 2));
  };
  set(value);
  const element = h("div", { class: "reg-field" }, h("label", { htmlFor: id }, "Share of L1, ρ"), shown, input);
  return { element, set };
}

/** @param {number} at @param {Context["store"]} store @param {Context["choose"]} choose */
function inputMenu(at, store, choose) {
  const id = uniqueId("input");
  const select = h("select", { id, class: "select reg-select" });
  select.addEventListener("change", () => {
    const columns = /** @type {[number, number]} */ ([...store.get().choice.columns]);
    columns[at] = Number(select.value);
    choose({ columns });
  });
  let listed = "";
  return {
    element: h("div", { class: "reg-field" }, h("label", { htmlFor: id }, at ? "Upright" : "Across"), select),
    /** @param {string[]} names @param {[number, number]} columns */
    show(names, columns) {
      const key = JSON.stringify([names, columns]);
      if (key === listed) return;
      listed = key;
      fill(
        select,
        names.map((name, j) => h("option", { value: String(j), disabled: columns[1 - at] === j }, name)),
      );
      select.value = String(columns[at]);
    },
  };
}
