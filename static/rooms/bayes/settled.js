// @ts-check
/** Where a biased sampler was said to settle, and where it did: predicted and measured bias beside each other. */
import { h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { digitsFor } from "./answers.js";
import { QUANTITIES, read, titleOf } from "./quantities.js";

/** @typedef {import("./quantities.js").Quantity} Quantity @typedef {{words: string, bias: string}} Told */

/**
 * What a source says of a quantity, and how far that is from the exact answer.
 *
 * @param {any} source @param {any} reference @param {Quantity} quantity @param {number[]} view @returns {Told}
 */
export function told(source, reference, quantity, view) {
  const value = read(source, quantity, view);
  const exact = read(reference, quantity, view);
  if (value === null) return { words: "–", bias: "" };
  const error = read(source.standard_error, quantity, view);
  const words = formatNumber(value, error ? digitsFor(value, error) : 4);
  if (exact === null) return { words, bias: error ? `± ${formatNumber(error, 1)}` : "" };
  const off = value - exact;
  const sign = off < 0 ? "−" : "+";
  const bias = Math.abs(off) < 1e-9 ? "no bias" : `${sign}${formatNumber(Math.abs(off), 2)}`;
  return { words, bias: error ? `${bias} ± ${formatNumber(error, 1)}` : bias };
}

/**
 * @param {{started: any, estimate: any, method: number, view: number[]}} shown
 * @returns {HTMLElement[]}
 */
export function settledTable({ started, estimate, method, view }) {
  const { predicted } = started.methods[method];
  const shown = QUANTITIES.filter((q) => q !== "log_evidence" && (started.dim > 1 || !q.endsWith("_1")));
  const rows = /** @type {[string, any][]} */ ([
    ["Exact", started.reference],
    ["Predicted", predicted],
    ["Measured", estimate],
  ]);
  const table = h(
    "table",
    { class: "truth settled" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Where it settles"),
        ...shown.map((q) => h("th", { scope: "col" }, titleOf(q, started.labels))),
      ),
    ),
    h(
      "tbody",
      {},
      ...rows.map(([name, source]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          ...shown.map((q) => cell(told(source, source === started.reference ? null : started.reference, q, view))),
        ),
      ),
    ),
  );
  return [table, h("p", { class: "help" }, `Prediction: ${predicted?.how ?? "none exists"}.`)];
}

/** @param {Told} told */
const cell = ({ words, bias }) => h("td", { class: "number" }, words, h("span", { class: "muted" }, ` ${bias}`));
