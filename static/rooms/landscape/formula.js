// @ts-check
/** A surface typed by hand: checked by the server as it is typed, with the place of an error marked under the text. */
import { debounce, disposal, fill, h, icon, uniqueId } from "../../dom.js";
import { postJson } from "../../stream.js";
import { derivatives } from "./derivatives.js";
import { latest } from "./failure.js";

/** @typedef {import("./context.js").Context} Context */

const QUIET = 250;

const EXAMPLES = [
  ["Egg box", "(x^2 + y^2)/8 + sin(2*x)*cos(2*y)"],
  ["Ravine", "(1 - x)^2 + 100*(y - x^2)^2"],
  ["Narrow bowl", "x^2 + 25*y^2"],
  ["Ripples", "sqrt(x^2 + y^2) + cos(3*sqrt(x^2 + y^2))"],
  ["Two wells", "(x^2 - 1)^2 + y^2 + 0.3*x"],
];

/** @param {HTMLElement} host @param {Context} context */
export function formulaSource(host, context) {
  const { store, live, act } = context;
  const error = h("div", { class: "formula-error", id: uniqueId("error"), role: "status", hidden: true });
  const box = h("textarea", {
    class: "input input-code formula-box",
    id: uniqueId("formula"),
    rows: 3,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    maxlength: 500,
    "aria-describedby": error.id,
  });
  const examples = h(
    "div",
    { class: "chips" },
    EXAMPLES.map(([title, expression]) =>
      h("button", { class: "chip", type: "button", onclick: () => type(expression) }, title),
    ),
  );
  const maths = derivatives(context, { open: true });
  host.append(
    h(
      "div",
      { class: "card-body" },
      h("div", { class: "field" }, h("label", { class: "field-label", for: box.id }, "f(x, y) ="), box, error),
      h("p", { class: "help" }, "x, y, numbers, + − * / ^, and sin, cos, tan, exp, log, sqrt, abs, tanh …"),
      examples,
      maths.value,
    ),
    maths.fold,
  );
  const check = latest(
    async (/** @type {{expression: string, anew: boolean}} */ { expression, anew }, signal) => {
      const objective = { ...store.get().spec.objective, kind: "formula", expression };
      await postJson("api/objectives", { objective }, { signal });
      show(null);
      if (anew) act.replaceObjective(objective);
      else act.editObjective(objective);
    },
    (failure) => show(failure),
  );
  const later = debounce(check.start, QUIET);
  /** @param {string} expression */
  const type = (expression) => {
    box.value = expression;
    check.start({ expression, anew: true });
  };
  /** @param {import("./failure.js").Failure | null} failure */
  const show = (failure) => {
    error.hidden = !failure;
    maths.mark(Boolean(failure));
    box.setAttribute("aria-invalid", String(Boolean(failure)));
    const first = failure?.errors.find((e) => e.position !== undefined) ?? failure?.errors[0];
    fill(
      error,
      ...(failure
        ? [
            place(box.value, first?.position),
            h("p", { class: "error" }, icon("warn"), h("span", {}, first?.detail ?? failure.detail)),
          ]
        : []),
    );
  };
  box.addEventListener("input", () =>
    box.value.trim()
      ? later({ expression: box.value, anew: false })
      : show({ kind: "refused", title: "", detail: "Type a formula in x and y, such as x^2 + y^2.", errors: [] }),
  );
  const draw = () => {
    const { expression } = store.get().spec.objective;
    if (expression !== undefined && document.activeElement !== box) box.value = expression;
  };
  draw();
  if (live.get().description.failure) show(live.get().description.failure);
  return disposal([
    store.subscribe((s) => s.spec.objective, draw),
    maths.dispose,
    later.cancel,
    check.stop,
    live.subscribe(
      (l) => l.description,
      (now) => now.failure && box.value === store.get().spec.objective.expression && show(now.failure),
    ),
  ]);
}

const AROUND = 16;

/** The text around an error with a caret under the character. @param {string} text @param {number | undefined} position */
function place(text, position) {
  if (position === undefined) return null;
  const from = Math.max(0, position - AROUND);
  const to = Math.min(text.length, position + AROUND);
  const before = (from > 0 ? "…" : "") + text.slice(from, position);
  const line = `${before}${text.slice(position, to)}${to < text.length ? "…" : ""}`.replaceAll("\n", " ");
  return h(
    "pre",
    { class: "caret", "aria-label": `at character ${position + 1}` },
    `${line}\n${" ".repeat(before.length)}^`,
  );
}
