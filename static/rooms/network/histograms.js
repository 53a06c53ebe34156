// @ts-check
/** What the units of each layer answer to the training examples, counted. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./snapshots.js").Histogram} Histogram */

/** @param {NetworkContext} context */
export function histograms(context) {
  const { live, services } = context;
  const list = h("ul", { class: "histograms" });
  const element = h(
    "section",
    { class: "card layer-card", "aria-label": "Activations" },
    h("h2", {}, "Activations by layer"),
    h(
      "p",
      { class: "help" },
      "What all units of a layer answer to all training examples. Heaps at both ends are saturated units; one heap at 0, silent ones.",
    ),
    list,
  );
  /** @type {Map<string, ReturnType<typeof histogram>>} */
  let shown = new Map();
  const clear = () => {
    for (const one of shown.values()) one.dispose();
    shown = new Map();
    fill(list);
  };
  const tell = () => {
    const layers = Object.entries(context.inside.snapshots()?.at(context.step())?.layers ?? {});
    for (const [name, { histogram: counted }] of layers) {
      if (!counted) continue;
      const one = shown.get(name) ?? histogram(name, shown.size % 8);
      if (!shown.has(name)) list.append(one.element);
      shown.set(name, one);
      one.set(counted);
    }
  };
  tell();
  return {
    element,
    dispose: disposal([
      live.subscribe((l) => l.run.tracks, clear),
      context.onPulse(tell),
      services.onTheme(() => {
        clear();
        tell();
      }),
      clear,
    ]),
  };
}

/** Counts as shares of the highest bin. @param {Histogram} histogram */
export function heightsOf({ counts }) {
  const most = Math.max(1, ...Array.from(counts));
  return Array.from(counts, (count) => count / most);
}

/** @param {string} name @param {number} colour */
function histogram(name, colour) {
  const host = h("div", { class: "histogram" });
  const range = h("span", { class: "help number" });
  const element = h("li", {}, h("span", { class: "histogram-name" }, name), host, range);
  const layers = createLayers(host, ["bars"]);
  const palette = readPalette(document.documentElement);
  /** @type {Histogram | null} */
  let counted = null;
  const paint = () => {
    if (!counted) return;
    const [context] = layers.contexts;
    const { width, height } = layers.size();
    context.clearRect(0, 0, width, height);
    context.fillStyle = palette.lines[colour];
    const heights = heightsOf(counted);
    const bin = width / heights.length;
    heights.forEach((share, i) =>
      context.fillRect(i * bin + 0.5, height * (1 - share), Math.max(1, bin - 1), height * share),
    );
  };
  const painter = createPainter(host, layers, paint);
  return {
    element,
    /** @param {Histogram} next */
    set(next) {
      counted = next;
      const { edges, left_out: left } = next;
      const ends = `${formatNumber(edges[0], 2)} … ${formatNumber(edges[edges.length - 1], 2)}`;
      fill(range, left ? `${ends}, ${formatWhole(left)} beyond` : ends);
      painter.refresh();
    },
    dispose: painter.dispose,
  };
}
