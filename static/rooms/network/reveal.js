// @ts-check
/** How far the microscope has come, and what may be seen at that point: a derivative, only once it was computed. Pure. */
import { formatNumber } from "../../format.js";

/**
 * @typedef {object} TraceRow One layer of the server's trace; matrices are flat, rows are examples.
 * @property {string} name
 * @property {boolean} [skip]
 * @property {ArrayLike<number>} weights fan_out × fan_in
 * @property {ArrayLike<number>} inputs
 * @property {ArrayLike<number>} preactivations
 * @property {ArrayLike<number>} slope
 * @property {ArrayLike<number>} outputs
 * @property {ArrayLike<number>} upstream
 * @property {ArrayLike<number>} delta
 *
 * @typedef {{kind: "inputs" | "forward" | "loss" | "backward", layer: number}} Stage `layer` counts columns: 0 are the inputs
 * @typedef {{rows: TraceRow[], examples: number, widths: number[]}} Trace
 * @typedef {import("./weights.js").Weight} Weight
 *
 * @typedef {object} Revealed
 * @property {Stage} stage
 * @property {(layer: number) => boolean} lit whether the pass has come through these edges
 * @property {(column: number, unit: number) => {value: number | null, delta: number | null, active: boolean}} atUnit
 * @property {(edge: import("./layout.js").Edge) => string} onEdge
 * @property {(edge: import("./layout.js").Edge) => boolean} labelled without being asked
 * @property {(layer: number) => boolean} differentiated whether the backward pass has reached the edges
 */

/** The stages of a pass through `layers` layers: forward from the inputs, the loss, and backward. @param {number} layers @returns {Stage[]} */
export function stagesOf(layers) {
  const columns = Array.from({ length: layers }, (_, i) => i + 1);
  return [
    { kind: "inputs", layer: 0 },
    ...columns.map((layer) => /** @type {Stage} */ ({ kind: "forward", layer })),
    { kind: "loss", layer: layers },
    ...columns.reverse().map((layer) => /** @type {Stage} */ ({ kind: "backward", layer })),
  ];
}

/** Whether the forward pass has filled a column's cache by then. @param {Stage} stage @param {number} column */
export const isFilled = ({ kind, layer }, column) => (kind === "inputs" || kind === "forward" ? column <= layer : true);

/** Whether the backward pass has produced the δ of a column by then. @param {Stage} stage @param {number} column */
export const isDifferentiated = ({ kind, layer }, column) => kind === "backward" && column >= layer && column > 0;

/** Mean (or sum) over the traced examples of one unit. @param {ArrayLike<number>} matrix @param {number} units @param {number} unit @param {number} examples */
const total = (matrix, units, unit, examples) =>
  Array.from({ length: examples }, (_, e) => matrix[e * units + unit]).reduce((sum, value) => sum + value, 0);

/**
 * What may be seen at a stage. Values are means over the examples, derivatives are sums: those of the batch.
 *
 * @param {Trace} trace @param {Stage} stage @param {Weight | null} follow whose unit has its edges labelled @param {number} [factor] on every derivative
 * @returns {Revealed}
 */
export function reveal(trace, stage, follow, factor = 1) {
  const { rows, examples, widths } = trace;
  /** @param {number} column @param {number} unit */
  const meanOf = (column, unit) => {
    const matrix = column === 0 ? rows[0].inputs : rows[column - 1].outputs;
    return total(matrix, widths[column], unit, examples) / examples;
  };
  /** @param {number} column @param {number} unit */
  const deltaOf = (column, unit) => factor * total(rows[column - 1].delta, widths[column], unit, examples);
  const differentiated = (/** @type {number} */ layer) => isDifferentiated(stage, Math.min(layer, rows.length - 1) + 1);
  return {
    stage,
    differentiated,
    lit: (layer) => (stage.kind === "backward" ? differentiated(layer) : isFilled(stage, layer + 1)),
    atUnit: (column, unit) => ({
      value: isFilled(stage, column) ? meanOf(column, unit) : null,
      delta: isDifferentiated(stage, column) ? deltaOf(column, unit) : null,
      active: column === stage.layer,
    }),
    onEdge: (edge) => edgeText(trace, edge, differentiated(edge.layer), factor),
    labelled: ({ layer, to }) =>
      layer === stage.layer - 1 && stage.kind !== "loss" && to.index === (follow?.layer === layer ? follow.to : 0),
  };
}

/** @param {Trace} trace @param {import("./layout.js").Edge} edge @param {boolean} differentiated @param {number} factor */
function edgeText(trace, { layer, to, from }, differentiated, factor) {
  const row = trace.rows[layer];
  if (!row) return "";
  if (!differentiated) return formatNumber(row.weights[to.index * trace.widths[layer] + from.index], 2);
  return `∂ ${formatNumber(gradientOf(trace, { layer, to: to.index, from: from.index }, factor), 2)}`;
}

/** ∂L/∂w over the traced examples: Σ δ_to · a_from, and Σ δ_to for a bias. @param {Trace} trace @param {Weight} weight @param {number} [factor] */
export function gradientOf({ rows, widths, examples }, { layer, to, from }, factor = 1) {
  const { delta, inputs } = rows[layer];
  const [above, below] = [widths[layer + 1], widths[layer]];
  return (
    factor *
    Array.from(
      { length: examples },
      (_, e) => delta[e * above + to] * (from === null ? 1 : inputs[e * below + from]),
    ).reduce((sum, term) => sum + term, 0)
  );
}
