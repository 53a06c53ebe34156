// @ts-check
/** Where the names of vertical marks stand: beside their marks, in rows, so that none covers another. Pure. */

/** @typedef {{x: number, width: number}} Mark where it stands and how wide its name is, in pixels */

const GAP = 5;

/**
 * The left edge and the row of each name, in the order given; a name that would leave on the right stands left of its mark.
 *
 * @param {Mark[]} marks
 * @param {number} right the edge that no name crosses
 * @returns {{left: number, row: number}[]}
 */
export function placeNames(marks, right) {
  const places = marks.map(({ x, width }) => (x + GAP + width > right ? x - GAP - width : x + GAP));
  const rows = /** @type {[number, number][][]} */ ([]);
  return marks.map(({ width }, i) => {
    const span = /** @type {[number, number]} */ ([places[i] - GAP, places[i] + width + GAP]);
    const free = rows.findIndex((taken) => taken.every(([from, to]) => span[1] <= from || span[0] >= to));
    const row = free < 0 ? rows.length : free;
    rows[row] = [...(rows[row] ?? []), span];
    return { left: places[i], row };
  });
}
