// @ts-check
/** One quantity, layer by layer: its curves over the run, and bars for the step that is shown. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatPercent } from "../../format.js";
import { domainOf } from "../../plots/curves.js";
import { createLossChart } from "../../plots/lossChart.js";
import { readPalette } from "../../plots/palette.js";
import { NOISY } from "../../race/scope.js";
import { valueAt } from "./series.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("../../types.js").Track} Track */

/** @param {NetworkContext} context @param {import("./layersPanel.js").Quantity} quantity @param {Element} [tools] in the place of its title */
export function layerChart(context, { title, about, scale, series, seen = false }, tools) {
  const { live, store, services } = context;
  const host = h("div", { class: "layer-chart" });
  const bars = h("ul", { class: "layer-bars" });
  const help = h("p", { class: "help" });
  const head = h("div", {}, tools ?? h("h2", {}, title));
  const element = h("section", { class: "card layer-card", "aria-label": title }, head, help, host, bars);
  const chart = createLossChart(host, { palette: readPalette(document.documentElement) });
  /** @type {Track[]} */
  let tracks = [];
  /** @type {ReturnType<typeof barRow>[]} */
  let rows = [];
  const setTracks = () => {
    tracks = series(context);
    const batches = seen && context.inside.track()?.buffer.scope === "batch";
    fill(help, batches ? `${about} ${NOISY} of the whole.` : about);
    chart.setView({ quantity: "value", scale, steps: store.get().spec.steps });
    chart.setTracks(tracks);
    rows = tracks.map(barRow);
    fill(bars, ...rows.map((row) => row.element));
    tell();
  };
  const tell = () => {
    const known = series(context);
    if (known.length !== tracks.length) return setTracks();
    const { low, high } = domainOf(tracks, { quantity: "value", scale });
    rows.forEach((row, i) => {
      const value = valueAt(tracks[i], context.step());
      row.set(value, shareOf(value, scale === "log" ? low : 0, scale === "log" ? high : 1, scale), scale);
    });
  };
  setTracks();
  return {
    element,
    dispose: disposal([
      live.subscribe((l) => l.run.tracks, setTracks),
      store.subscribe((s) => s.page.selected, setTracks),
      store.subscribe((s) => s.spec.steps, setTracks),
      context.onStep((step) => chart.draw(step)),
      context.onGrowth(() => chart.refresh()),
      context.onPulse(tell),
      services.onTheme(() => chart.setPalette(readPalette(document.documentElement))),
      () => chart.dispose(),
    ]),
  };
}

/** How long a bar is, from 0 to 1; what has no place on the scale has no length. @param {number} value @param {number} low @param {number} high @param {"log" | "linear"} scale */
export function shareOf(value, low, high, scale) {
  const share = scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** @param {Track} track */
function barRow({ title, colour }) {
  const bar = h("i", { class: "bar", "aria-hidden": "true" });
  const value = h("span", { class: "number" });
  const element = h(
    "li",
    { class: `line-${colour + 1}` },
    h("span", { class: "bar-name" }, title),
    h("span", { class: "bar-track" }, bar),
    value,
  );
  return {
    element,
    /** @param {number} number @param {number} share @param {"log" | "linear"} scale */
    set(number, share, scale) {
      bar.style.width = `${100 * share}%`;
      const text = scale === "linear" ? formatPercent(number, 3) : formatNumber(number, 3);
      fill(value, Number.isFinite(number) ? text : "–");
    },
  };
}
