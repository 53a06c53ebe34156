/** Lines and arrows that explain a plot, drawn above it: a quadratic as isolines or as a wire mesh, and steps on it. */

import { placeLabels } from "./labels.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {[x: number, y: number, loss: number]} Point */
/** @typedef {"ink" | "accent" | "good" | "warn"} Ink */
/**
 * @typedef {object} Sketch
 * @property {{points: Point[], ink: Ink, width: number, dashed?: boolean, faint?: boolean}[]} curves
 * @property {{from: Point, to: Point, ink: Ink, label: string}[]} arrows
 */
/** @typedef {(point: Point) => {px: number, py: number, shown: boolean} | null} Projector null: nowhere on the picture */

/** @type {Sketch} */
export const NO_SKETCH = { curves: [], arrows: [] };

const DASH = [5, 4];
const HEAD = 9;
const SPREAD = 0.42;
const ARROW_WIDTH = 2.4;
const CASING = 2.6;
const FAINT = 0.55;
const HIDDEN = 0.18;
const RADIUS = 4;
const ROW = 9;

/**
 * @param {CanvasRenderingContext2D[]} contexts a layer under the paths for the lines, one above them for the arrows
 * @param {Sketch} sketch
 * @param {Projector} project
 * @param {import("./labels.js").Box} bounds that all stays within
 * @param {Palette} palette
 */
export function drawSketch([under, above], sketch, project, bounds, palette) {
  for (const context of [under, above]) {
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.save();
    context.beginPath();
    context.rect(bounds.left, bounds.top, bounds.right - bounds.left, bounds.bottom - bounds.top);
    context.clip();
  }
  drawCurves(under, sketch, project, palette);
  for (const { from, to, ink } of sketch.arrows) drawArrow(above, project(from), project(to), palette[ink], palette);
  drawLabels(above, sketch.arrows, project, bounds, palette);
  for (const context of [under, above]) context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Sketch} sketch @param {Projector} project @param {Palette} palette */
function drawCurves(context, { curves }, project, palette) {
  for (const { points, ink, width, dashed, faint } of curves) {
    context.setLineDash(dashed ? DASH : []);
    context.lineWidth = width;
    context.strokeStyle = palette[ink];
    strokeStretches(context, points.map(project), faint ? FAINT : 1);
  }
  context.setLineDash([]);
}

/** Stretches of one visibility at a time; a point that is nowhere ends its stretch. @param {CanvasRenderingContext2D} context @param {ReturnType<Projector>[]} points @param {number} alpha */
function strokeStretches(context, points, alpha) {
  for (let start = 0; start + 1 < points.length; ) {
    const first = points[start];
    let end = start + 1;
    if (first) {
      context.beginPath();
      context.moveTo(first.px, first.py);
      for (let next = points[end]; next; next = points[++end]) {
        context.lineTo(next.px, next.py);
        if (next.shown !== first.shown) break;
      }
      context.globalAlpha = first.shown ? alpha : alpha * HIDDEN;
      context.stroke();
    }
    start = Math.max(start + 1, Math.min(end, points.length));
  }
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<Projector>} from @param {ReturnType<Projector>} to @param {string} colour @param {Palette} palette */
function drawArrow(context, from, to, colour, { casing }) {
  if (!from || !to) return;
  const angle = Math.atan2(to.py - from.py, to.px - from.px);
  const length = Math.hypot(to.px - from.px, to.py - from.py);
  for (const [ink, width] of /** @type {const} */ ([
    [casing, ARROW_WIDTH + CASING],
    [colour, ARROW_WIDTH],
  ])) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(from.px, from.py);
    context.lineTo(to.px, to.py);
    if (length > HEAD)
      for (const side of [-1, 1]) {
        context.moveTo(to.px, to.py);
        context.lineTo(to.px - HEAD * Math.cos(angle + side * SPREAD), to.py - HEAD * Math.sin(angle + side * SPREAD));
      }
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Sketch["arrows"]} arrows @param {Projector} project @param {import("./labels.js").Box} bounds @param {Palette} palette */
function drawLabels(context, arrows, project, bounds, palette) {
  context.font = `600 12px ${palette.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 3.5;
  context.strokeStyle = palette.casing;
  const ends = arrows.flatMap(({ to, label, ink }) => {
    const end = project(to);
    return end && label ? [{ x: end.px, y: end.py, width: context.measureText(label).width, label, ink }] : [];
  });
  // The names of the heads lie on the rows where arrows begin.
  const rows = arrows.flatMap(({ from }) => {
    const start = project(from);
    return start ? [{ left: bounds.left, right: bounds.right, top: start.py - ROW, bottom: start.py + ROW }] : [];
  });
  placeLabels(ends, bounds, rows, [], RADIUS).forEach((place, i) => {
    if (!place) return;
    const { left, top, bottom } = place.box;
    context.strokeText(ends[i].label, left, (top + bottom) / 2);
    context.fillStyle = palette[ends[i].ink];
    context.fillText(ends[i].label, left, (top + bottom) / 2);
  });
}
