// @ts-check
/** A surface typed by hand: checked by the server as it is typed, and drawn once it makes sense. */
import { debounce, disposal, h } from "../dom.js";
import { latest } from "../failure.js";
import { postJson } from "../stream.js";
import { derivatives } from "./derivatives.js";
import { formulaBox } from "./formulaBox.js";
import { groundsOf, retuned } from "./rates.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../failure.js").Failure} Failure */

const QUIET = 250;
/** @type {Failure} */
const EMPTY = { kind: "refused", title: "", detail: "Type a formula in x and y, such as x^2 + y^2.", errors: [] };
const HINT = "x, y, numbers, + − * / ^, and sin, cos, tan, exp, log, sqrt, abs, tanh …";

const EXAMPLES = [
  ["Egg box", "(x^2 + y^2)/8 + sin(2*x)*cos(2*y)"],
  ["Ravine", "(1 - x)^2 + 100*(y - x^2)^2"],
  ["Narrow bowl", "x^2 + 25*y^2"],
  ["Ripples", "sqrt(x^2 + y^2) + cos(3*sqrt(x^2 + y^2))"],
  ["Two wells", "(x^2 - 1)^2 + y^2 + 0.3*x"],
];

/** @param {HTMLElement} host @param {Context} context @param {import("../services.js").Catalogue} catalogue */
export function formulaSource(host, context, catalogue) {
  const { store, live } = context;
  const maths = derivatives(context, { open: true });
  const box = formulaBox((text) => (text.trim() ? later(text) : show(EMPTY)));
  /** @param {Failure | null} failure */
  const show = (failure) => {
    box.show(failure);
    maths.mark(Boolean(failure));
  };
  const check = checking(context, catalogue, show);
  const later = debounce((/** @type {string} */ expression) => check.start({ expression, anew: false }), QUIET);
  /** @param {string} expression */
  const choose = (expression) => {
    box.write(expression);
    check.start({ expression, anew: true });
  };
  const examples = EXAMPLES.map(([title, expression]) =>
    h("button", { class: "chip", type: "button", onclick: () => choose(expression) }, title),
  );
  const chips = h("div", { class: "chips" }, examples);
  host.append(
    h("div", { class: "card-body" }, box.element, h("p", { class: "help" }, HINT), chips, maths.value),
    maths.fold,
  );
  const draw = () => {
    if (!box.isBusy()) box.write(store.get().spec.objective.expression ?? "");
  };
  const complain = () => {
    const { failure } = live.get().description;
    if (failure && box.text() === store.get().spec.objective.expression) show(failure);
  };
  draw();
  complain();
  return disposal([
    store.subscribe((s) => s.spec.objective, draw),
    live.subscribe((l) => l.description, complain),
    maths.dispose,
    later.cancel,
    check.stop,
  ]);
}

/**
 * The server reads the formula before the room takes it over: what it refuses never replaces what is drawn.
 *
 * @param {Context} context
 * @param {import("../services.js").Catalogue} catalogue
 * @param {(failure: Failure | null) => void} show
 */
function checking(context, catalogue, show) {
  const { store, act } = context;
  return latest(async (/** @type {{expression: string, anew: boolean}} */ { expression, anew }, signal) => {
    const objective = { ...store.get().spec.objective, kind: "formula", expression };
    const ground = await postJson("api/objectives", { objective }, { signal });
    show(null);
    const racers = retuned(store.get().spec.optimisers, groundsOf(context, catalogue), ground, catalogue);
    if (anew) act.replaceObjective(objective, racers);
    else act.editObjective(objective, racers);
  }, show);
}
