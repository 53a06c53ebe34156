// @ts-check
/** How many chains, how long, from where, and which coordinates are shown. */
import { button } from "../../controls/button.js";
import { fold } from "../../controls/fold.js";
import { disposal, fill, h } from "../../dom.js";
import { createForm } from "../../form.js";
import { formatVector, formatWhole } from "../../format.js";
import { fieldErrors } from "../../race/errors.js";
import { superchainChoice } from "./superchains.js";

/** The fields of PosteriorSpec that stand outside of the catalogue. @type {import("../../schema.js").Schema} */
const SAMPLING = {
  type: "object",
  properties: {
    chains: {
      type: "integer",
      title: "Chains",
      minimum: 1,
      maximum: 4096,
      slider: [1, 4096],
      scale: "log",
      default: 1000,
      description: "All run at once; the first thousand are drawn.",
    },
    draws: {
      type: "integer",
      title: "Draws",
      minimum: 1,
      maximum: 100_000,
      slider: [10, 2000],
      scale: "log",
      default: 150,
    },
    warm_up: {
      type: "integer",
      title: "Warm-up",
      minimum: 0,
      maximum: 100_000,
      slider: [0, 500],
      default: 50,
      description: "Steps that tune a sampler and are not counted.",
    },
    seed: { type: "integer", title: "Seed", minimum: 0, maximum: 2 ** 32 - 1, default: 0 },
  },
};

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function settings(host, context) {
  const { store, live, act } = context;
  /** @param {any} value */
  const onChange = ({ chains, draws, warm_up, seed }) => act.spec({ chains, draws, warm_up, seed });
  const form = createForm({ schema: SAMPLING, value: store.get().spec, onChange });
  const start = h("div", { class: "row row-apart" });
  const view = h("div", { class: "row row-apart" });
  const groups = superchainChoice(context);
  const section = fold("Sampling", [form.element, groups.element, start, view]);
  host.append(h("section", { class: "card settings", "aria-label": "Settings" }, section.element));

  const draw = () => {
    const { spec } = store.get();
    form.set(spec);
    groups.draw();
    section.note(`${formatWhole(spec.chains)} × ${formatWhole(spec.draws)}`);
    fill(
      start,
      h("span", { class: "field-label" }, "Start"),
      h("span", { class: "number" }, spec.start ? `all at (${formatVector(spec.start, 3)})` : "spread out"),
      spec.start && button({ words: "Spread out" }, () => act.startAt(null)),
    );
    drawView();
  };
  const drawView = () => {
    /** @type {string[]} */
    const names = live.get().started?.names ?? [];
    view.hidden = names.length < 3;
    fill(view, h("span", { class: "field-label" }, "Shown"), ...[0, 1].map((axis) => chooser(axis, names)));
  };
  /** @param {number} axis @param {string[]} names */
  const chooser = (axis, names) => {
    const select = h(
      "select",
      { class: "select", "aria-label": axis ? "Vertical coordinate" : "Horizontal coordinate" },
      names.map((name, i) => h("option", { value: i }, name)),
    );
    select.value = String(store.get().spec.view[axis]);
    select.addEventListener("change", () => act.spec({ view: store.get().spec.view.with(axis, Number(select.value)) }));
    return select;
  };
  draw();
  return disposal([
    store.subscribe((s) => s.spec, draw),
    live.subscribe((l) => l.started, drawView),
    live.subscribe(
      (l) => l.failure,
      (failure) => form.report(fieldErrors(failure)),
    ),
  ]);
}
