// @ts-check
/** The network, drawn: canvases for what moves, and above them real controls for what can be changed. */
import { disposal, fill, h } from "../../dom.js";
import { createLayers, watchSize } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { columnHeads } from "./heads.js";
import { pickWeight } from "./inside.js";
import { edgeAt, edgesOf, layoutOf } from "./layout.js";
import { paintEdges, paintTiles } from "./paint.js";
import { tilesOf } from "./tiles.js";
import { unitButtons } from "./units.js";
import { largest } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./layout.js").Layout} Layout */

const LEAST_HEIGHT = 240;

/** @param {HTMLElement} host @param {NetworkContext} context @param {import("../../services.js").Catalogue} catalogue */
export function drawing(host, context, catalogue) {
  const { live, store, inside, pick, services } = context;
  const board = h("div", { class: "board" });
  const frame = h("div", { class: "board-frame" }, board);
  host.append(frame);
  const layers = createLayers(board, ["edges", "tiles"]);
  const heads = columnHeads(board, context, catalogue);
  const units = unitButtons(board, context);
  let palette = readPalette(document.documentElement);
  /** @type {Layout} */
  let layout = layoutOf([1, 1], { width: 400, height: 300 });
  /** @type {import("./layout.js").Edge[]} */
  let edges = [];
  /** @type {import("./tiles.js").Tile[][]} */
  let tiles = [];
  /** @type {object | null} */
  let pictured = null;

  const clear = () => {
    for (const context of layers.contexts) context.clearRect(0, 0, layout.width, layout.height);
    heads.clear();
    units.dispose();
  };
  const arrange = () => {
    const widths = inside.widths();
    if (!widths.length) return clear();
    const size = { width: frame.clientWidth, height: Math.max(LEAST_HEIGHT, frame.clientHeight - 2) };
    layout = layoutOf(widths, size);
    board.style.width = `${layout.width}px`;
    board.style.height = `${layout.height}px`;
    layers.resize();
    const direct = inside.blocks().some(({ name }) => name === "direct");
    edges = edgesOf(layout, direct);
    heads.place(layout);
    units.place(layout);
    pictured = null;
    paint();
  };
  /** @returns {import("./paint.js").Scene} */
  const scene = () => {
    const theta = inside.theta(context.step());
    const blocks = inside.blocks();
    const { hover, revealed, weight } = pick.get();
    const shown = hover ?? (revealed && weight ? { kind: /** @type {const} */ ("weight"), weight } : null);
    return {
      layout,
      edges,
      blocks,
      theta,
      tiles,
      palette,
      revealed,
      skips: skipsOf(inside.widths(), Boolean(store.get().spec.objective.residual)),
      scales: theta ? blocks.map((block) => largest(block, theta)) : [],
      marked: (edge) => isMarked(edge, shown, layout.columns.length - 1),
    };
  };
  const paint = () => {
    const now = scene();
    if (!now.theta || !layers.size().width) return;
    paintEdges(layers.contexts[0], now);
    const snapshot = inside.snapshots()?.at(context.step()) ?? null;
    const key = pick.get().revealed ?? snapshot;
    if (key !== pictured || !key) {
      tiles = tilesOf(snapshot, inside.widths(), palette, isClassification(context));
      paintTiles(layers.contexts[1], { ...now, tiles });
    }
    pictured = key;
  };
  /** @param {PointerEvent} event @returns {import("./inside.js").Target | null} */
  const under = (event) => {
    const { left, top } = board.getBoundingClientRect();
    const edge = edgeAt(edges, layout.tile, event.clientX - left, event.clientY - top);
    return edge && { kind: "weight", weight: { layer: edge.layer, to: edge.to.index, from: edge.from.index } };
  };
  board.addEventListener("pointermove", (event) => {
    if (event.target instanceof Element && event.target.closest("button, select, input")) return;
    const target = under(event);
    board.classList.toggle("over-weight", Boolean(target));
    if (JSON.stringify(target) !== JSON.stringify(pick.get().hover)) pick.set({ hover: target });
  });
  board.addEventListener("pointerleave", () => pick.set({ hover: null }));
  board.addEventListener("click", (event) => {
    const target = event.target instanceof HTMLCanvasElement || event.target === board ? under(event) : null;
    if (target?.kind === "weight") pickWeight(context, target.weight);
  });
  const restart = () => {
    pictured = null;
    arrange();
  };
  const stop = watchSize(frame, arrange);
  arrange();
  return disposal([
    stop,
    live.subscribe((l) => l.run.started, restart),
    live.subscribe((l) => l.run.tracks, restart),
    store.subscribe((s) => s.page.selected, restart),
    pick.onChange(paint),
    context.onStep(paint),
    context.onPulse(paint),
    services.onTheme(() => {
      palette = readPalette(document.documentElement);
      restart();
    }),
    heads.dispose,
    units.dispose,
    layers.dispose,
    () => fill(host),
  ]);
}

/** Hidden columns that are as wide as what is below them, where skip connections are on. @param {number[]} widths @param {boolean} residual */
export const skipsOf = (widths, residual) =>
  residual ? widths.flatMap((units, c) => (c > 0 && c < widths.length - 1 && units === widths[c - 1] ? [c] : [])) : [];

/** @param {NetworkContext} context */
export const isClassification = ({ live }) => live.get().description.value?.data?.task === "classification";

/** @param {import("./layout.js").Edge} edge @param {import("./inside.js").Target | null} shown @param {number} last column */
function isMarked({ layer, to, from, back }, shown, last) {
  if (!shown) return false;
  if (shown.kind === "weight") {
    const { weight } = shown;
    return weight.layer === layer && weight.to === to.index && weight.from === from.index;
  }
  const [begin, end] = [back > 1 ? 0 : layer, back > 1 ? last : layer + 1];
  return (
    (shown.column === end && shown.index === to.index) ||
    (shown.column === 0 && begin === 0 && shown.index === from.index)
  );
}
