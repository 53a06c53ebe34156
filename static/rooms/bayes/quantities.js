// @ts-check
/** What is integrated: the quantities that estimates are of, by name. Pure. */

/** @typedef {import("./state.js").Quantity} Quantity @typedef {import("./live.js").Estimate} Estimate */

/** @type {Quantity[]} */
export const QUANTITIES = ["log_evidence", "mean_0", "mean_1", "variance_0", "variance_1"];

/**
 * @param {Quantity} quantity
 * @param {number[]} view indices of the shown coordinates
 * @returns {{field: "log_evidence" | "mean" | "variance", index: number}}
 */
export function placeOf(quantity, view) {
  const [field, axis] = quantity.split("_");
  if (field === "log") return { field: "log_evidence", index: -1 };
  return { field: /** @type {"mean" | "variance"} */ (field), index: view[Number(axis)] ?? -1 };
}

/** @param {Quantity} quantity @param {string[]} labels of the shown coordinates */
export function titleOf(quantity, labels) {
  if (quantity === "log_evidence") return "ln Z";
  const [field, axis] = quantity.split("_");
  const name = labels[Number(axis)] ?? "";
  return field === "mean" ? `E[${name}]` : `Var[${name}]`;
}

/**
 * One number of an estimate (or of its `standard_error`, `error` or `bias_in_standard_errors`), null where it is not known.
 *
 * @param {any} source @param {Quantity} quantity @param {number[]} view @returns {number | null}
 */
export function read(source, quantity, view) {
  const { field, index } = placeOf(quantity, view);
  const value = index < 0 ? source?.[field] : source?.[field]?.[index];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
