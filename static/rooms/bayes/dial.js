// @ts-check
/** The dial from optimiser to sampler, while such a sampler is selected, and the bias that comes with its place. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { defaultsOf } from "../../schema.js";
import { entryOf } from "../../services.js";
import { dialAt, nameOf, placeOf, STOPS } from "./dialPlace.js";
import { settledTable } from "./settled.js";

/** @typedef {import("./context.js").Context} Context */

const KIND = "langevin_dial";

/** @param {HTMLElement} host @param {Context} context */
export function dial(host, context) {
  const { store, live, act, services } = context;
  const range = h("input", {
    class: "range",
    type: "range",
    min: 0,
    max: STOPS.length - 1,
    step: 0.05,
    "aria-label": "From descent to sampling",
  });
  const stops = STOPS.map((name, place) => h("button", { type: "button", onclick: () => move(place) }, name));
  const words = h("output", { class: "dial-name" });
  const control = h("div", { class: "dial-control" }, words, range, h("div", { class: "dial-stops" }, ...stops));
  const bias = h("div", { class: "dial-bias", tabindex: 0, role: "group", "aria-label": "Predicted and measured" });
  const card = h("section", { class: "card dial", "aria-label": "Optimiser-to-sampler dial" }, control, bias);
  card.hidden = true;
  host.append(card);
  /** The settings that the catalogue gives where the spec is silent. @type {any} */
  let usual = null;

  const chosen = () => {
    const { spec, page } = store.get();
    const method = spec.methods[page.selected];
    return usual && method?.kind === KIND ? { ...usual, ...method } : null;
  };
  /** @param {number} place */
  const move = (place) => {
    const now = chosen();
    if (now) act.setMethod(store.get().page.selected, dialAt(place, now));
  };
  range.addEventListener("input", () => move(Number(range.value)));

  const draw = () => {
    const { started, estimates } = live.get();
    const { page } = store.get();
    const now = chosen();
    const known = started?.methods[page.selected];
    card.hidden = !now && !known?.predicted;
    control.hidden = !now;
    if (now) showPlace(now);
    bias.hidden = !known?.predicted;
    if (bias.hidden) return;
    const estimate = estimates[page.selected]?.at(-1) ?? null;
    fill(bias, ...settledTable({ started, estimate, method: page.selected, view: started.view }));
  };
  /** @param {import("./dialPlace.js").Dial} now */
  const showPlace = (now) => {
    range.value = String(placeOf(now));
    range.setAttribute("aria-valuetext", nameOf(now));
    const settings = `τ = ${formatNumber(now.temperature, 2)}, σ = ${formatNumber(now.gradient_noise, 3)}, ε = ${formatNumber(now.step_size, 3)}`;
    fill(words, h("b", {}, nameOf(now)), h("span", { class: "muted" }, ` ${settings}`));
  };
  services.catalogue().then(
    (catalogue) => {
      usual = defaultsOf(entryOf(catalogue, "samplers", KIND)?.schema ?? {});
      draw();
    },
    () => {}, // the list of methods tells that the catalogue did not load
  );
  return disposal([
    store.subscribe((s) => s.spec.methods, draw),
    store.subscribe((s) => s.page.selected, draw),
    live.subscribe((l) => l.started, draw),
    live.subscribe((l) => l.status, draw),
    context.onGrowth(draw),
  ]);
}
