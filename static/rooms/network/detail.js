// @ts-check
/** One line of numbers on a unit or a weight. */
import { formatNumber } from "../../format.js";
import { columnName } from "./units.js";
import { biasIndex, unitName, weightIndex } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./weights.js").Weight} Weight */

const POINT =
  "Point at a unit or a line to read its numbers; click a line to see its derivative, a unit for that of its bias.";
const SQUARES = "Squares show where a unit answers high (amber) or low (blue).";
/** What the numbers of the microscope are, by the way it goes. */
const NUMBERS = {
  inputs: "In each unit stands its value, as soon as the pass has come there.",
  forward: "In each unit stands its value. On the lines into one unit: × their weight.",
  loss: "In each unit stands its value, kept for the way back.",
  backward:
    "In green: δ, the product of all factors from the loss to here. × on a unit: its slope f′(z). × on a line: its weight. ∂ on a line: the derivative of its weight.",
};

/** Likewise over a batch. */
const AVERAGES = {
  inputs: "In each unit stands the mean of its values, as soon as the pass has come there.",
  forward: "In each unit stands the mean of its values. On the lines into one unit: × their weight.",
  loss: "In each unit stands the mean of its values. The cache keeps those of every example.",
  backward:
    "In each unit the mean of its values and, in green, δ: how L changes when its z changes in every example. × on a line: its weight. ∂ on a line: the derivative of its weight, the mean of the examples’ products.",
};

/** @param {NetworkContext} context */
export function detailOf(context) {
  const { hover } = context.pick.get();
  const theta = context.inside.theta(context.step());
  if (!context.store.get().spec.optimisers.length) return "Add an optimiser, and the network is drawn while it learns.";
  if (!hover || !theta) return hintOf(context);
  if (hover.kind === "weight") return weightText(context, hover.weight, theta);
  return unitText(context, hover.column, hover.index, theta);
}

const SKIPS = " Dotted lines are skip connections: × 1.";

/** What the drawing shows. @param {NetworkContext} context */
function hintOf({ pick, inside, store }) {
  const { revealed } = pick.get();
  if (revealed)
    return `${(revealed.batch ? AVERAGES : NUMBERS)[revealed.stage.kind]}${store.get().spec.objective.residual ? SKIPS : ""}`;
  return inside.widths()[0] === 2 ? `${SQUARES} ${POINT}` : POINT;
}

/** Names of columns and units of the network that is shown. @param {NetworkContext} context */
export function namesOf({ inside, live }) {
  const widths = inside.widths();
  const data = live.get().description.value?.data;
  const names = {
    features: data?.features,
    targets: data?.classes > 2 ? data.targets : undefined,
    last: widths.length - 1,
  };
  return {
    /** @param {number} column @param {number} index */
    unit: (column, index) =>
      column === 0
        ? unitName(0, index, names)
        : `${columnName(column, widths.length).toLowerCase()}, ${unitName(column, index, names)}`,
  };
}

/** “x₂ → hidden layer 1, unit 3”. @param {NetworkContext} context @param {Weight} weight */
export function weightName(context, { layer, to, from }) {
  const names = namesOf(context);
  const last = context.inside.widths().length - 1;
  const direct = layer >= last;
  if (from === null) return `bias of ${names.unit(layer + 1, to)}`;
  return `${names.unit(direct ? 0 : layer, from)} → ${names.unit(direct ? last : layer + 1, to)}`;
}

/** @param {NetworkContext} context @param {Weight} weight @param {ArrayLike<number>} theta */
function weightText(context, { layer, to, from }, theta) {
  const block = context.inside.blocks()[layer];
  const value = block && from !== null ? theta[weightIndex(block, to, from)] : Number.NaN;
  const { revealed } = context.pick.get();
  const seen = from === null ? null : revealed?.atEdge({ layer, to, from });
  return `${weightName(context, { layer, to, from })}: weight ${formatNumber(value)}${seen ? edgeWords(seen, revealed?.batch ? "L" : "ℓ") : ""}`;
}

const brief = (/** @type {number} */ value) => formatNumber(value, 3);
const factor = (/** @type {number} */ value) => (value < 0 ? `(${brief(value)})` : brief(value));

/** What the microscope has seen of a weight: how δ goes back along it, and the derivative that comes of it. @param {import("./reveal.js").EdgeSeen} seen @param {string} [loss] its letter */
export function edgeWords({ weight, input, above, gradient }, loss = "ℓ") {
  if (gradient === null || above === null) return ` = ∂z/∂a, the factor on this line`;
  const back = `brings w · δ = ${factor(weight)} · ${factor(above)} = ${brief(weight * above)} back`;
  const product =
    input !== null && near(input * above, gradient) ? `a · δ = ${factor(input)} · ${factor(above)} = ` : "";
  return `; ${back}; ∂${loss}/∂w = ${product}${brief(gradient)}`;
}

/** Of one example the derivative is the product itself; over a batch it is the mean of the products. @param {number} a @param {number} b */
const near = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/** What the microscope has seen of a unit. @param {import("./reveal.js").UnitSeen} seen */
export function unitWords({ z, value, slope, upstream, delta }) {
  if (value === null) return "";
  const forward = z === null ? `value ${brief(value)}` : `z = ${brief(z)}, a = ${brief(value)}`;
  if (delta === null || upstream === null) return forward;
  if (slope === null) return `${forward}; δ = ${brief(delta)}`;
  return `${forward}; δ = ∂ℓ/∂a · f′(z) = ${factor(upstream)} · ${factor(slope)} = ${brief(delta)}`;
}

/** @param {NetworkContext} context @param {number} column @param {number} index @param {ArrayLike<number>} theta */
function unitText(context, column, index, theta) {
  const name = namesOf(context).unit(column, index);
  const { revealed } = context.pick.get();
  if (column === 0)
    return `${name}: an input, as the data give it${revealed ? `; ${unitWords(revealed.atUnit(0, index))}` : ""}`;
  const block = context.inside.blocks()[column - 1];
  if (!block) return name;
  const bias = biasIndex(block, index);
  const weights = Array.from({ length: block.fan_in }, (_, from) => theta[weightIndex(block, index, from)]);
  const strongest = weights.reduce((best, w, i) => (Math.abs(w) > Math.abs(weights[best]) ? i : best), 0);
  const strong = `strongest input ${namesOf(context).unit(column - 1, strongest)} (${formatNumber(weights[strongest], 3)})`;
  const seen = revealed ? unitWords(revealed.atUnit(column, index)) : "";
  if (seen) return `${name}: ${seen}`;
  return `${name}: ${bias < 0 ? "no bias" : `bias ${formatNumber(theta[bias], 3)}`}, ${strong}`;
}
