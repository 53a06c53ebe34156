// @ts-check
/** The derivative of one weight or bias: the product with its numbers, and the same number found in two other ways. */
import { disposal, fill, h, scroller, uniqueId } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { checksTables } from "./checks.js";
import { weightName } from "./detail.js";
import { batchMath, productMath, productOf, sumOf } from "./product.js";
import { isFilled } from "./reveal.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./microscope.js").ScopeHandle} ScopeHandle */

/** The product, and apart from it what checks it. @param {NetworkContext} context @param {ScopeHandle} handle */
export function weightCard(context, handle) {
  const { pick } = context;
  const { scope } = handle;
  const name = h("p", { class: "weight-name" });
  const choice = weightChoice(context);
  const math = h("div", { class: "weight-math" });
  const came = h("li", { class: "factor-input" }, CAME_IN);
  const legend = h(
    "ul",
    { class: "factor-legend" },
    came,
    h("li", { class: "factor-slope" }, "slope of the unit’s activation, at the cached z"),
    h("li", { class: "factor-upstream" }, "what comes back from the loss, through the layers above"),
  );
  const found = h("div", { class: "weight-checks" });
  const wait = h("p", { class: "help" });
  const checks = h(
    "section",
    { class: "card scope-card", "aria-label": "Checks" },
    h("h2", {}, "The same number, found in other ways"),
    found,
  );
  const element = h(
    "section",
    { class: "card scope-card scope-weight", "aria-label": "Derivative of a weight" },
    h("h2", {}, "One weight, one product"),
    choice.element,
    name,
    math,
    legend,
    wait,
  );
  const draw = () => {
    const { reply, status, mode, at } = scope.get();
    const { weight } = pick.get();
    choice.set();
    const told = reply?.weight;
    const current = told && weight && told.row === weight.to && told.column === weight.from;
    if (!current || status === "playing" || !weight) {
      fill(math);
      fill(wait);
      fill(found);
      return;
    }
    const bias = weight.from === null;
    fill(
      name,
      h("b", {}, weightName(context, weight)),
      h("span", { class: "muted number" }, ` ${bias ? "b" : "w"} = ${formatNumber(told.value)}`),
    );
    fill(came, bias ? "1: a bias is added as it is" : CAME_IN);
    const reached = handle.reached();
    const stage = handle.stages()[at];
    const last = context.inside.widths().length - 2;
    const column = Math.min(weight.layer, last) + 1;
    const place = { output: column === last + 1, bias, skip: told.examples[0].skipped !== null };
    const direct = weight.layer > last;
    const known = {
      input: bias || isFilled(stage, direct ? 0 : weight.layer),
      slope: isFilled(stage, column),
      upstream: reached,
    };
    const products = told.examples.map((/** @type {any} */ one) => productOf(one, handle.examples()));
    if (mode === "one") fill(math, scroller(productMath(products[0], known, place)), sumOf(products[0], known));
    else fill(math, batchMath(products, told.batch, handle.examples(), known, place));
    fill(wait, !reached && NOT_YET);
    fill(found, ...(reached ? checksTables(told, handle.examples()) : [h("p", { class: "help" }, UNCHECKED)]));
  };
  draw();
  return {
    element,
    checks,
    dispose: disposal([
      scope.onChange(draw),
      pick.onChange(draw),
      context.chosen.on(() => element.scrollIntoView({ block: "start" })),
    ]),
  };
}

const CAME_IN = "value that came in, from the cache";
const NOT_YET =
  "A question mark is not known yet. The forward pass finds the first two factors, the backward pass the last, and with it the derivative. Press Next.";
const UNCHECKED = "Once the derivative is there, finite differences and the complex step check it here.";

/** In the menu of where a weight comes from. */
const BIAS = -1;

/** Choosing a weight without pointing at it. @param {NetworkContext} context */
function weightChoice({ inside, pick }) {
  /** @param {string} title @param {(value: number) => void} onChange */
  const menu = (title, onChange) => {
    const select = h("select", {
      class: "select",
      id: uniqueId("weight"),
      onchange: () => onChange(Number(select.value)),
    });
    return {
      select,
      field: h("div", { class: "field" }, h("label", { class: "field-label", for: select.id }, title), select),
    };
  };
  const weight = () => pick.get().weight ?? { layer: 0, to: 0, from: 0 };
  const layer = menu("Layer", (value) => pick.set({ weight: { layer: value, to: 0, from: 0 } }));
  const from = menu("From", (value) => pick.set({ weight: { ...weight(), from: value === BIAS ? null : value } }));
  const to = menu("To", (value) => pick.set({ weight: { ...weight(), to: value } }));
  let shape = "";
  return {
    element: h("div", { class: "weight-choice" }, layer.field, from.field, to.field),
    set() {
      const blocks = inside.blocks();
      const { layer: at, to: row, from: column } = weight();
      const block = blocks[at];
      if (!block) return;
      const now = JSON.stringify([at, blocks]);
      if (now !== shape) {
        fill(layer.select, ...blocks.map(({ name }, i) => h("option", { value: i }, name)));
        const bias = h("option", { value: BIAS }, "bias");
        fill(from.select, ...numbered(block.fan_in), ...(block.biases ? [bias] : []));
        fill(to.select, ...numbered(block.fan_out));
      }
      shape = now;
      layer.select.value = String(at);
      from.select.value = String(column ?? BIAS);
      to.select.value = String(row);
    },
  };
}

/** @param {number} count */
const numbered = (count) => Array.from({ length: count }, (_, i) => h("option", { value: i }, i + 1));
