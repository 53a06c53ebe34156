// @ts-check
/** Which density is integrated. */
import { entryControl } from "../../controls/entry.js";
import { under } from "../../controls/frame.js";
import { disposal, fill, h, scroller } from "../../dom.js";
import { mathml } from "../../mathml.js";
import { fieldErrors } from "../../race/errors.js";
import { entryOf } from "../../services.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function target(host, { store, live, services, act }) {
  const body = h("div", { class: "card-body source-body" }, h("div", { class: "skeleton skeleton-field" }));
  const formula = h("div", { class: "formula" });
  const card = h("section", { class: "card source", "aria-label": "Target" });
  card.append(h("div", { class: "card-head" }, h("h2", {}, "Density")), body);
  host.append(card);
  /** @type {ReturnType<typeof entryControl> | null} */
  let control = null;

  /** @param {import("../../services.js").Catalogue} catalogue */
  const ready = (catalogue) => {
    const onChange = (/** @type {any} */ value) =>
      value.kind === store.get().spec.target.kind ? act.editTarget(value) : act.replaceTarget(value);
    const value = store.get().spec.target;
    control = entryControl({ title: "Density", entries: catalogue.targets, value, onChange, hideTitle: true });
    const show = () => {
      const { target: now } = store.get().spec;
      control?.set(now);
      const entry = entryOf(catalogue, "targets", now.kind);
      fill(formula, entry?.mathml && scroller(mathml(entry.mathml)));
    };
    fill(body, control.element, formula);
    show();
    stops.push(store.subscribe((s) => s.spec.target, show));
  };
  services.catalogue().then(ready, () => fill(body, h("p", { class: "help" }, "The densities did not load; reload.")));
  const stops = [
    live.subscribe(
      (l) => l.failure,
      (failure) => control?.report(under(fieldErrors(failure), "target")),
    ),
  ];
  return () => disposal(stops)();
}
