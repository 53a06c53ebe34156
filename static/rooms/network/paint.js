// @ts-check
/** The network on its canvases: weights by width, colour and dash; units by what they answer. */
import { formatNumber } from "../../format.js";
import { curveOf, pointOn } from "./layout.js";
import { weightIndex } from "./weights.js";

/**
 * @typedef {import("./layout.js").Edge} Edge @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("../../types.js").Palette} Palette @typedef {import("./weights.js").Block} Block
 * @typedef {import("./reveal.js").Revealed} Revealed
 * @typedef {object} Scene
 * @property {Layout} layout
 * @property {Edge[]} edges
 * @property {Block[]} blocks
 * @property {ArrayLike<number> | null} theta
 * @property {number[]} scales the magnitude of the widest edge, layer by layer
 * @property {import("./tiles.js").Tile[][]} tiles
 * @property {Palette} palette
 * @property {number[]} skips columns that add what is below them to their answer
 * @property {(edge: Edge) => boolean} marked is under the hand, or joins the unit that is
 * @property {Revealed | null} revealed
 */

const THINNEST = 0.4;
const WIDEST = 5;
const DASH = [5, 4];
const RADIUS = 7;
const ROOM_FOR_NUMBERS = 48;
/** Near where edges come from: there those into one unit lie apart. */
const LABEL = 0.24;

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
export function paintEdges(context, scene) {
  context.clearRect(0, 0, scene.layout.width, scene.layout.height);
  for (const column of scene.skips) skip(context, column, scene);
  const any = !scene.revealed && scene.edges.some(scene.marked);
  for (const edge of scene.edges) {
    const marked = scene.marked(edge);
    stroke(context, edge, scene, marked, any && !marked);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const edge of scene.edges) if (scene.marked(edge) || scene.revealed?.labelled(edge)) label(context, edge, scene);
}

/** A skip connection: each unit also gets the answer of the one it stands beside, unweighted. @param {CanvasRenderingContext2D} context @param {number} column @param {Scene} scene */
function skip(context, column, { layout: { columns, tile }, palette }) {
  context.setLineDash([1.5, 4]);
  context.lineWidth = 1.75;
  context.globalAlpha = 0.8;
  context.strokeStyle = palette.ink;
  context.beginPath();
  for (const { x, y, index } of columns[column].places) {
    const below = columns[column - 1].places[index];
    context.moveTo(below.x + tile / 2, below.y);
    context.lineTo(x - tile / 2, y);
  }
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** @param {Edge} edge @param {Scene} scene */
const weightOf = (edge, { theta, blocks }) =>
  theta && blocks[edge.layer] ? theta[weightIndex(blocks[edge.layer], edge.to.index, edge.from.index)] : 0;

/** @param {CanvasRenderingContext2D} context @param {Edge} edge @param {Scene} scene @param {boolean} marked @param {boolean} faint */
function stroke(context, edge, scene, marked, faint) {
  const weight = weightOf(edge, scene);
  const share = Math.min(1, Math.abs(weight) / (scene.scales[edge.layer] || 1));
  const lit = scene.revealed?.lit(edge.layer) ?? true;
  const [x0, y0, x1, y1, x2, y2, x3, y3] = curveOf(edge, scene.layout.tile);
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(x1, y1, x2, y2, x3, y3);
  context.setLineDash(weight < 0 ? DASH : []);
  context.lineWidth = THINNEST + share * WIDEST + (marked ? 1.5 : 0);
  context.globalAlpha = marked ? 1 : (0.25 + 0.55 * share) * (faint ? 0.3 : 1) * (lit ? 1 : 0.18);
  context.strokeStyle = scene.palette.lines[weight < 0 ? 1 : 0];
  context.stroke();
}

/** The weight, written on its edge; in the microscope with its derivative once that is there. @param {CanvasRenderingContext2D} context @param {Edge} edge @param {Scene} scene */
function label(context, edge, scene) {
  const text = scene.revealed?.onEdge(edge) ?? formatNumber(weightOf(edge, scene), 3);
  const [x, y] = pointOn(curveOf(edge, scene.layout.tile), LABEL);
  write(context, text, x, y, scene.palette.ink, scene.palette);
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {string} colour @param {Palette} palette @param {string} [font] */
function write(context, text, x, y, colour, palette, font = `600 11px ${palette.font}`) {
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = palette.casing;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
export function paintTiles(context, scene) {
  const { layout, palette, revealed } = scene;
  context.clearRect(0, 0, layout.width, layout.height);
  layout.columns.forEach((column, at) => {
    for (const place of column.places) {
      if (revealed) paintValues(context, place, at, scene, revealed);
      else paintTile(context, place, scene.tiles[at]?.[place.index] ?? null, scene);
    }
    if (column.more)
      write(context, `+ ${column.more} more`, column.x, column.moreY, palette.muted, palette, `11px ${palette.font}`);
  });
}

/** @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place @param {number} tile @param {number} [width] */
function box(context, { x, y }, tile, width = tile) {
  context.beginPath();
  context.roundRect(x - width / 2, y - tile / 2, width, tile, Math.min(RADIUS, tile / 4));
}

/** @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place @param {import("./tiles.js").Tile} picture @param {Scene} scene */
function paintTile(context, place, picture, { layout: { tile }, palette }) {
  context.save();
  box(context, place, tile);
  context.fillStyle = palette.panel;
  context.fill();
  context.clip();
  const [left, top] = [place.x - tile / 2, place.y - tile / 2];
  if (picture?.kind === "map") context.drawImage(picture.image, left, top, tile, tile);
  if (picture?.kind === "curve") paintCurve(context, picture, left, top, tile, palette);
  context.restore();
  box(context, place, tile);
  context.lineWidth = 1.5;
  context.strokeStyle = palette.muted;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {{values: number[], scale: number}} curve @param {number} left @param {number} top @param {number} tile @param {Palette} palette */
function paintCurve(context, { values, scale }, left, top, tile, palette) {
  context.beginPath();
  context.moveTo(left, top + tile / 2);
  context.lineTo(left + tile, top + tile / 2);
  context.lineWidth = 1;
  context.strokeStyle = palette.rule;
  context.stroke();
  context.beginPath();
  values.forEach((value, i) => {
    const share = Math.max(-1.2, Math.min(1.2, value / scale));
    context.lineTo(left + (i / (values.length - 1)) * tile, top + tile / 2 - share * 0.42 * tile);
  });
  context.lineWidth = 1.75;
  context.strokeStyle = palette.accent;
  context.stroke();
}

/** In the microscope: what has come through the unit so far, forward above and backward below. @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place @param {number} column @param {Scene} scene @param {Revealed} revealed */
function paintValues(context, place, column, { layout: { tile }, palette }, revealed) {
  const { value, delta, active } = revealed.atUnit(column, place.index);
  box(context, place, tile, Math.max(tile, ROOM_FOR_NUMBERS));
  context.globalAlpha = 1;
  context.fillStyle = palette.panel;
  context.fill();
  context.lineWidth = active ? 2.5 : 1.5;
  context.strokeStyle = active ? palette.accent : palette.muted;
  context.globalAlpha = value === null && !active ? 0.45 : 1;
  context.stroke();
  context.globalAlpha = 1;
  const low = delta === null ? 0 : tile * 0.23;
  const size = Math.max(9, Math.min(11.5, tile * 0.36));
  if (value !== null)
    write(
      context,
      formatNumber(value, 2),
      place.x,
      place.y - low,
      palette.ink,
      palette,
      `600 ${size}px ${palette.font}`,
    );
  if (delta !== null)
    write(
      context,
      formatNumber(delta, 2),
      place.x,
      place.y + low,
      palette.lines[2],
      palette,
      `600 ${size}px ${palette.font}`,
    );
}
