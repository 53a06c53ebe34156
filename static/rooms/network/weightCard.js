// @ts-check
/** One weight's derivative: the product with its numbers, and the same number found in two other ways. */
import { disposal, fill, h, scroller, uniqueId } from "../../dom.js";
import { formatExact, formatNumber, formatWhole } from "../../format.js";
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
  const legend = h(
    "ul",
    { class: "factor-legend" },
    h("li", { class: "factor-input" }, "value that came in, from the cache"),
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
    fill(
      name,
      h("b", {}, weightName(context, weight)),
      h("span", { class: "muted number" }, ` w = ${formatNumber(found.value)}`),
    );
    const reached = handle.reached();
    const stage = handle.stages()[at];
    const last = context.inside.widths().length - 2;
    const column = Math.min(weight.layer, last) + 1;
    const place = { output: column === last + 1 };
    const direct = weight.layer > last;
    const known = {
      input: isFilled(stage, direct ? 0 : weight.layer),
      slope: isFilled(stage, column),
      upstream: reached,
    };
    const products = found.examples.map((/** @type {any} */ one) => productOf(one, handle.examples()));
    fill(
      math,
      scroller(
        mode === "one"
          ? productMath(products[0], known, place)
          : batchMath(products, found.batch, handle.examples(), known),
      ),
    );
    fill(checks, reached ? scroller(checksTable(found, handle.examples())) : h("p", { class: "help" }, NOT_YET));
  };
  draw();
  return { element, dispose: disposal([scope.onChange(draw), pick.onChange(draw)]) };
}

const NOT_YET =
  "The last factor, and with it the derivative, is not known yet: the backward pass has to reach this line first. Press Next.";

/** @param {any} found @param {number} examples */
function checksTable(found, examples) {
  const row = (
    /** @type {string} */ name,
    /** @type {number | null} */ value,
    /** @type {number | null | undefined} */ difference,
  ) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", { class: "number" }, value === null ? "not finite" : formatExact(value)),
      h(
        "td",
        { class: "number" },
        difference === undefined ? "" : difference === null ? "–" : formatNumber(difference, 2),
      ),
    );
  const penalties = found.regularisers.map((/** @type {any} */ one) =>
    row(`plus penalty ${one.kind}`, one.gradient, undefined),
  );
  return h(
    "table",
    { class: "truth checks" },
    h(
      "caption",
      { class: "help" },
      `Averaged over all ${formatWhole(examples)} training examples, and checked without the chain rule:`,
    ),
    h(
      "thead",
      {},
      h("tr", {}, h("td", {}), h("th", { scope: "col" }, "∂L/∂w"), h("th", { scope: "col" }, "difference")),
    ),
    h(
      "tbody",
      {},
      row(
        penalties.length ? "Backpropagation, loss alone" : "Backpropagation",
        penalties.length ? found.batch : found.gradient,
        undefined,
      ),
      penalties,
      penalties.length > 0 && row("Backpropagation, whole", found.gradient, undefined),
      row("Finite difference", found.finite_difference.value, found.finite_difference.difference),
      row("Complex step", found.complex_step.value, found.complex_step.difference),
    ),
  );
}

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
  const from = menu("From", (value) => pick.set({ weight: { ...weight(), from: value } }));
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
        fill(from.select, ...numbered(block.fan_in));
        fill(to.select, ...numbered(block.fan_out));
      }
      shape = now;
      layer.select.value = String(at);
      from.select.value = String(column);
      to.select.value = String(row);
    },
  };
}

/** @param {number} count */
const numbered = (count) => Array.from({ length: count }, (_, i) => h("option", { value: i }, i + 1));
