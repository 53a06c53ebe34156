// @ts-check
/** One sampler's draws as they arrive: all chains at every step, and what has piled up on each axis so far. */

export const BINS = 56;

/**
 * @typedef {{step: ArrayLike<number>, position: ArrayLike<number>, divergent: ArrayLike<number>, acceptance: ArrayLike<number>,
 *   energy: ArrayLike<number>, log_density: ArrayLike<number>, warm_up: boolean}} DrawsEvent columns; `position` is (steps, chains, shown coordinates), flat
 * @typedef {{x: number, y: number}} Point
 */

/** The counts of one axis over its window. */
class Pile {
  /** Running counts, one array for each recorded step. @type {Uint32Array[]} */
  counts = [];

  /** @param {number} low @param {number} high */
  constructor(low, high) {
    this.low = low;
    this.high = high;
  }

  /** @param {ArrayLike<number>} values @param {number} from @param {number} to @param {number} stride @param {boolean} counted */
  add(values, from, to, stride, counted) {
    const counts = this.counts.length ? this.counts[this.counts.length - 1].slice() : new Uint32Array(BINS);
    const scale = BINS / (this.high - this.low);
    for (let i = from; counted && i < to; i += stride) {
      const bin = Math.floor((values[i] - this.low) * scale);
      if (bin >= 0 && bin < BINS) counts[bin]++;
    }
    this.counts.push(counts);
  }
}

export class Draws {
  /** @type {number[]} */
  steps = [];
  /** @type {Float32Array[]} positions of every chain, one array for each recorded step */
  positions = [];
  /** @type {number[]} mean acceptance over all chains at each recorded step */
  acceptance = [];
  /** How many draws have been counted up to each recorded step. @type {number[]} */
  counted = [];
  /** Where the integrator broke down, with the step. @type {(Point & {step: number})[]} */
  divergences = [];
  chains = 0;
  width = 2;

  /** @param {number[]} window x0, x1, y0, y1 (or x0, x1) */
  constructor(window) {
    this.width = Math.max(1, window.length / 2);
    this.piles = Array.from({ length: this.width }, (_, k) => new Pile(window[2 * k], window[2 * k + 1]));
  }

  get length() {
    return this.steps.length;
  }

  /** @param {DrawsEvent} event */
  append({ step, position, divergent, acceptance, warm_up }) {
    const each = position.length / step.length;
    this.chains = each / this.width;
    for (let m = 0; m < step.length; m++) {
      const from = m * each;
      this.steps.push(step[m]);
      this.acceptance.push(acceptance[m]);
      this.positions.push(Float32Array.from(/** @type {any} */ (position).slice(from, from + each)));
      for (const [k, pile] of this.piles.entries()) pile.add(position, from + k, from + each, this.width, !warm_up);
      this.counted.push((this.counted.at(-1) ?? 0) + (warm_up ? 0 : this.chains));
      this.#mark(position, divergent, m, step[m]);
    }
  }

  /** @param {ArrayLike<number>} position @param {ArrayLike<number>} divergent @param {number} m @param {number} step */
  #mark(position, divergent, m, step) {
    for (let chain = 0; chain < this.chains; chain++) {
      const at = m * this.chains + chain;
      if (divergent[at])
        this.divergences.push({ step, x: position[at * this.width], y: position[at * this.width + this.width - 1] });
    }
  }

  /** Index of the last recorded step at or before `step`; −1 if there is none. @param {number} step */
  at(step) {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /**
   * What has piled up on an axis, as a density whose area is the share of draws inside of the window.
   *
   * @param {number} axis @param {number} index of the recorded step
   * @returns {Float64Array | null} null while nothing is counted
   */
  density(axis, index) {
    const total = this.counted[index];
    const pile = this.piles[axis];
    if (!total || !pile) return null;
    const width = (pile.high - pile.low) / BINS;
    return Float64Array.from(pile.counts[index], (count) => count / (total * width));
  }

  /** Where all chains stand now on an axis, as a density. @param {number} axis @param {number} index */
  now(axis, index) {
    const pile = this.piles[axis];
    const here = this.positions[index];
    if (!pile || !here) return null;
    const alone = new Pile(pile.low, pile.high);
    alone.add(here, axis, here.length, this.width, true);
    const width = (pile.high - pile.low) / BINS;
    return Float64Array.from(alone.counts[0], (count) => count / (this.chains * width));
  }
}
