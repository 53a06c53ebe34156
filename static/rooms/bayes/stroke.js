// @ts-check
/** A line that shows on every shade: its own colour above a casing. */

/** Strokes the path that was begun. @param {CanvasRenderingContext2D} context @param {import("../../types.js").Palette} palette @param {string} colour */
export function strokeCased(context, palette, colour) {
  context.lineWidth = 4;
  context.strokeStyle = palette.casing;
  context.stroke();
  context.lineWidth = 1.8;
  context.strokeStyle = colour;
  context.stroke();
}
