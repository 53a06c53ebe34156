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
/** Lines between units smaller than this are thinner, as there are more of them. */
const FULL_WIDTH = 26;
const DASH = [5, 4];
const RADIUS = 7;
/** Near where edges come from: there those into one unit lie apart. */
const NEAR_FROM = 0.24;
/** Near where edges lead to: there those out of one unit lie apart. */
const NEAR_TO = 0.76;
/** Between columns that stand closer, an edge has one label, in its middle. */
const ROOM_FOR_TWO = 90;
const SMALL = 20;
const ROOM_FOR_THREE = 35;

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
  for (const edge of scene.edges) labels(context, edge, scene, scene.marked(edge));
}

/** A skip connection: each unit also gets the answer of the one it stands beside, unweighted. @param {CanvasRenderingContext2D} context @param {number} column @param {Scene} scene */
function skip(context, column, { layout: { columns }, palette }) {
  context.setLineDash([1.5, 4]);
  context.lineWidth = 1.75;
  context.globalAlpha = 0.8;
  context.strokeStyle = palette.ink;
  context.beginPath();
  for (const { x, y, index, breadth } of columns[column].places) {
    const below = columns[column - 1].places.find((place) => place.index === index);
    if (!below) continue;
    context.moveTo(below.x + below.breadth / 2, below.y);
    context.lineTo(x - breadth / 2, y);
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
  const [x0, y0, x1, y1, x2, y2, x3, y3] = curveOf(edge);
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(x1, y1, x2, y2, x3, y3);
  context.setLineDash(weight < 0 ? DASH : []);
  const crowd = Math.min(1, Math.min(edge.from.tile, edge.to.tile) / FULL_WIDTH);
  context.lineWidth = THINNEST + share * crowd * WIDEST + (marked ? 1.5 : 0);
  context.globalAlpha = marked ? 1 : (0.25 + 0.55 * share) * (faint ? 0.3 : 1) * (lit ? 1 : 0.18);
  context.strokeStyle = scene.palette.lines[weight < 0 ? 1 : 0];
  context.stroke();
}

/** What is written on an edge: its weight; in the microscope as a factor, and its derivative once that is there. @param {CanvasRenderingContext2D} context @param {Edge} edge @param {Scene} scene @param {boolean} asked */
function labels(context, edge, scene, asked) {
  const { revealed, palette } = scene;
  const told = revealed?.told(edge) ?? { factor: false, gradient: false };
  if (!asked && !told.factor && !told.gradient) return;
  const weight = weightOf(edge, scene);
  const gradient = asked || told.gradient ? (revealed?.atEdge(ends(edge))?.gradient ?? null) : null;
  const curve = curveOf(edge);
  const narrow = curve[6] - curve[0] < ROOM_FOR_TWO;
  const weighed = told.factor || (asked && !(narrow && gradient !== null));
  const put = (/** @type {string} */ text, /** @type {number} */ at) => {
    const [x, y] = pointOn(curve, narrow ? 0.5 : at);
    write(context, text, x, y, palette.ink, palette, { most: narrow ? curve[6] - curve[0] : undefined });
  };
  if (weighed) {
    const back = gradient !== null || revealed?.stage.kind === "backward";
    put(revealed ? `×${formatNumber(weight, 2)}` : formatNumber(weight, 3), back ? NEAR_TO : NEAR_FROM);
  }
  if (gradient !== null && !(narrow && weighed)) put(`∂ ${formatNumber(gradient, 2)}`, NEAR_FROM);
}

/** @param {Edge} edge */
const ends = ({ layer, to, from }) => ({ layer, to: to.index, from: from.index });

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {string} colour @param {Palette} palette @param {{size?: number, most?: number}} [fit] `most`: pixels across; wider text is drawn closer */
function write(context, text, x, y, colour, palette, { size = 11, most } = {}) {
  context.font = `600 ${size}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = palette.casing;
  context.strokeText(text, x, y, most);
  context.fillStyle = colour;
  context.fillText(text, x, y, most);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
export function paintTiles(context, scene) {
  const { layout, revealed } = scene;
  context.clearRect(0, 0, layout.width, layout.height);
  layout.columns.forEach((column, at) => {
    for (const place of column.places) {
      if (revealed) paintValues(context, place, at, scene, revealed);
      else paintTile(context, place, scene.tiles[at]?.[place.index] ?? null, scene);
    }
  });
}

/** @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place */
function box(context, { x, y, tile, breadth }) {
  context.beginPath();
  context.roundRect(x - breadth / 2, y - tile / 2, breadth, tile, Math.min(RADIUS, tile / 4));
}

/** @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place @param {import("./tiles.js").Tile} picture @param {Scene} scene */
function paintTile(context, place, picture, { palette }) {
  const { tile } = place;
  context.save();
  box(context, place);
  context.fillStyle = palette.panel;
  context.fill();
  context.clip();
  const [left, top] = [place.x - tile / 2, place.y - tile / 2];
  if (picture?.kind === "map") context.drawImage(picture.image, left, top, tile, tile);
  if (picture?.kind === "curve") paintCurve(context, picture, left, top, tile, palette);
  context.restore();
  box(context, place);
  context.lineWidth = tile > SMALL ? 1.5 : 1;
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

/** In the microscope: what has come through the unit so far. @param {CanvasRenderingContext2D} context @param {import("./layout.js").Place} place @param {number} column @param {Scene} scene @param {Revealed} revealed */
function paintValues(context, place, column, { layout, palette }, revealed) {
  const active = column === revealed.stage.layer;
  const lines = linesOf(revealed.atUnit(column, place.index), place.tile, column === layout.columns.length - 1);
  box(context, place);
  context.fillStyle = palette.panel;
  context.fill();
  context.lineWidth = active ? 2.5 : 1.5;
  context.strokeStyle = active ? palette.accent : palette.muted;
  context.globalAlpha = lines.length || active ? 1 : 0.45;
  context.stroke();
  context.globalAlpha = 1;
  const colours = { value: palette.ink, slope: palette.warn, delta: palette.good };
  const pitch = Math.min(12.5, place.tile / Math.max(2, lines.length));
  const fit = { size: Math.min(11.5, pitch - 1.5), most: place.breadth - 6 };
  lines.forEach(([what, text], i) => {
    write(context, text, place.x, place.y + (i - (lines.length - 1) / 2) * pitch, colours[what], palette, fit);
  });
}

/**
 * Forward its value; once the way back has come through, the slope and δ, which is what is multiplied there. An output
 * whose slope is 1 has none to tell of.
 *
 * @param {import("./reveal.js").UnitSeen} seen @param {number} tile @param {boolean} output
 * @returns {["value" | "slope" | "delta", string][]}
 */
export function linesOf({ value, slope, delta }, tile, output) {
  /** @type {["value" | "slope" | "delta", string][]} */
  const lines = [];
  const sloped = slope !== null && !(output && slope === 1);
  if (value !== null && (!sloped || tile >= ROOM_FOR_THREE)) lines.push(["value", formatNumber(value, 2)]);
  if (sloped) lines.push(["slope", `×${formatNumber(slope, 2)}`]);
  if (delta !== null) lines.push(["delta", formatNumber(delta, 2)]);
  return lines;
}
