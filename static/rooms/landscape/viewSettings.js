// @ts-check
/** How the picture is taken: plane, heights, levels, colours, window, resolution. */
import { button } from "../../controls/button.js";
import { fold } from "../../controls/fold.js";
import { under } from "../../controls/frame.js";
import { disposal, fill, h, uniqueId } from "../../dom.js";
import { createForm } from "../../form.js";
import { formatNumber } from "../../format.js";
import { fieldErrors } from "../../race/errors.js";
import { pageSegments } from "../../race/pageSegments.js";
import { RESOLUTIONS } from "../../race/state.js";
import { heightNote } from "./heights.js";
import { planeChooser } from "./planes.js";

/** @typedef {import("../../race/context.js").Context} Context */

/** @type {import("../../schema.js").Schema} */
const PAIR = { prefixItems: [{ type: "number" }, { type: "number" }] };
/** @type {import("../../schema.js").Schema} */
const WINDOW = {
  type: "object",
  properties: { x: { ...PAIR, title: "Window in x" }, y: { ...PAIR, title: "Window in y" } },
};
const USUAL = 129;

/** @param {HTMLElement} host @param {Context} context */
export function viewSettings(host, context) {
  const { store, live } = context;
  const plane = planeChooser(context);
  const [height, bands, ramp, quantity, scale] = /** @type {const} */ ([
    "height",
    "bands",
    "ramp",
    "quantity",
    "scale",
  ]).map((field) => pageSegments(context, field));
  const window = windowForm(context);
  const resolution = resolutionChoice(context);
  const meaning = h("p", { class: "help" });
  const section = fold("View", [
    plane.element,
    labelled("Height", height.element),
    meaning,
    labelled("Levels", bands.element),
    labelled("Colours", ramp.element),
    h("div", { class: "narrow-only" }, labelled("Curves", quantity.element), scale.element),
    window.element,
    resolution.element,
  ]);
  host.append(section.element);
  const draw = () => {
    window.set();
    resolution.set();
    const shown = live.get().landscape.reply?.window;
    section.note(shown ? `${span(shown[0], shown[1])} × ${span(shown[2], shown[3])}` : "");
  };
  const explain = () => fill(meaning, heightNote(context));
  draw();
  explain();
  return disposal([
    store.subscribe((s) => s.spec.view, draw),
    store.subscribe((s) => s.page.height, explain),
    live.subscribe((l) => l.landscape.field, explain),
    live.subscribe((l) => l.description.value?.log_height, explain),
    live.subscribe((l) => l.landscape.reply, draw),
    live.subscribe(
      (l) => l.landscape.failure,
      (failure) => window.report(under(fieldErrors(failure), "window")),
    ),
    ...[plane, height, bands, ramp, quantity, scale].map((part) => part.dispose),
  ]);
}

/** @param {number} low @param {number} high */
const span = (low, high) => `[${formatNumber(low, 3)}, ${formatNumber(high, 3)}]`;

/** The control carries its name itself; these words are for the eye. @param {string} title @param {HTMLElement} element */
const labelled = (title, element) =>
  h("div", { class: "field" }, h("span", { class: "field-label", "aria-hidden": "true" }, title), element);

/** @param {Context} context */
function resolutionChoice({ store, act }) {
  const select = h("select", { class: "select", id: uniqueId("resolution") });
  select.addEventListener("change", () => {
    const size = Number(select.value);
    act.view({ resolution: size === USUAL ? null : [size, size] });
  });
  const set = () => {
    const shown = store.get().spec.view?.resolution?.[0] ?? USUAL;
    const sizes = [...new Set([...RESOLUTIONS, shown])].sort((a, b) => a - b);
    select.replaceChildren(
      ...sizes.map((size) => h("option", { value: size, selected: size === shown }, `${size} × ${size}`)),
    );
  };
  return {
    element: h("div", { class: "field" }, h("label", { class: "field-label", for: select.id }, "Resolution"), select),
    set,
  };
}

/** @param {Context} context */
function windowForm({ store, live, act }) {
  /** @param {Record<string, any>} value */
  const onChange = ({ x, y }) => x.length === 2 && y.length === 2 && act.view({ window: [...x, ...y] });
  const form = createForm({ schema: WINDOW, value: { x: [], y: [] }, onChange });
  const own = button({ words: "Own window" }, () => act.view({ window: null }));
  return {
    element: h("div", { class: "stack" }, form.element, own),
    set() {
      const chosen = store.get().spec.view?.window;
      const window = chosen ?? live.get().landscape.reply?.window;
      if (window) form.set({ x: rounded(window.slice(0, 2)), y: rounded(window.slice(2)) });
      own.disabled = !chosen;
    },
    /** @param {import("../../controls/frame.js").FieldError[]} errors */
    report: (errors) => form.report(errors.map((e) => ({ path: ["x"], detail: e.detail }))),
  };
}

/** @param {ArrayLike<number>} values */
const rounded = (values) => Array.from(values, (value) => Number(value.toPrecision(4)));
