// @ts-check
/** What the quadratic promised of each step, and what came of it. */
import { h } from "../../dom.js";
import { formatExact, formatPercent } from "../../format.js";

/** @typedef {import("./sketches.js").Shown} Shown */

const LEAST = 1e-3;

/** @param {Shown[]} steps */
export function stepsTable(steps) {
  const reasons = new Set(steps.map(({ reason }) => reason).filter(Boolean));
  const partial = steps.some(({ within }) => within);
  const head = ["Step", "Predicted", "True", "In plane"].map((text) => h("th", { scope: "col" }, text));
  return [
    h("table", { class: "truth number steps" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, steps.map(row))),
    ...[...reasons].map((reason) => h("p", { class: "help" }, `${sentence(/** @type {string} */ (reason))}.`)),
    partial
      ? h(
          "p",
          { class: "help" },
          "* Drawn is the part of the step in this plane, where it exists; true (≈) is read off the picture.",
        )
      : "",
  ];
}

/** @param {string} text */
const sentence = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {number | null} value */
const number = (value) => (value === null ? "–" : formatExact(value, 3));

/** @param {number} captured */
const shareOf = (captured) => (captured < LEAST ? `< ${formatPercent(LEAST, 1)}` : formatPercent(captured, 2));

/** @param {Shown} step */
function row({ title, ink, predicted, loss, captured, within, position }) {
  const truth = loss === null ? "–" : `${within ? "≈ " : ""}${formatExact(loss, 3)}`;
  const share = within ? "part *" : captured === null ? "–" : shareOf(captured);
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: `step-${ink}` }, h("i", { class: "dot", "aria-hidden": "true" }), ` ${title}`),
    [position ? number(predicted) : "none", truth, share].map((cell) => h("td", {}, cell)),
  );
}
