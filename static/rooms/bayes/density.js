// @ts-check
/** The `sheets` event as grids. Pure. */

/** @param {ArrayLike<any>} values @returns {Float64Array} holes as NaN */
export function flat(values) {
  const rows = Array.from(values);
  return Float64Array.from(Array.isArray(rows[0]) ? rows.flat() : rows, (value) => value ?? Number.NaN);
}

/** @type {WeakMap<object, import("./cloud.js").Density>} */
const known = new WeakMap();

/** The posterior density over its grid. @param {any} sheets @returns {import("./cloud.js").Density} */
export function densityOf(sheets) {
  const before = known.get(sheets);
  if (before) return before;
  const density = flat(sheets.product).map((value) => value / sheets.volume);
  const grid = { x: flat(sheets.x), y: flat(sheets.y), density, marginals: sheets.marginals };
  known.set(sheets, grid);
  return grid;
}
