// @ts-check
/** f, f′ and f″ over z, and their values at a place that is dragged or moved by arrow keys. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { readPalette } from "../../plots/palette.js";
import { createXyChart, valueNear } from "../../plots/xyChart.js";

/** @typedef {import("./activation.js").Reply} Reply */

/** name, title, and index of its colour. @type {[keyof Pick<Reply, "value" | "first" | "second">, string, number][]} */
const CURVES = [
  ["value", "f", 1],
  ["first", "f′", 0],
  ["second", "f″", 2],
];

/** @param {import("./inside.js").NetworkContext} context */
export function slopesCard({ services }) {
  const host = h("div", { class: "chart" });
  const slide = h("input", { class: "scrub", type: "range", min: -6, max: 6, step: 0.05, value: 1, "aria-label": "z" });
  const controls = h("div", {});
  const facts = h("p", { class: "number slopes-facts" });
  const bound = h("p", { class: "help" });
  const chart = createXyChart(host, { palette: readPalette(document.documentElement) });
  const keys = CURVES.map(([, title, colour]) =>
    h("span", { class: "key" }, h("i", { class: `dot line-${colour + 1}`, "aria-hidden": "true" }), title),
  );
  const element = h(
    "section",
    { class: "card scope-card", "aria-label": "Activation and its slopes" },
    h("div", { class: "row" }, h("h2", {}, "One unit: what it does to its sum z"), h("span", { class: "keys" }, keys)),
    controls,
    h("div", { class: "timeline slopes-chart" }, host, slide),
    facts,
    bound,
  );
  /** @type {Reply | null} */
  let reply = null;
  const place = () => {
    const { left, right } = chart.insets();
    slide.style.left = `${left}px`;
    slide.style.width = `calc(100% - ${left + right}px)`;
  };
  const tell = () => {
    if (!reply) return;
    const { z: x } = reply;
    const z = Number(slide.value);
    chart.setCursor(z);
    const values = CURVES.map(([name]) => valueNear({ x, y: /** @type {Reply} */ (reply)[name] }, z));
    const text = CURVES.map(([, title], i) => `${title} = ${formatNumber(values[i], 4)}`).join(", ");
    fill(facts, `At z = ${formatNumber(z, 3)}: ${text}`);
    slide.setAttribute("aria-valuetext", `z = ${z}: ${text}`);
  };
  const draw = () => {
    if (!reply) return;
    const { lines, muted } = readPalette(document.documentElement);
    const { z: x, bound: most } = reply;
    const series = CURVES.map(([name, , colour]) => ({
      x,
      y: /** @type {Reply} */ (reply)[name],
      colour: lines[colour],
    }));
    const ends = [x[0], x[x.length - 1]];
    chart.set({
      log: false,
      cursor: Number(slide.value),
      x: [ends[0], ends[1]],
      series: [...series, { x: ends, y: [most, most], colour: muted, dash: [3, 4] }],
    });
    fill(
      bound,
      `The slope is never larger than ${formatNumber(most, 4)} in size, for any z (dashed): each layer on the way back multiplies the error by at most that, times its weights.`,
    );
    tell();
  };
  slide.addEventListener("input", tell);
  place();
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
