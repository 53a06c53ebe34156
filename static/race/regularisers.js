// @ts-check
/** Penalties on the weights: any number of them, each once. */

import { button } from "../controls/button.js";
import { under } from "../controls/frame.js";
import { menuButton } from "../controls/menu.js";
import { fill, h, icon } from "../dom.js";
import { createForm } from "../form.js";

/** @param {any} objective @param {(change: any) => void} edit @param {import("../services.js").Catalogue} catalogue */
export function regularisers(objective, edit, catalogue) {
  /** @type {any[]} */
  let values = objective.regularisers ?? [];
  /** @type {ReturnType<typeof createForm>[]} */
  let forms = [];
  const rows = h("div", { class: "stack" });
  const add = menuButton(
    [icon("add"), "Add a penalty"],
    () =>
      catalogue.regularisers.map(({ kind, title, summary }) => ({
        title,
        note: summary,
        run: () => edit({ regularisers: [...values, { kind }] }),
      })),
    { class: "button button-small" },
  );
  const draw = () => {
    forms = values.map((value, i) => {
      const entry = catalogue.regularisers.find((e) => e.kind === value.kind);
      return createForm({
        schema: entry?.schema ?? {},
        value,
        context: entry?.title,
        onChange: (next) => edit({ regularisers: values.with(i, { ...next, kind: value.kind }) }),
      });
    });
    fill(
      rows,
      ...values.map((value, i) => {
        const title = catalogue.regularisers.find((e) => e.kind === value.kind)?.title ?? value.kind;
        const remove = button({ icon: "close", label: `Remove ${title}`, look: "quiet" }, () =>
          edit({ regularisers: values.toSpliced(i, 1) }),
        );
        return h(
          "div",
          { class: "nested" },
          h("div", { class: "row row-apart" }, h("b", { class: "field-label" }, title), remove),
          forms[i].element,
        );
      }),
    );
  };
  draw();
  return {
    element: h("div", { class: "stack" }, rows, add),
    /** @param {any} next */
    set(next) {
      const now = next.regularisers ?? [];
      const same =
        now.length === values.length &&
        now.every((/** @type {any} */ r, /** @type {number} */ i) => r.kind === values[i].kind);
      values = now;
      if (same) forms.forEach((form, i) => form.set(values[i]));
      else draw();
    },
    /** @param {import("../controls/frame.js").FieldError[]} errors */
    report: (errors) => forms.forEach((form, i) => form.report(under(errors, String(i)))),
  };
}
