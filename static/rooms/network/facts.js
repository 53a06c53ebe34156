// @ts-check
/** The numbers that the microscope's captions speak of. */
import { formatNumber, formatPercent } from "../../format.js";
import { unitName } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext */

const MOST_INPUTS = 4;

/** @param {NetworkContext} context @param {import("./microscope.js").ScopeHandle} handle @param {import("./reveal.js").Stage} stage @returns {import("./captions.js").Facts} */
export function factsAt(context, { scope, examples }, stage) {
  const { reply, trace, mode } = scope.get();
  const data = context.live.get().description.value?.data;
  const last = context.inside.widths().length - 1;
  const losses = Array.from(reply.examples.loss).flat();
  return {
    mode,
    shown: trace?.examples ?? 0,
    of: examples(),
    inputs: inputsOf(reply.trace[0].inputs, trace?.widths[0] ?? 0, data?.features),
    target: meaningOf(Array.from(reply.examples.target).flat(), data, false),
    answer: meaningOf(Array.from(reply.examples.output).flat(), data, true),
    loss: losses.reduce((sum, value) => sum + value, 0) / losses.length,
    layer: stage.layer === last ? "output" : `hidden layer ${stage.layer}`,
    activation: activationOf(context, stage.layer),
    last,
  };
}

/** @param {ArrayLike<number>} values @param {number} count @param {string[] | undefined} features */
function inputsOf(values, count, features) {
  const shown = Array.from({ length: Math.min(count, MOST_INPUTS) }, (_, i) => {
    const name = unitName(0, i, { features, last: 1 });
    return `${name} = ${formatNumber(values[i], 3)}`;
  });
  return `${shown.join(", ")}${count > MOST_INPUTS ? `, … (${count} in all)` : ""}`;
}

/** A target or an answer in words: a class with its probability, or a number. @param {number[]} values @param {any} data @param {boolean} probabilities */
export function meaningOf(values, data, probabilities) {
  if (data?.task !== "classification") return formatNumber(values[0], 3);
  const name = (/** @type {number} */ k) => data.targets[k] ?? `class ${k}`;
  if (!probabilities) return name(values[0]);
  if (data.classes === 2 && values.length === 1) return `${formatPercent(values[0], 3)} for ${name(1)}`;
  const best = values.indexOf(Math.max(...values));
  return `${name(best)} (${formatPercent(values[best], 3)})`;
}

/** @param {NetworkContext} context @param {number} column */
export function activationOf({ store }, column) {
  const layer = (store.get().spec.objective.layers ?? [])[column - 1];
  const kind = typeof layer?.activation === "string" ? layer.activation : layer?.activation?.kind;
  return (kind ?? "tanh").replaceAll("_", " ");
}
