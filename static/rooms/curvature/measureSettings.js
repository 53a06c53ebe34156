// @ts-check
/** How often and how much of the spectrum a run measures. */
import { fold } from "../../controls/fold.js";
import { under } from "../../controls/frame.js";
import { disposal, fill, h } from "../../dom.js";
import { createForm } from "../../form.js";
import { fieldErrors } from "../../race/errors.js";

/** The fields of `record.curvature` that a hand may turn. @type {import("../../schema.js").Schema} */
const FIELDS = {
  type: "object",
  properties: {
    every: {
      type: "integer",
      title: "Measure every",
      minimum: 1,
      maximum: 100_000,
      slider: [1, 200],
      scale: "log",
      default: 10,
      description: "Steps between two measurements; each costs some dozens of gradients.",
    },
    top: { type: "integer", title: "Largest eigenvalues", minimum: 0, maximum: 20, default: 1 },
    bottom: { type: "integer", title: "Smallest eigenvalues", minimum: 0, maximum: 20, default: 0 },
  },
};

/** @param {HTMLElement} host @param {import("../../race/context.js").Context} context */
export function measureSettings(host, { store, live, act }) {
  const body = h("div", { class: "fields" });
  const section = fold("Measurement", [body]);
  host.append(section.element);
  const chosen = () => store.get().spec.record?.curvature ?? {};
  /** @param {any} next */
  const onChange = (next) => {
    if (next.top + next.bottom > 0) act.spec({ record: { ...store.get().spec.record, curvature: next } });
  };
  const form = createForm({ schema: FIELDS, value: chosen(), onChange });
  fill(body, form.element);
  const draw = () => {
    form.set(chosen());
    section.note(`every ${chosen().every ?? 10} steps`);
  };
  draw();
  return disposal([
    store.subscribe((s) => s.spec.record, draw),
    live.subscribe(
      (l) => l.run.failure,
      (failure) => form.report(under(under(fieldErrors(failure), "record"), "curvature")),
    ),
  ]);
}
