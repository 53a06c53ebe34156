// @ts-check
/** A network on data, section by section; each section's summary says what is chosen. */

import { entryControl, tagged, titleIn } from "../controls/entry.js";
import { fold } from "../controls/fold.js";
import { under } from "../controls/frame.js";
import { disposal, fill, h } from "../dom.js";
import { createForm } from "../form.js";
import { formatWhole } from "../format.js";
import { dataSection } from "./data.js";
import { fieldErrors } from "./errors.js";
import { layerEditor } from "./layerEditor.js";
import { regularisers } from "./regularisers.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../services.js").Catalogue} Catalogue */
/** @typedef {{element: HTMLElement, set(objective: any): void, note(objective: any): string, report(errors: import("../controls/frame.js").FieldError[]): void}} Section */

/** @param {HTMLElement} host @param {Context} context @param {Catalogue} catalogue @param {{open?: string[]}} [options] sections that are open at first */
export function networkSource(host, context, catalogue, { open = ["Data", "Layers"] } = {}) {
  const { store, live, act } = context;
  const objective = () => store.get().spec.objective;
  /** @param {Record<string, any>} change */
  const edit = (change) => act.editObjective({ ...objective(), ...change });
  const facts = h("p", { class: "help network-facts" });
  /** @type {Record<string, Section>} */
  const sections = {
    Data: dataSection(objective(), edit, catalogue),
    Layers: layerEditor(objective(), edit, catalogue),
    Wiring: wiringSection(objective(), edit, catalogue),
    Loss: lossSection(objective(), edit, catalogue),
    Start: startSection(objective(), edit, catalogue),
  };
  const folds = Object.entries(sections).map(([title, section]) => ({
    section,
    ...fold(title, [section.element], { open: open.includes(title) }),
  }));
  host.append(h("div", { class: "card-body" }, facts), ...folds.map((f) => f.element));
  const draw = () => {
    Object.values(sections).forEach((section) => section.set(objective()));
    for (const { note, section } of folds) note(section.note(objective()));
  };
  const tell = () => {
    const known = live.get().description.value;
    fill(
      facts,
      known?.layers?.length
        ? `${formatWhole(known.dim)} parameters, ${formatWhole(known.examples)} training examples${known.data?.test_examples ? `, ${formatWhole(known.data.test_examples)} held out` : ""}`
        : "…",
    );
    const failure = live.get().description.failure ?? live.get().run.failure;
    const errors = under(fieldErrors(failure), "objective");
    const own = under(errors, "network").length ? under(errors, "network") : errors;
    Object.values(sections).forEach((section) => section.report(own));
  };
  draw();
  tell();
  return disposal([
    store.subscribe((s) => s.spec.objective, draw),
    live.subscribe((l) => l.description, tell),
    live.subscribe((l) => l.run.failure, tell),
  ]);
}

/** What a network has beside the parts that sections of their own show: whatever its schema holds. */
const SHOWN_ELSEWHERE = ["layers", "data", "loss", "regularisers", "initialiser"];

/** @param {any} objective @param {(change: any) => void} edit @param {Catalogue} catalogue @returns {Section} */
function wiringSection(objective, edit, catalogue) {
  const schema = catalogue.objectives[0].schema;
  const form = createForm({ schema, value: objective, except: SHOWN_ELSEWHERE, onChange: edit });
  return {
    element: form.element,
    set: form.set,
    note: (next) =>
      [next.residual && "skip", next.direct && "direct", next.biases === false && "no biases"]
        .filter(Boolean)
        .join(", ") || "plain",
    report: form.report,
  };
}

/** @type {import("../services.js").Entry} */
const FOLLOWS = {
  kind: "",
  title: "Follows the task",
  summary: "Cross-entropy for classes, squared error for numbers.",
  reference: "",
  formula: "",
  schema: {},
};

/** @param {any} objective @param {(change: any) => void} edit @param {Catalogue} catalogue @returns {Section} */
function lossSection(objective, edit, catalogue) {
  const entries = [FOLLOWS, ...catalogue.losses];
  const shown = (/** @type {any} */ next) => tagged(next.loss, FOLLOWS.kind);
  const loss = entryControl({
    title: "Loss",
    hideTitle: true,
    entries,
    value: shown(objective),
    onChange: (value) => edit({ loss: value.kind === FOLLOWS.kind ? null : value }),
  });
  const penalties = regularisers(objective, edit, catalogue);
  return {
    element: h("div", { class: "stack" }, loss.element, penalties.element),
    set(next) {
      loss.set(shown(next));
      penalties.set(next);
    },
    note: (next) =>
      [
        titleIn(entries, shown(next).kind),
        ...(next.regularisers ?? []).map((/** @type {any} */ r) => `+ ${titleIn(catalogue.regularisers, r.kind)}`),
      ].join(" "),
    report(errors) {
      loss.report(under(errors, "loss"));
      penalties.report(under(errors, "regularisers"));
    },
  };
}

/** @param {any} objective @param {(change: any) => void} edit @param {Catalogue} catalogue @returns {Section} */
function startSection(objective, edit, catalogue) {
  const initialiser = entryControl({
    title: "Initialiser",
    entries: catalogue.initialisers,
    value: tagged(objective.initialiser, "glorot_uniform"),
    onChange: (value) => edit({ initialiser: value }),
  });
  return {
    element: h("div", { class: "stack" }, initialiser.element, h("p", { class: "help" }, "Drawn with the run's seed.")),
    set: (next) => initialiser.set(tagged(next.initialiser, "glorot_uniform")),
    note: (next) => titleIn(catalogue.initialisers, tagged(next.initialiser, "glorot_uniform").kind),
    report: (errors) => initialiser.report(under(errors, "initialiser")),
  };
}
