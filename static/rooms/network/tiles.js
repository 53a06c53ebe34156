// @ts-check
/** What each unit answers over the data's plane (or line), as small pictures. */
import { divergingOf, magnitude, signedPixels, stamp } from "../../plots/diverging.js";

/**
 * @typedef {import("./snapshots.js").Snapshot} Snapshot @typedef {import("../../types.js").Palette} Palette
 * @typedef {{kind: "map", image: HTMLCanvasElement} | {kind: "curve", values: number[], scale: number} | null} Tile
 */

/** Below this an answer counts as flat: noise is not blown up into a pattern. */
const LEAST = 0.2;

/**
 * Pictures by column and unit; null where there is none.
 *
 * @param {Snapshot | null} snapshot @param {number[]} widths units of each column, inputs first @param {Palette} palette
 * @param {boolean} probabilities the outputs are between 0 and 1
 * @returns {Tile[][]}
 */
export function tilesOf(snapshot, widths, palette, probabilities) {
  const grid = snapshot?.grid;
  if (!grid) return widths.map((units) => Array(units).fill(null));
  const [columns, rows] = [grid.x.length, grid.y?.length ?? 1];
  const colours = divergingOf(palette);
  /** @param {ArrayLike<number>} values @param {number} unit @returns {Tile} */
  const tile = (values, unit) => {
    const [from, size] = [unit * columns * rows, columns * rows];
    const scale = Math.max(LEAST, magnitude(values, from, size));
    if (rows === 1) return { kind: "curve", values: Array.from({ length: size }, (_, i) => values[from + i]), scale };
    return { kind: "map", image: stamp(signedPixels(values, columns, rows, colours, scale, from), columns, rows) };
  };
  const hidden = Object.values(grid.units ?? {});
  const output = probabilities ? Float64Array.from(grid.output, (p) => 2 * p - 1) : grid.output;
  const answers = [inputsOf(grid), ...hidden, output];
  return widths.map((units, column) =>
    Array.from({ length: units }, (_, unit) => (answers[column] ? tile(answers[column], unit) : null)),
  );
}

/** The inputs themselves over the plane, from −1 to 1. @param {import("./snapshots.js").Picture} grid */
function inputsOf({ x, y }) {
  const [columns, rows] = [x.length, y?.length ?? 1];
  const across = Array.from({ length: columns * rows }, (_, i) => (2 * (i % columns)) / (columns - 1) - 1);
  const up = Array.from({ length: columns * rows }, (_, i) => (2 * Math.floor(i / columns)) / (rows - 1) - 1);
  return y ? [...across, ...up] : across;
}
