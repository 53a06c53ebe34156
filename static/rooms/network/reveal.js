// @ts-check
/** How far the microscope has come, and what may be seen at that point: a derivative, only once it was computed. Pure. */

/**
 * @typedef {object} TraceRow One layer of the server's trace, of one example; over a batch values are means and derivatives sums.
 * @property {string} name
 * @property {boolean} [skip]
 * @property {ArrayLike<number>} weights fan_out × fan_in
 * @property {ArrayLike<number> | null} [direct] fan_out × inputs of the network
 * @property {ArrayLike<number>} inputs
 * @property {ArrayLike<number>} preactivations
 * @property {ArrayLike<number>} slope
 * @property {ArrayLike<number>} outputs
 * @property {ArrayLike<number>} upstream
 * @property {ArrayLike<number>} delta
 * @property {Gradients} [gradients] over a batch
 *
 * @typedef {{weights: ArrayLike<number>, direct: ArrayLike<number> | null}} Gradients ∂L/∂W, flat; that of a bias is its unit's δ
 * @typedef {{kind: "inputs" | "forward" | "loss" | "backward", layer: number}} Stage `layer` counts columns: 0 are the inputs
 * @typedef {{rows: TraceRow[], batch: boolean, widths: number[]}} Trace
 * @typedef {import("./weights.js").Weight} Weight
 *
 * @typedef {{z: number | null, value: number | null, slope: number | null, upstream: number | null, delta: number | null}} UnitSeen
 *   null: not computed yet; z and slope belong to one example and are null over a batch
 * @typedef {{weight: number, input: number | null, above: number | null, gradient: number | null}} EdgeSeen
 *   `input`: what comes in along the edge; `above`: the δ of the unit it leads to
 *
 * @typedef {object} Revealed
 * @property {Stage} stage
 * @property {boolean} batch whether it is all examples together
 * @property {(layer: number) => boolean} lit whether the pass has come through these edges
 * @property {(column: number, unit: number) => UnitSeen} atUnit
 * @property {(weight: {layer: number, to: number, from: number}) => EdgeSeen | null} atEdge
 * @property {(edge: import("./layout.js").Edge) => {factor: boolean, gradient: boolean}} told what stands on an edge without being asked
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

/** What the microscope follows: one example, or all of them together. @param {any} reply of `POST /api/derivatives` @param {number[]} widths @returns {Trace} */
export function traceOf({ trace, batch }, widths) {
  if (!batch) return { rows: trace, batch: false, widths };
  const rows = trace.map((/** @type {TraceRow} */ row, /** @type {number} */ i) => {
    const { weights, direct, inputs, outputs, upstream, delta } = batch.layers[i];
    return { ...row, inputs, outputs, upstream, delta, gradients: { weights, direct } };
  });
  return { rows, batch: true, widths };
}

/**
 * What may be seen at a stage.
 *
 * @param {Trace} trace @param {Stage} stage @param {Weight | null} follow whose units have their edges told @param {number} [factor] on every derivative
 * @returns {Revealed}
 */
export function reveal(trace, stage, follow, factor = 1) {
  const { rows } = trace;
  const differentiated = (/** @type {number} */ layer) => isDifferentiated(stage, Math.min(layer, rows.length - 1) + 1);
  const atUnit = (/** @type {number} */ column, /** @type {number} */ unit) =>
    unitAt(trace, stage, factor, column, unit);
  return {
    stage,
    batch: trace.batch,
    differentiated,
    lit: (layer) => (stage.kind === "backward" ? differentiated(layer) : isFilled(stage, layer + 1)),
    atUnit,
    atEdge({ layer, to, from }) {
      const { row, stride, column } = weightsOf(trace, layer);
      if (!row) return null;
      return {
        weight: row[to * stride + from],
        input: atUnit(layer < rows.length ? layer : 0, from).value,
        above: atUnit(column, to).delta,
        gradient: differentiated(layer) ? gradientOf(trace, { layer, to, from }, factor) : null,
      };
    },
    told: toldOf(stage, (column) => followed(follow, column, rows.length)),
  };
}

/** @param {Trace} trace @param {Stage} stage @param {number} factor @param {number} column @param {number} unit @returns {UnitSeen} */
function unitAt({ rows, batch }, stage, factor, column, unit) {
  const [filled, done] = [isFilled(stage, column), isDifferentiated(stage, column)];
  const row = rows[column - 1];
  return {
    value: filled ? (row ? row.outputs : rows[0].inputs)[unit] : null,
    z: filled && !batch && row ? row.preactivations[unit] : null,
    slope: done && !batch ? row.slope[unit] : null,
    upstream: done ? factor * row.upstream[unit] : null,
    delta: done ? factor * row.delta[unit] : null,
  };
}

/**
 * On the way forward the weights of the edges into a unit stand on them. On the way back, on the edges that bring δ to
 * the unit, the weights that it is multiplied by; and on those into the unit, the derivatives that come of it.
 *
 * @param {Stage} stage @param {(column: number) => number} unitOf the unit of each column that is followed
 * @returns {Revealed["told"]}
 */
const toldOf =
  ({ kind, layer: column }, unitOf) =>
  ({ layer, to, from, back }) => {
    const [into, outOf] = [layer === column - 1, layer === column && back === 1];
    return {
      factor:
        (kind === "forward" && into && to.index === unitOf(column)) ||
        (kind === "backward" && outOf && from.index === unitOf(column)),
      gradient: kind === "backward" && into && to.index === unitOf(column),
    };
  };

/** The column that a weight leads to, and the one it comes from. @param {{layer: number}} weight @param {number} last column @returns {[number, number]} */
export const columnsOf = ({ layer }, last) => (layer < last ? [layer + 1, layer] : [last, 0]);

/** The unit of a column that the chosen weight leads to or comes from; the first of any other. @param {Weight | null} follow @param {number} column @param {number} last column */
export function followed(follow, column, last) {
  if (!follow) return 0;
  const [to, from] = columnsOf(follow, last);
  return column === to ? follow.to : column === from ? (follow.from ?? 0) : 0;
}

/** The weights of a layer, the length of its rows, and the column it leads to; direct connections come after the last layer. @param {Trace} trace @param {number} layer */
function weightsOf({ rows, widths }, layer) {
  const direct = layer >= rows.length;
  const row = direct ? rows[rows.length - 1].direct : rows[layer].weights;
  return { row, stride: widths[direct ? 0 : layer], column: direct ? rows.length : layer + 1 };
}

/** The derivative of one weight or bias: δ of where it leads times what comes in, or as the batch adds it up. @param {Trace} trace @param {Weight} weight @param {number} [factor] */
export function gradientOf({ rows, widths }, { layer, to, from }, factor = 1) {
  const direct = layer >= rows.length;
  const { delta, gradients } = rows[direct ? rows.length - 1 : layer];
  if (from === null) return factor * delta[to];
  if (!gradients) return factor * delta[to] * rows[direct ? 0 : layer].inputs[from];
  const { weights, direct: skipping } = gradients;
  return factor * ((direct && skipping) || weights)[to * widths[direct ? 0 : layer] + from];
}
