// @ts-check
/** The network, drawn: canvases for what moves, and above them real controls for what can be changed. */
import { disposal, fill, h } from "../../dom.js";
import { createLayers, watchSize } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { columnHeads } from "./heads.js";
import { pickWeight } from "./inside.js";
import { edgeAt, edgesOf, layoutOf } from "./layout.js";
import { columnPages } from "./pages.js";
import { paintEdges, paintTiles } from "./paint.js";
import { columnsOf } from "./reveal.js";
import { tilesOf } from "./tiles.js";
import { unitButtons } from "./units.js";
import { largest } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./layout.js").Layout} Layout */

const LEAST_HEIGHT = 200;
/** What units take at least: enough for a picture, or for two lines of numbers. */
const LEAST = { pictures: { least: 14 }, numbers: { least: 33, breadth: 48 } };

/** @param {HTMLElement} host @param {NetworkContext} context @param {import("../../services.js").Catalogue} catalogue */
export function drawing(host, context, catalogue) {
  const { live, store, inside, pick, services } = context;
  const board = h("div", { class: "board" });
  const frame = h("div", { class: "board-frame" }, board);
  host.append(frame);
  const layers = createLayers(board, ["edges", "tiles"]);
  const heads = columnHeads(board, context, catalogue);
  const units = unitButtons(board, context);
  const pages = columnPages(board, () => arrange());
  let palette = readPalette(document.documentElement);
  /** @type {Layout} */
  let layout = layoutOf([1, 1], { width: 400, height: 300, ...measuresOf(board), ...LEAST.pictures });
  /** @type {import("./layout.js").Edge[]} */
  let edges = [];
  /** @type {import("./tiles.js").Tile[][]} */
  let tiles = [];
  /** @type {object | null} */
  let pictured = null;
  /** Whether units stand as far apart as their numbers want. */
  let numbered = false;
  /** The weight and the stage that were turned to last. @type {{weight: import("./weights.js").Weight | null, column: number}} */
  let turnedTo = { weight: null, column: -1 };

  const clear = () => {
    for (const context of layers.contexts) context.clearRect(0, 0, layout.width, layout.height);
    heads.clear();
    units.dispose();
    pages.clear();
  };
  const arrange = () => {
    const widths = inside.widths();
    if (!widths.length) return clear();
    numbered = Boolean(pick.get().revealed);
    const size = { width: frame.clientWidth, height: Math.max(LEAST_HEIGHT, frame.clientHeight - 2) };
    const least = numbered ? LEAST.numbers : LEAST.pictures;
    layout = layoutOf(widths, { ...size, ...measuresOf(board), ...least }, pages.first());
    board.style.width = `${layout.width}px`;
    board.style.height = `${layout.height}px`;
    layers.resize();
    const direct = inside.blocks().some(({ name }) => name === "direct");
    edges = edgesOf(layout, direct);
    heads.place(layout);
    units.place(layout);
    pages.place(layout);
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
    const edge = edgeAt(edges, event.clientX - left, event.clientY - top);
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
  /** The units that the chosen weight joins are seen, and the column that the pass has come to. */
  const follow = () => {
    const { weight, revealed } = pick.get();
    if (numbered !== Boolean(revealed)) arrange();
    const before = turnedTo;
    turnedTo = { weight: revealed && weight, column: revealed?.stage.layer ?? -1 };
    if (turnedTo.weight && turnedTo.weight !== before.weight) {
      const [to, from] = columnsOf(turnedTo.weight, layout.columns.length - 1);
      pages.show(to, turnedTo.weight.to);
      pages.show(from, turnedTo.weight.from ?? layout.columns[from].first);
    }
    paint();
    const column = turnedTo.column === before.column ? null : layout.columns[turnedTo.column];
    if (column) frame.scrollTo({ left: column.x - frame.clientWidth / 2 });
  };
  const restart = () => {
    pictured = null;
    arrange();
  };
  const anew = () => {
    pages.reset();
    restart();
  };
  const stop = watchSize(frame, arrange);
  arrange();
  return disposal([
    stop,
    live.subscribe((l) => l.run.started, anew),
    live.subscribe((l) => l.run.tracks, restart),
    store.subscribe((s) => s.page.selected, restart),
    pick.onChange(follow),
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

/** What the style sheets leave to the columns. @param {HTMLElement} board */
function measuresOf(board) {
  const style = getComputedStyle(board);
  const measure = (/** @type {string} */ name) => Number.parseFloat(style.getPropertyValue(name));
  return { top: measure("--heads"), pitch: measure("--pitch") };
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
