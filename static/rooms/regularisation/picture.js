// @ts-check
/** Two weights seen from above: rings of equal loss, the ball that the penalty allows, and the point where they touch. */
import { createLayers, createPainter } from "../../plots/layers.js";
import { rampColour } from "../../plots/palette.js";
import { linearTicks } from "../../plots/ticks.js";
import { isoline, rangeOf, ringLevels } from "./geometry.js";

/** @typedef {import("../../types.js").Palette} Palette @typedef {import("./geometry.js").Grid} Grid */
/**
 * @typedef {object} Arrow
 * @property {ArrayLike<number>} from
 * @property {[number, number]} by in units of the picture
 * @property {(palette: Palette) => string} colour
 * @property {string} label
 * @property {-1 | 0 | 1} [side] of the arrow on which its label stands, where another would cover it
 *
 * @typedef {object} Scene What moves over the rings.
 * @property {[number, number][]} ball
 * @property {number | null} level of the ring that the ball touches
 * @property {ArrayLike<number>} path rows of two
 * @property {number} index of the point on the path
 * @property {Arrow[]} arrows
 * @property {{at: ArrayLike<number>, label: string, mark: "dot" | "cross" | "ring"}[]} points
 */

const INSETS = { left: 44, right: 12, top: 10, bottom: 34 };
const RINGS = 11;
const HEAD = 8;

/**
 * @param {HTMLElement} host with a size of its own
 * @param {{palette: Palette, onPick(point: [number, number]): void}} options
 */
export function createPicture(host, { palette, onPick }) {
  const layers = createLayers(host, ["ground", "scene"]);
  const [ground, over] = layers.contexts;
  let colours = palette;
  /** @type {{grid: Grid, labels: string[], falling: boolean} | null} */
  let shown = null;
  /** @type {Scene | null} */
  let scene = null;
  const controller = new AbortController();

  /** Both axes in the same unit, so that a disc is a disc; a density, which has no disc, fills the box. */
  function frame() {
    const { width, height } = layers.size();
    const { grid, falling: stretched } = /** @type {NonNullable<typeof shown>} */ (shown);
    const [w, h] = [width - INSETS.left - INSETS.right, height - INSETS.top - INSETS.bottom];
    const [dx, dy] = [grid.x[grid.x.length - 1] - grid.x[0], grid.y[grid.y.length - 1] - grid.y[0]];
    const same = Math.min(w / dx, h / dy);
    const [unitX, unitY] = stretched ? [w / dx, h / dy] : [same, same];
    const left = INSETS.left + (w - unitX * dx) / 2;
    const bottom = INSETS.top + h - (h - unitY * dy) / 2;
    return { unitX, unitY, left, bottom, x0: grid.x[0], y0: grid.y[0], width: unitX * dx, height: unitY * dy };
  }

  /** @param {ReturnType<typeof frame>} at */
  const placed = (at) => ({
    right: at.left + at.width,
    x: (/** @type {number} */ x) => at.left + (x - at.x0) * at.unitX,
    y: (/** @type {number} */ y) => at.bottom - (y - at.y0) * at.unitY,
  });

  function redraw() {
    const { width, height } = layers.size();
    ground.clearRect(0, 0, width, height);
    over.clearRect(0, 0, width, height);
    if (!shown) return;
    const at = frame();
    drawHeights(ground, shown, at, colours);
    drawRings(ground, shown.grid, placed(at), at, colours);
    drawAxes(ground, shown.labels, placed(at), at, colours);
    drawScene();
  }

  function drawScene() {
    const { width, height } = layers.size();
    over.clearRect(0, 0, width, height);
    if (!shown || !scene) return;
    const at = frame();
    over.save();
    clip(over, at);
    drawMoving(over, scene, shown.grid, placed(at), colours);
    over.restore();
  }

  host.addEventListener(
    "pointerdown",
    (event) => {
      if (!shown) return;
      const at = frame();
      const corner = host.getBoundingClientRect();
      const point = [
        at.x0 + (event.clientX - corner.left - at.left) / at.unitX,
        at.y0 + (at.bottom - (event.clientY - corner.top)) / at.unitY,
      ];
      onPick(/** @type {[number, number]} */ (point));
    },
    { signal: controller.signal },
  );
  const painter = createPainter(host, layers, redraw);

  return {
    /** @param {Grid | null} grid @param {string[]} [labels] @param {boolean} [falling] a density: high is bright, and each axis has its own unit */
    setGround(grid, labels = [], falling = false) {
      shown = grid && { grid, labels, falling };
      painter.refresh();
    },
    /** @param {Scene | null} next */
    setScene(next) {
      scene = next;
      if (!painter.isPending()) drawScene();
    },
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose() {
      controller.abort();
      painter.dispose();
    },
  };
}

/** @typedef {{unitX: number, unitY: number, left: number, bottom: number, x0: number, y0: number, width: number, height: number}} Frame @typedef {{right: number, x(value: number): number, y(value: number): number}} Place */

/** @param {CanvasRenderingContext2D} context @param {Frame} at */
function clip(context, at) {
  context.beginPath();
  context.rect(at.left, at.bottom - at.height, at.width, at.height);
  context.clip();
}

/** One pixel a cell, stretched. @param {CanvasRenderingContext2D} context @param {{grid: Grid, falling: boolean}} shown @param {Frame} at @param {Palette} colours */
function drawHeights(context, { grid, falling }, at, colours) {
  const [columns, rows] = [grid.x.length, grid.y.length];
  const small = document.createElement("canvas");
  Object.assign(small, { width: columns, height: rows });
  const pixels = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  const [low, high] = rangeOf(grid.z);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const share = (grid.z[j * columns + i] - low) / (high - low || 1);
      if (!Number.isFinite(share)) continue;
      pixels.fillStyle = rampColour(colours.ramp, falling ? share : Math.sqrt(share));
      pixels.fillRect(i, rows - 1 - j, 1, 1);
    }
  }
  context.imageSmoothingEnabled = true;
  context.drawImage(small, at.left, at.bottom - at.height, at.width, at.height);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} pieces @param {Place} place */
function tracePieces(context, pieces, place) {
  context.beginPath();
  for (let k = 0; k < pieces.length; k += 4) {
    context.moveTo(place.x(pieces[k]), place.y(pieces[k + 1]));
    context.lineTo(place.x(pieces[k + 2]), place.y(pieces[k + 3]));
  }
}

/** @param {CanvasRenderingContext2D} context @param {Grid} grid @param {Place} place @param {Frame} at @param {Palette} colours */
function drawRings(context, grid, place, at, colours) {
  context.save();
  clip(context, at);
  Object.assign(context, { strokeStyle: colours.isoline, lineWidth: 1 });
  for (const level of ringLevels(grid.z, RINGS)) {
    tracePieces(context, isoline(grid, level), place);
    context.stroke();
  }
  context.beginPath();
  context.moveTo(place.x(0), at.bottom);
  context.lineTo(place.x(0), at.bottom - at.height);
  context.moveTo(at.left, place.y(0));
  context.lineTo(at.left + at.width, place.y(0));
  context.strokeStyle = colours.casing;
  context.stroke();
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {string[]} labels @param {Place} place @param {Frame} at @param {Palette} colours */
function drawAxes(context, labels, place, at, colours) {
  Object.assign(context, {
    font: `11px ${colours.font}`,
    fillStyle: colours.muted,
    textAlign: "center",
    textBaseline: "top",
  });
  for (const { value, label } of linearTicks(at.x0, at.x0 + at.width / at.unitX, Math.max(2, at.width / 90)))
    context.fillText(label, place.x(value), at.bottom + 5);
  context.fillText(`weight of ${labels[0] ?? "the first input"} →`, at.left + at.width / 2, at.bottom + 19);
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const { value, label } of linearTicks(at.y0, at.y0 + at.height / at.unitY, Math.max(2, at.height / 70)))
    context.fillText(label, at.left - 6, place.y(value));
  Object.assign(context, { textAlign: "left", textBaseline: "top", fillStyle: colours.ink });
  cased(context, `↑ weight of ${labels[1] ?? "the second input"}`, at.left + 8, at.bottom - at.height + 8, colours);
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {Palette} colours */
function cased(context, text, x, y, colours) {
  Object.assign(context, { lineWidth: 3.5, strokeStyle: colours.casing });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {Grid} grid @param {Place} place @param {Palette} colours */
function drawMoving(context, { ball, level, path, index, arrows, points }, grid, place, colours) {
  const trail = Array.from({ length: index + 1 }, (_, k) => [path[2 * k], path[2 * k + 1]]);
  const rest = Array.from({ length: path.length / 2 - index }, (_, k) => [
    path[2 * (index + k)],
    path[2 * (index + k) + 1],
  ]);
  trace(context, ball, place, true);
  Object.assign(context, { fillStyle: colours.lines[0], globalAlpha: 0.16 });
  context.fill();
  context.globalAlpha = 1;
  doubled(context, colours.lines[0], 2, colours);
  if (level !== null) {
    tracePieces(context, isoline(grid, level), place);
    doubled(context, colours.lines[2], 2, colours);
  }
  trace(context, rest, place, false);
  context.globalAlpha = 0.45;
  doubled(context, colours.ink, 1.5, colours);
  context.globalAlpha = 1;
  trace(context, trail, place, false);
  doubled(context, colours.ink, 2.5, colours);
  for (const arrow of arrows) drawArrow(context, arrow, place, colours);
  for (const point of points) drawPoint(context, point, place, colours);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points @param {Place} place @param {boolean} closed */
function trace(context, points, place, closed) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(place.x(x), place.y(y));
  if (closed) context.closePath();
}

/** A stroke with a casing, so that it reads on any height. @param {CanvasRenderingContext2D} context @param {string} colour @param {number} width @param {Palette} colours */
function doubled(context, colour, width, colours) {
  Object.assign(context, { strokeStyle: colours.casing, lineWidth: width + 2.5 });
  context.stroke();
  Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Arrow} arrow @param {Place} place @param {Palette} colours */
function drawArrow(context, { from, by, colour, label, side = 0 }, place, colours) {
  const [x0, y0, x1, y1] = [place.x(from[0]), place.y(from[1]), place.x(from[0] + by[0]), place.y(from[1] + by[1])];
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 2) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(HEAD, length);
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.moveTo(x1 - head * (ux + 0.55 * uy), y1 - head * (uy - 0.55 * ux));
  context.lineTo(x1, y1);
  context.lineTo(x1 - head * (ux - 0.55 * uy), y1 - head * (uy + 0.55 * ux));
  doubled(context, colour(colours), 2.5, colours);
  Object.assign(context, { font: `600 12px ${colours.font}`, fillStyle: colours.ink, textBaseline: "middle" });
  const [dx, dy] = [ux + 1.4 * side * uy, uy - 1.4 * side * ux];
  context.textAlign = dx < 0 ? "right" : "left";
  cased(context, label, x1 + 9 * dx, y1 + 9 * dy, colours);
}

/** @param {CanvasRenderingContext2D} context @param {Scene["points"][number]} point @param {Place} place @param {Palette} colours */
function drawPoint(context, { at, label, mark }, place, colours) {
  const [x, y] = [place.x(at[0]), place.y(at[1])];
  context.beginPath();
  if (mark === "cross") {
    context.moveTo(x - 6, y - 6);
    context.lineTo(x + 6, y + 6);
    context.moveTo(x + 6, y - 6);
    context.lineTo(x - 6, y + 6);
    doubled(context, colours.lines[3], 2.5, colours);
  } else {
    context.arc(x, y, mark === "dot" ? 5.5 : 5, 0, 2 * Math.PI);
    context.fillStyle = mark === "dot" ? colours.ink : colours.panel;
    context.fill();
    doubled(context, mark === "dot" ? colours.panel : colours.ink, 1.5, colours);
  }
  Object.assign(context, {
    font: `600 12px ${colours.font}`,
    fillStyle: colours.ink,
    textBaseline: "top",
  });
  const side = x + 9 + context.measureText(label).width < place.right ? 1 : -1;
  context.textAlign = side > 0 ? "left" : "right";
  if (label) cased(context, label, x + 9 * side, y + 7, colours);
}
