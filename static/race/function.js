// @ts-check
/** An analytic surface from the catalogue. */

import { under } from "../controls/frame.js";
import { disposal, fill, h, uniqueId } from "../dom.js";
import { createForm } from "../form.js";
import { entryOf } from "../services.js";
import { derivatives } from "./derivatives.js";
import { fieldErrors } from "./errors.js";
import { groundsOf, retuned } from "./rates.js";

/** @typedef {import("./context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context @param {import("../services.js").Catalogue} catalogue */
export function functionSource(host, context, catalogue) {
  const { store, live, act } = context;
  const surfaces = catalogue.surfaces
    .filter((entry) => entry.kind !== "formula")
    .sort((a, b) => a.title.localeCompare(b.title));
  /** @param {string} chosen */
  const choose = (chosen) => {
    const after = entryOf(catalogue, "surfaces", chosen) ?? null;
    const racers = retuned(store.get().spec.optimisers, groundsOf(context, catalogue), after, catalogue);
    act.replaceObjective({ kind: chosen }, racers);
  };
  const select = h(
    "select",
    { class: "select", id: uniqueId("surface"), onchange: () => choose(select.value) },
    surfaces.map(({ kind, title }) => h("option", { value: kind }, title)),
  );
  const summary = h("p", { class: "help" });
  const fields = h("div", {});
  const maths = derivatives(context);
  host.append(
    h(
      "div",
      { class: "card-body" },
      h("label", { class: "hidden-visually", for: select.id }, "Function"),
      select,
      summary,
      maths.value,
      fields,
    ),
    maths.fold,
  );
  /** @type {ReturnType<typeof createForm> | null} */
  let form = null;
  let kind = "";
  const draw = () => {
    const { objective } = store.get().spec;
    const entry = entryOf(catalogue, "surfaces", objective.kind);
    if (!entry) return fill(summary, `“${objective.kind}” is not a function this server knows; choose another.`);
    if (kind !== objective.kind) {
      kind = select.value = objective.kind;
      fill(summary, entry.summary);
      form = createForm({
        schema: entry.schema,
        value: objective,
        onChange: (value) => act.editObjective({ ...value, kind: objective.kind }),
      });
      fill(fields, form.element);
      fields.hidden = !form.element.childElementCount;
    }
    form?.set(objective);
  };
  const complain = () =>
    form?.report(
      under(fieldErrors(live.get().description.failure), "objective").map((e) =>
        e.path[0] === kind ? { ...e, path: e.path.slice(1) } : e,
      ),
    );
  draw();
  return disposal([
    store.subscribe((s) => s.spec.objective, draw),
    live.subscribe((l) => l.description, complain),
    maths.dispose,
  ]);
}
