// @ts-check
/** Columns of any buffer as curves of a chart. */

/** @typedef {import("../../run.js").RunBuffer} RunBuffer @typedef {import("../../run.js").Column} Column */

/**
 * A track whose every quantity is one column: what a chart of several quantities draws.
 *
 * @param {RunBuffer} source that holds the steps @param {Column} values one for each of its frames @param {string} title @param {number} colour
 * @returns {import("../../types.js").Track}
 */
export function seriesOf(source, values, title, colour) {
  const buffer = {
    column: (/** @type {string} */ name) => (name === "step" ? source.column("step") : values),
    at: (/** @type {number} */ step) => source.at(step),
    get length() {
      return source.length;
    },
    get lastStep() {
      return source.lastStep;
    },
    diverged: null,
    final: null,
  };
  return { buffer: /** @type {RunBuffer} */ (/** @type {unknown} */ (buffer)), title, colour };
}

/** The value of a curve at a step. @param {import("../../types.js").Track} track @param {number} step */
export const valueAt = ({ buffer }, step) => buffer.column("value").at(buffer.at(step));
