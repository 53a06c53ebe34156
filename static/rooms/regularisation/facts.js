// @ts-check
/** The numbers under the picture: the two pulls at the point, or mode and mean of the posterior. */
import { fill, h } from "../../dom.js";
import { formatExact, formatNumber, formatVector } from "../../format.js";
import { slopeAt } from "./geometry.js";

/** @typedef {[string, string]} Fact */

/** @param {HTMLElement} host @param {Fact[]} facts @param {string} lead */
export function showFacts(host, facts, lead) {
  fill(
    host,
    h("p", { class: "help" }, lead),
    h(
      "dl",
      { class: "reg-facts" },
      facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", { class: "number" }, value))),
    ),
  );
}

/** @param {import("./charts.js").Path} pair @param {import("./state.js").Choice} choice @param {[number, number] | null} probe @returns {{facts: Fact[], lead: string}} */
export function pulls(pair, { index, penalty, ratio }, probe) {
  const strength = pair.strengths[index];
  const at = probe ?? [pair.coefficients[2 * index], pair.coefficients[2 * index + 1]];
  const times = (/** @type {string} */ kind, /** @type {number} */ share) =>
    formatVector(
      slopeAt({ kind, ratio: share }, at).map((value) => strength * value),
      3,
    );
  const facts = /** @type {Fact[]} */ ([
    ["w", at.map((value) => (value === 0 ? "exactly 0" : formatNumber(value, 4))).join(", ")],
    ["λ sign w (L1)", times("l1", 1)],
    ["2λw (L2)", times("l2", 1)],
  ]);
  if (probe)
    return {
      facts,
      lead: "Your point: L1 pulls with the same force everywhere, L2 in proportion to w. Choose “Back to the optimum” to see the balance again.",
    };
  if (penalty === "elastic_net" || penalty === "group") facts.push(["λ ∂Ω/∂w of this penalty", times(penalty, ratio)]);
  facts.push(
    ["∂L/∂w", formatVector([pair.gradient[2 * index], pair.gradient[2 * index + 1]], 3)],
    ["optimality residual", formatExact(pair.residual[index], 2)],
  );
  return {
    facts,
    lead: "The ring of equal loss and the ball of equal penalty touch where the two pulls cancel. Click the picture to feel the pulls elsewhere.",
  };
}

/** @param {any} posterior @returns {{facts: Fact[], lead: string}} */
export function posteriorFacts({ mode, mean, mean_error: error, deviation, strength, scale, noise, names }) {
  const each = [0, 1].flatMap(
    (k) =>
      /** @type {Fact[]} */ ([
        [`${names[k]}: mode`, mode[k] === 0 ? "exactly 0" : formatNumber(mode[k], 5)],
        [`${names[k]}: mean`, `${formatNumber(mean[k], 5)} ± ${formatExact(error[k], 1)}`],
      ]),
  );
  return {
    facts: [
      ...each,
      ["standard deviations", formatVector(deviation, 3)],
      ["prior", `exp(−${formatNumber(scale * strength, 4)} Ω(w))`],
    ],
    lead: `The same penalty as a prior${noise ? `, with noise of deviation ${formatNumber(noise, 3)}` : ""}: the optimum is the posterior’s mode (dot). The mean (cross) averages over all weights, and an average is not exactly zero; ± is the error of its quadrature. Each curve of a slice is scaled to its own highest value in view, so heights compare within a curve, not between curves.`,
  };
}
