// @ts-check
/** The formula of a surface with its gradient and Hessian, typeset by the server. */
import { fold } from "../controls/fold.js";
import { fill, h, scroller } from "../dom.js";
import { mathml } from "../mathml.js";

/** @typedef {{value: string | null, gradient: (string | null)[], hessian: (string | null)[][]}} Parts null: too long to be shown @typedef {{latex: Parts, mathml: Parts}} Formula */

/** @param {import("./context.js").Context} context @param {{open?: boolean}} [options] */
export function derivatives({ live }, { open = false } = {}) {
  const value = h("div", { class: "formula" });
  const rows = h("div", { class: "derivatives" });
  const { element } = fold("Derivatives", [rows], { open });
  const draw = () => {
    const formula = /** @type {Formula | null | undefined} */ (live.get().description.value?.formula);
    mark(live.get().description.status === "failed");
    fill(value, scroller(mathml(formula?.mathml.value, { label: formula?.latex.value ?? undefined })));
    fill(rows, ...(formula ? linesOf(formula) : []));
    element.hidden = !formula;
  };
  /** @param {boolean} stale */
  const mark = (stale) => [value, rows].forEach((part) => void part.classList.toggle("stale", stale));
  const stop = live.subscribe((l) => l.description, draw);
  draw();
  return { value, fold: element, mark, dispose: stop };
}

/** @type {[string, (parts: Parts) => string | null | undefined][]} */
const LINES = [
  ["∂f/∂x", (parts) => parts.gradient[0]],
  ["∂f/∂y", (parts) => parts.gradient[1]],
  ["∂²f/∂x²", (parts) => parts.hessian[0]?.[0]],
  ["∂²f/∂x∂y", (parts) => parts.hessian[0]?.[1]],
  ["∂²f/∂y²", (parts) => parts.hessian[1]?.[1]],
];

/** @param {Formula} formula */
function linesOf({ latex, mathml: typeset }) {
  return LINES.map(([name, of]) => line(name, of(typeset), of(latex)));
}

/** @param {string} name @param {string | null | undefined} typeset @param {string | null | undefined} latex */
function line(name, typeset, latex) {
  const math = mathml(typeset, { display: false });
  const body = math ?? h("span", { class: "help" }, "too long to be shown");
  return h(
    "div",
    { class: "derivative", role: "group", "aria-label": `${name} equals ${latex ?? "too long to be shown"}` },
    h("span", { class: "derivative-name" }, name),
    h("span", { class: "derivative-sign" }, "="),
    scroller(body),
  );
}
