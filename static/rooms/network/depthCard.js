// @ts-check
/** What many slopes in a row make of an error: deep random networks, layer by layer. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { readPalette } from "../../plots/palette.js";
import { createXyChart } from "../../plots/xyChart.js";

/** @typedef {import("./activation.js").Reply} Reply */

/** @param {ArrayLike<number | null>} logs @returns {number[]} NaN where it is zero or overflows */
export const fromLogs = (logs) => Array.from(logs, (log) => (log === null ? Number.NaN : 10 ** log));

/** @param {import("./inside.js").NetworkContext} context */
export function depthCard({ services }) {
  const host = h("div", { class: "chart" });
  const controls = h("div", { class: "depth-controls" });
  const said = h("p", {});
  const chart = createXyChart(host, { palette: readPalette(document.documentElement) });
  /** @param {string} name @param {string} words */
  const key = (name, words) => h("span", { class: "key" }, h("i", { class: name, "aria-hidden": "true" }), words);
  const element = h(
    "section",
    { class: "card scope-card", "aria-label": "Through depth" },
    h("h2", {}, "Many layers: what is left of the error"),
    h(
      "div",
      { class: "keys" },
      key("key-line line-1", "product of the slopes"),
      key("key-line key-dashed line-1", "the most it can be"),
      key("key-line line-2", "error signal ‖δ‖, weights included"),
    ),
    h("div", { class: "timeline slopes-chart" }, host),
    said,
    h(
      "p",
      { class: "help" },
      "Read it from right to left: the error starts at the last layer and comes back to the first. Median of 10 random networks, 64 units wide; thin lines are the extremes.",
    ),
    controls,
  );
  /** @type {Reply | null} */
  let reply = null;
  const draw = () => {
    if (!reply) return;
    const { lines } = readPalette(document.documentElement);
    const { layer: x, bound, slope, delta } = reply.depth;
    /** @param {import("./activation.js").Spread} spread @param {string} colour */
    const spreadOf = ({ low, median, high }, colour) => [
      { x, y: fromLogs(median), colour },
      ...[low, high].map((logs) => ({ x, y: fromLogs(logs), colour, dash: [1, 4] })),
    ];
    const top = { x, y: fromLogs(bound), colour: lines[0], dash: [6, 4] };
    chart.set({ log: true, series: [top, ...spreadOf(slope, lines[0]), ...spreadOf(delta, lines[1])] });
    fill(said, verdict(reply.depth));
  };
  return {
    element,
    controls,
    /** @param {Reply} next */
    set(next) {
      reply = next;
      draw();
    },
    dispose: disposal([
      services.onTheme(() => {
        chart.setPalette(readPalette(document.documentElement));
        draw();
      }),
      chart.dispose,
    ]),
  };
}

const CALM = 3;
const GONE = 100;

/** In one sentence, how the error arrives at the first layer. @param {Reply["depth"]} depth */
export function verdict({ layer, delta }) {
  const left = fromLogs(delta.median)[0];
  const layers = layer.length;
  if (!Number.isFinite(left)) return `Nothing of the error is left after ${layers} layers.`;
  if (left < 1 / GONE) return `After ${layers} layers ${formatNumber(left, 2)} of the error is left: it vanishes.`;
  if (left < 1 / CALM) return `After ${layers} layers ${formatNumber(left, 2)} of the error is left: it fades.`;
  if (left > CALM) return `After ${layers} layers the error is ${formatNumber(left, 2)} times as large: it explodes.`;
  return `After ${layers} layers the error is ${formatNumber(left, 2)} times what it was: it arrives.`;
}
