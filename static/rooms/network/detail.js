// @ts-check
/** One line of numbers on a unit or a weight. */
import { formatNumber } from "../../format.js";
import { columnName } from "./units.js";
import { biasIndex, unitName, weightIndex } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./weights.js").Weight} Weight */

const POINT =
  "Point at a unit or a line to read its numbers; click a line to see its derivative, a unit for that of its bias.";
const SQUARES = "Squares show where a unit answers high (amber) or low (blue).";
const VALUES = "In each unit: its value, and below, in green, δ once the way back has reached it.";

/** @param {NetworkContext} context */
export function detailOf(context) {
  const { hover } = context.pick.get();
  const theta = context.inside.theta(context.step());
  if (!context.store.get().spec.optimisers.length) return "Add an optimiser, and the network is drawn while it learns.";
  if (!hover || !theta) return hintOf(context);
  if (hover.kind === "weight") return weightText(context, hover.weight, theta);
  return unitText(context, hover.column, hover.index, theta);
}

/** What the drawing shows. @param {NetworkContext} context */
function hintOf({ pick, inside }) {
  if (pick.get().revealed) return VALUES;
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
function weightText(context, weight, theta) {
  const block = context.inside.blocks()[weight.layer];
  const value = block && weight.from !== null ? theta[weightIndex(block, weight.to, weight.from)] : Number.NaN;
  return `${weightName(context, weight)}: weight ${formatNumber(value)}`;
}

/** @param {NetworkContext} context @param {number} column @param {number} index @param {ArrayLike<number>} theta */
function unitText(context, column, index, theta) {
  const name = namesOf(context).unit(column, index);
  if (column === 0) return `${name}: an input, as the data give it`;
  const block = context.inside.blocks()[column - 1];
  if (!block) return name;
  const bias = biasIndex(block, index);
  const weights = Array.from({ length: block.fan_in }, (_, from) => theta[weightIndex(block, index, from)]);
  const strongest = weights.reduce((best, w, i) => (Math.abs(w) > Math.abs(weights[best]) ? i : best), 0);
  const strong = `strongest input ${namesOf(context).unit(column - 1, strongest)} (${formatNumber(weights[strongest], 3)})`;
  return `${name}: ${bias < 0 ? "no bias" : `bias ${formatNumber(theta[bias], 3)}`}, ${strong}`;
}
