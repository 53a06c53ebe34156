/** One run's frames as they arrive: columns that grow, and look-up by step. */

/** @typedef {import("./types.js").FramesEvent} FramesEvent */
/** @typedef {import("./types.js").DivergedEvent} DivergedEvent */

const FIRST_CAPACITY = 64;

/** A growable column of numbers: appending costs O(1) amortised, reading is a plain typed array. */
export class Column {
  #data = new Float64Array(FIRST_CAPACITY);
  length = 0;
  /** Whether all of it came in single precision. */
  single = true;

  /** The numbers; entries from `length` on are spare room, and growth replaces the array. */
  get array() {
    return this.#data;
  }

  /** @param {ArrayLike<number>} values */
  append(values) {
    this.single &&= values instanceof Float32Array;
    this.#reserve(this.length + values.length);
    this.#data.set(values, this.length);
    this.length += values.length;
  }

  /** @param {number} index @returns {number} NaN outside of the column */
  at(index) {
    return index >= 0 && index < this.length ? this.#data[index] : Number.NaN;
  }

  /** @param {number} needed */
  #reserve(needed) {
    if (needed <= this.#data.length) return;
    const grown = new Float64Array(Math.max(needed, 2 * this.#data.length));
    grown.set(this.#data.subarray(0, this.length));
    this.#data = grown;
  }
}

const SCALARS = /** @type {const} */ ([
  "step",
  "loss",
  "gradient_norm",
  "learning_rate",
  "batch_loss",
  "slice_loss",
  "captured",
]);
const PAIRS = /** @type {const} */ ({ position: ["x", "y"], gradient: ["gradient_x", "gradient_y"] });

/** @param {ArrayLike<number | number[]>} pairs as one flat array or nested @param {number} offset */
function component(pairs, offset) {
  if (Array.isArray(pairs[0])) return Array.from(pairs, (pair) => /** @type {number[]} */ (pair)[offset]);
  return Float64Array.from({ length: pairs.length / 2 }, (_, i) => /** @type {number} */ (pairs[2 * i + offset]));
}

/** The recorded frames of one run. Steps ascend; a frame at step t is the state before step t + 1. */
export class RunBuffer {
  /** @type {Map<string, Column>} */
  #columns = new Map();
  /** Per-layer norms by layer name. @type {Map<string, {gradientNorm: Column, deltaNorm: Column}>} */
  layers = new Map();
  /** What losses and norms are of. @type {import("./race/scope.js").Scope} */
  scope;
  /** How many examples the batch of a step has, in the scope of batches. @type {number | null} */
  batch;
  /** What was measured of the Hessian, by ascending step. @type {import("./types.js").CurvatureEvent[]} */
  curvature = [];
  /** The event that ended the run early. @type {DivergedEvent | null} */
  diverged = null;
  /** The run's part of the `finished` event. @type {Record<string, any> | null} */
  final = null;

  /** @param {import("./race/scope.js").Scope} [scope] @param {number | null} [batch] */
  constructor(scope = "objective", batch = null) {
    this.scope = scope;
    this.batch = batch;
  }

  /** Number of frames. */
  get length() {
    return this.column("step").length;
  }

  /** The last recorded step; −1 while there is none. */
  get lastStep() {
    return this.length ? this.column("step").at(this.length - 1) : -1;
  }

  /**
   * A column by its wire name; positions are `x` and `y`, gradients `gradient_x` and `gradient_y`.
   * A quantity that never arrived is an empty column.
   * @param {string} name
   */
  column(name) {
    let column = this.#columns.get(name);
    if (!column) {
      column = new Column();
      this.#columns.set(name, column);
    }
    return column;
  }

  /** @param {FramesEvent} frames */
  append(frames) {
    for (const name of SCALARS) {
      const values = frames[name];
      if (values) this.column(name).append(values);
    }
    for (const [name, parts] of Object.entries(PAIRS))
      this.#appendPairs(frames[/** @type {"position"} */ (name)], parts);
    for (const [name, norms] of Object.entries(frames.layers ?? {})) this.#appendLayer(name, norms);
    const rows = /** @type {any} */ (frames.parameters);
    if (rows) this.column("parameters").append(Array.isArray(rows) ? rows.flat() : rows);
  }

  /**
   * θ of a frame; null where it was not recorded.
   * @param {number} index
   */
  parameters(index) {
    const { array, length } = this.column("parameters");
    if (index < 0 || index >= this.length || !length) return null;
    const dim = length / this.length;
    return array.subarray(index * dim, (index + 1) * dim);
  }

  /** @param {FramesEvent["gradient"]} pairs @param {readonly string[]} names */
  #appendPairs(pairs, names) {
    if (!pairs) return;
    names.forEach((name, offset) => this.column(name).append(component(pairs, offset)));
  }

  /** @param {string} name @param {{gradient_norm: ArrayLike<number>, delta_norm: ArrayLike<number>}} norms */
  #appendLayer(name, norms) {
    const layer = this.layers.get(name) ?? { gradientNorm: new Column(), deltaNorm: new Column() };
    this.layers.set(name, layer);
    layer.gradientNorm.append(norms.gradient_norm);
    layer.deltaNorm.append(norms.delta_norm);
  }

  /**
   * Index of the last frame at or before a step; −1 if there is none.
   * @param {number} step
   */
  at(step) {
    const steps = this.column("step").array;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /**
   * Everything recorded of one frame; NaN for what was not.
   * @param {number} index
   */
  frame(index) {
    const at = (/** @type {string} */ name) => this.column(name).at(index);
    return {
      step: at("step"),
      x: at("x"),
      y: at("y"),
      loss: at("loss"),
      gradientNorm: at("gradient_norm"),
      learningRate: at("learning_rate"),
      gradient: [at("gradient_x"), at("gradient_y")],
      batchLoss: at("batch_loss"),
      sliceLoss: at("slice_loss"),
      captured: at("captured"),
    };
  }
}
