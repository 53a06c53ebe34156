// @ts-check
/** How long the race is, what it draws from, and where it starts. */
import { button } from "../controls/button.js";
import { fold } from "../controls/fold.js";
import { disposal, fill, h } from "../dom.js";
import { createForm } from "../form.js";
import { formatWhole } from "../format.js";
import { fieldErrors } from "./errors.js";
import { recordIn, scopeOf } from "./scope.js";
import { isNetwork } from "./state.js";

/** @typedef {import("./context.js").Context} Context */

/** The fields of RunSpec that stand outside of the catalogue. @type {import("../schema.js").Schema} */
const RUN = {
  type: "object",
  properties: {
    steps: {
      type: "integer",
      title: "Steps",
      minimum: 1,
      maximum: 100_000,
      slider: [10, 5000],
      scale: "log",
      default: 300,
    },
    batch_size: {
      title: "Mini-batches",
      description: "Examples a step; off: all of them.",
      anyOf: [{ type: "integer", minimum: 1, slider: [1, 256], scale: "log", default: 16 }, { type: "null" }],
      default: null,
    },
    scope: {
      enum: ["objective", "batch"],
      title: "Curves tell of",
      description:
        "Objective: all examples at every step. Batch: those that the step itself saw; quicker, but a noisy estimate.",
      default: "objective",
    },
    noise: {
      title: "Noise in training",
      description: "Disturbs what a step learns from, anew each step; what is shown is not disturbed.",
      anyOf: [
        {
          type: "object",
          properties: {
            dropout: {
              type: "number",
              title: "Dropout",
              symbol: "p",
              description: "Share of hidden units left out a step, for each example anew.",
              minimum: 0,
              maximum: 0.95,
              default: 0.2,
            },
            inputs: {
              type: "number",
              title: "Noise on inputs",
              symbol: "σ",
              description: "Standard deviation.",
              minimum: 0,
              maximum: 100,
              slider: [0, 1],
              default: 0,
            },
          },
        },
        { type: "null" },
      ],
      default: null,
    },
    early_stopping: {
      title: "Early stopping",
      description: "Says where patience with the held-out loss would have ended; the run goes on.",
      anyOf: [
        {
          type: "object",
          properties: {
            every: {
              type: "integer",
              title: "Measure every",
              unit: "steps",
              minimum: 1,
              slider: [1, 100],
              scale: "log",
              default: 10,
            },
            patience: {
              type: "integer",
              title: "Patience",
              description: "Measurements in a row that are no better than the best.",
              minimum: 1,
              maximum: 10_000,
              slider: [1, 100],
              scale: "log",
              default: 10,
            },
          },
        },
        { type: "null" },
      ],
      default: null,
    },
    precision: {
      enum: ["float64", "float32"],
      title: "Precision",
      description: "Of the run's own arithmetic. float32 is faster on large networks; first-order methods only.",
      default: "float64",
    },
    seed: {
      type: "integer",
      title: "Seed",
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      description: "Starting weights, mini-batches and random planes are drawn with it; equal seeds give equal runs.",
    },
  },
};

const SURFACE = ["steps", "seed"];
const NETWORK = ["steps", "batch_size", "scope", "noise", "early_stopping", "precision", "seed"];

/** @param {HTMLElement} host @param {Context} context @param {{start?: boolean}} [options] `start`: it can be a point of the plane that is shown */
export function runSettings(host, context, { start: placed = true } = {}) {
  const { store, live, act } = context;
  const body = h("div", { class: "fields" });
  const section = fold("Run", [body]);
  host.append(section.element);
  const start = startForm(context);
  /** @type {import("../form.js").Form} */
  let form;
  const build = () => {
    const { spec } = store.get();
    const only = isNetwork(spec) ? NETWORK : SURFACE;
    const onChange = (/** @type {any} */ { scope, ...changed }) => {
      const plain = only.filter((name) => name in changed).map((name) => [name, changed[name]]);
      act.spec({ ...Object.fromEntries(plain), record: recordIn(scope, store.get().spec) });
    };
    form = createForm({ schema: RUN, only, value: shown(spec), onChange });
    fill(body, form.element, placed && start.element);
  };
  const draw = () => {
    form.set(shown(store.get().spec));
    start.set();
    section.note(noteOf(store.get().spec));
  };
  build();
  draw();
  return disposal([
    store.subscribe((s) => isNetwork(s.spec), build),
    store.subscribe((s) => s.spec, draw),
    live.subscribe((l) => l.description.value, start.set),
    live.subscribe(
      (l) => l.run.failure,
      (failure) => form.report(fieldErrors(failure)),
    ),
  ]);
}

/** A run as its form shows it. @param {import("./state.js").Spec} spec */
const shown = (spec) => ({ ...spec, scope: scopeOf(spec) });

/** @param {import("./state.js").Spec} spec */
function noteOf(spec) {
  const steps = `${formatWhole(spec.steps)} steps`;
  if (!isNetwork(spec)) return steps;
  return `${steps}, ${spec.batch_size ? `batches of ${formatWhole(spec.batch_size)}` : "all examples"}`;
}

/** Where the race starts: its coordinates, and the way back to the objective's own start. @param {Context} context */
function startForm({ store, live, act }) {
  const boxes = ["x", "y"].map((axis) =>
    h("input", { class: "input input-number", inputmode: "decimal", "aria-label": `Start, ${axis}` }),
  );
  const own = button({ words: "Own start" }, () => act.spec({ start: null }));
  const take = () => {
    const [x, y] = boxes.map((box) => (box.value.trim() ? Number(box.value) : Number.NaN));
    if (Number.isFinite(x) && Number.isFinite(y)) act.startAt(x, y);
  };
  for (const box of boxes) box.addEventListener("change", take);
  return {
    element: h(
      "fieldset",
      { class: "field" },
      h("legend", { class: "field-label" }, "Start"),
      h("div", { class: "row" }, boxes, own),
    ),
    set() {
      const { start } = store.get().spec;
      const point = start ? start.point : live.get().description.value?.start;
      for (const [i, box] of boxes.entries()) box.value = point ? String(Number(point[i].toPrecision(4))) : "";
      own.disabled = !start;
    },
  };
}
