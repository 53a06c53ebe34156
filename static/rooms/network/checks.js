// @ts-check
/** A derivative beside the same number found without the chain rule: of one example's loss, and of the mean over all. */
import { h, scroller } from "../../dom.js";
import { formatExact, formatNumber, formatWhole } from "../../format.js";

/**
 * @typedef {{value: number | null, difference: number | null}} Check
 * @typedef {{gradient: number, finite_difference: Check, complex_step: Check}} Checked
 */

/**
 * The example's own table first, where one is followed: it is about the number that the product above it ends with.
 *
 * @param {Checked & {column: number | null, batch: number, regularisers: {kind: string, gradient: number}[], own: Checked | null}} found
 * @param {number} examples
 */
export function checksTables(found, examples) {
  const { own, batch, regularisers } = found;
  const by = found.column === null ? "b" : "w";
  const all = `${formatWhole(examples)} training examples`;
  const parts = regularisers.map(({ kind, gradient }) => line(`plus penalty ${kind}`, gradient));
  const whole = parts.length
    ? [line("Backpropagation, loss alone", batch), ...parts, line("Backpropagation, whole", found.gradient)]
    : [line("Backpropagation", found.gradient)];
  return [
    own &&
      table("checks checks-own", "The loss ℓ of this example, checked without the chain rule:", `∂ℓ/∂${by}`, [
        line("Backpropagation", own.gradient),
        ...checked(own),
      ]),
    table(
      "checks checks-mean",
      own
        ? `L, the mean of ℓ over all ${all}, is what the optimiser steps down:`
        : `Averaged over all ${all}, and checked without the chain rule:`,
      `∂L/∂${by}`,
      [...whole, ...checked(found)],
    ),
  ].filter((part) => part !== null);
}

/** @param {Checked} found */
const checked = ({ finite_difference: difference, complex_step: step }) => [
  line("Finite difference", difference.value, difference.difference),
  line("Complex step", step.value, step.difference),
];

/** @param {string} name @param {number | null} value @param {number | null} [difference] */
function line(name, value, difference) {
  const told = difference === undefined ? "" : difference === null ? "–" : formatNumber(difference, 2);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    h("td", { class: "number" }, value === null ? "not finite" : formatExact(value)),
    h("td", { class: "number" }, told),
  );
}

/** @param {string} name @param {string} caption @param {string} quantity @param {Element[]} lines */
function table(name, caption, quantity, lines) {
  const head = h("tr", {}, h("td", {}), h("th", { scope: "col" }, quantity), h("th", { scope: "col" }, "difference"));
  return scroller(
    h(
      "table",
      { class: `truth ${name}` },
      h("caption", { class: "help" }, caption),
      h("thead", {}, head),
      h("tbody", {}, lines),
    ),
  );
}
