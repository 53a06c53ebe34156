// @ts-check
/** Where each weight lies in the flat vector: layer by layer W row-major, then b. Pure. */

/**
 * @typedef {{name: string, fan_in: number, fan_out: number, parameters: number}} LayerRow as the server tells it
 * @typedef {LayerRow & {start: number, biases: boolean}} Block
 * @typedef {{layer: number, to: number, from: number | null}} Weight one weight, by its layer and the units it joins; from nowhere: the bias of `to`
 */

/** @param {LayerRow[]} layers @returns {Block[]} */
export function blocksOf(layers) {
  let start = 0;
  return layers.map((layer) => {
    const block = { ...layer, start, biases: layer.parameters > layer.fan_in * layer.fan_out };
    start += layer.parameters;
    return block;
  });
}

/** Whether a network has that weight. @param {Block[]} blocks @param {Weight} weight */
export const hasWeight = (blocks, { layer, to, from }) => {
  const block = blocks[layer];
  return Boolean(block) && to < block.fan_out && (from === null ? block.biases : from < block.fan_in);
};

/** @param {Block} block @param {number} to @param {number} from */
export const weightIndex = ({ start, fan_in }, to, from) => start + to * fan_in + from;

/** @param {Block} block @param {number} unit @returns {number} −1 where the layer has no biases */
export const biasIndex = ({ start, fan_in, fan_out, biases }, unit) => (biases ? start + fan_out * fan_in + unit : -1);

/** The largest magnitude among the weights of a layer, biases left out. @param {Block} block @param {ArrayLike<number>} theta */
export function largest({ start, fan_in, fan_out }, theta) {
  let most = 0;
  for (let i = start; i < start + fan_in * fan_out; i++) most = Math.max(most, Math.abs(theta[i]));
  return most;
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** “x₂” of inputs, “unit 3” of hidden layers. @param {number} column 0 for the inputs @param {number} index @param {{features?: string[], targets?: string[], last: number}} names */
export function unitName(column, index, { features, targets, last }) {
  if (column === 0) return features?.[index] ?? `x${subscript(index + 1)}`;
  if (column === last) return last > 0 && targets?.[index] ? targets[index] : `output ${index + 1}`;
  return `unit ${index + 1}`;
}

/** @param {number} whole */
export const subscript = (whole) => [...String(whole)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");
