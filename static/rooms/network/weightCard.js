// @ts-check
/** The derivative of one weight or bias: the product with its numbers, and the same number found in two other ways. */
import { disposal, fill, h, scroller, uniqueId } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { checksTables } from "./checks.js";
import { weightName } from "./detail.js";
import { batchMath, productMath, productOf } from "./product.js";
import { isFilled } from "./reveal.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./microscope.js").ScopeHandle} ScopeHandle */

/** @param {NetworkContext} context @param {ScopeHandle} handle */
export function weightCard(context, handle) {
  const { pick } = context;
  const { scope } = handle;
  const name = h("p", { class: "weight-name" });
  const choice = weightChoice(context);
  const math = h("div", { class: "weight-math" });
  const came = h("li", { class: "factor-input" });
  const legend = h(
    "ul",
    { class: "factor-legend" },
    came,
    h("li", { class: "factor-slope" }, "slope of the unit, at the cached z"),
    h("li", { class: "factor-upstream" }, "what comes back from above"),
  );
  const checks = h("div", { class: "weight-checks" });
  const element = h(
    "section",
    { class: "card scope-card", "aria-label": "Derivative of a weight" },
    h("h2", {}, "One weight, one product"),
    name,
    math,
    legend,
    checks,
    choice.element,
  );
  const draw = () => {
    const { reply, status, mode, at } = scope.get();
    const { weight } = pick.get();
    choice.set();
    const found = reply?.weight;
    const current = found && weight && found.row === weight.to && found.column === weight.from;
    if (!current || status === "playing" || !weight) {
      fill(math);
      fill(checks);
      return;
    }
    const bias = weight.from === null;
    fill(
      name,
      h("b", {}, weightName(context, weight)),
      h("span", { class: "muted number" }, ` ${bias ? "b" : "w"} = ${formatNumber(found.value)}`),
    );
    fill(came, bias ? "1: a bias is added as it is" : "value that came in, from the cache");
    const reached = handle.reached();
    const stage = handle.stages()[at];
    const last = context.inside.widths().length - 2;
    const column = Math.min(weight.layer, last) + 1;
    const place = { output: column === last + 1, bias };
    const direct = weight.layer > last;
    const known = {
      input: bias || isFilled(stage, direct ? 0 : weight.layer),
      slope: isFilled(stage, column),
      upstream: reached,
    };
    const products = found.examples.map((/** @type {any} */ one) => productOf(one, handle.examples()));
    fill(
      math,
      scroller(
        mode === "one"
          ? productMath(products[0], known, place)
          : batchMath(products, found.batch, handle.examples(), known, place),
      ),
    );
    fill(checks, ...(reached ? checksTables(found, handle.examples()) : [h("p", { class: "help" }, NOT_YET)]));
  };
  draw();
  return { element, dispose: disposal([scope.onChange(draw), pick.onChange(draw)]) };
}

const NOT_YET =
  "The last factor, and with it the derivative, is not known yet: the backward pass has to come here first. Press Next.";

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
