// @ts-check
/** What a run says of its network on its way: scores, layers and pictures, by step. Pure. */
import { RunBuffer } from "../../run.js";

/**
 * @typedef {{edges: ArrayLike<number>, counts: ArrayLike<number>, left_out: number}} Histogram
 * @typedef {{weight_norm: number, update_ratio: number | null, dead: number | null, saturated: number | null, histogram: Histogram | null}} LayerFacts
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number> | null, output: ArrayLike<number>, units: Record<string, ArrayLike<number>> | null}} Picture
 *   values unit by unit, each rows = y by columns = x, flat
 * @typedef {{run: number, step: number, loss: number | null, accuracy: number | null, test_loss: number | null, test_accuracy: number | null,
 *   layers: Record<string, LayerFacts>, grid: Picture | null}} Snapshot
 */

export const SCORES = /** @type {const} */ (["loss", "test_loss", "accuracy", "test_accuracy"]);
export const FACTS = /** @type {const} */ (["update_ratio", "dead", "saturated"]);

/** The pictures of one racer. Steps ascend. */
export class Snapshots {
  /** @type {Snapshot[]} */
  #all = [];
  /** Columns `step` and those of SCORES. */
  scores = new RunBuffer();
  /** Columns `step` and those of FACTS, by the name of the layer. @type {Map<string, RunBuffer>} */
  layers = new Map();

  /** @param {Snapshot} snapshot */
  append(snapshot) {
    this.#all.push(snapshot);
    record(this.scores, snapshot.step, SCORES, snapshot);
    for (const [name, facts] of Object.entries(snapshot.layers)) {
      const buffer = this.layers.get(name) ?? new RunBuffer();
      this.layers.set(name, buffer);
      record(buffer, snapshot.step, FACTS, facts);
    }
  }

  get length() {
    return this.#all.length;
  }

  /** The last picture at or before a step. @param {number} step @returns {Snapshot | null} */
  at(step) {
    return this.#all[this.scores.at(step)] ?? null;
  }
}

/** @param {RunBuffer} buffer @param {number} step @param {readonly string[]} names @param {Record<string, any>} values null: not measured */
function record(buffer, step, names, values) {
  buffer.column("step").append([step]);
  for (const name of names) buffer.column(name).append([values[name] ?? Number.NaN]);
}
