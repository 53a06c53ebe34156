/** How a path is drawn, and what its points are. */

/** What a projected point is: `OFF` is not drawn at all (outside of the surface, in a hole, behind the eye). */
export const POINT = /** @type {const} */ ({ OFF: 0, HIDDEN: 1, SHOWN: 2 });

const WIDTH = 2.4;
const CASING = 4.8;
const HIDDEN_ALPHA = 0.38;

/**
 * Stroke a stretch of one state. The casing goes under all that is there already: drawn on top, each increment's casing
 * would bite into the line before it.
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {string} casing
 * @param {boolean} shown
 */
export function strokeCased(context, colour, casing, shown) {
  context.lineCap = shown ? "round" : "butt";
  context.globalAlpha = shown ? 1 : HIDDEN_ALPHA;
  context.lineWidth = WIDTH;
  context.strokeStyle = colour;
  context.stroke();
  context.globalAlpha = 1;
  if (!shown) return;
  context.globalCompositeOperation = "destination-over";
  context.lineWidth = CASING;
  context.strokeStyle = casing;
  context.stroke();
  context.globalCompositeOperation = "source-over";
}
