// @ts-check
/** Layer by layer over the run: two kinds of gradient, the size of steps, units that no longer learn, activations. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { histograms } from "./histograms.js";
import { layerChart } from "./layerChart.js";
import { seriesOf } from "./series.js";

/**
 * @typedef {import("./inside.js").NetworkContext} NetworkContext
 * @typedef {import("../../types.js").Track} Track
 * @typedef {{title: string, about: string, scale: "log" | "linear", series(context: NetworkContext): Track[],
 *   seen?: boolean}} Quantity `seen`: as the steps saw it
 */

/** @param {"gradientNorm" | "deltaNorm"} norm @returns {(context: NetworkContext) => Track[]} */
const norms =
  (norm) =>
  ({ inside }) => {
    const buffer = inside.track()?.buffer;
    const layers = [...(buffer?.layers ?? [])].filter(([name]) => norm === "gradientNorm" || name !== "direct");
    return buffer ? layers.map(([name, columns], i) => seriesOf(buffer, columns[norm], name, i % 8)) : [];
  };

/** @param {string} name @param {boolean} unitsOnly @returns {(context: NetworkContext) => Track[]} */
const facts =
  (name, unitsOnly = false) =>
  ({ inside }) =>
    [...(inside.snapshots()?.layers ?? [])].flatMap(([layer, buffer], i) =>
      unitsOnly && (layer === "output" || layer === "direct")
        ? []
        : [seriesOf(buffer, buffer.column(name), layer, i % 8)],
    );

/** @type {Record<string, Quantity>} */
const QUANTITIES = {
  gradient: {
    title: "Gradient of the weights, ‖∂L/∂W‖",
    about: "How far each layer is asked to move.",
    scale: "log",
    series: norms("gradientNorm"),
    seen: true,
  },
  delta: {
    title: "Error signal, ‖δ‖ = ‖∂L/∂z‖",
    about:
      "What of the error arrives at each layer on its way back. It can shrink while the gradient of the weights does not.",
    scale: "log",
    series: norms("deltaNorm"),
    seen: true,
  },
  update: {
    title: "Step size, ‖ΔW‖ / ‖W‖",
    about: "‖ΔW‖ / ‖W‖: how much of itself a layer changes in one step. About 10⁻³ is a healthy rule of thumb.",
    scale: "log",
    series: facts("update_ratio"),
  },
  dead: {
    title: "Dead units",
    about: "Share of units whose slope is 0 on every training example: they cannot learn any more.",
    scale: "linear",
    series: facts("dead", true),
  },
  saturated: {
    title: "Saturated units",
    about: "Share of unit–example pairs where the slope is below 5 % of its largest: hardly any error passes.",
    scale: "linear",
    series: facts("saturated", true),
  },
};

/** @param {HTMLElement} host @param {NetworkContext} context */
export function layersPanel(host, context) {
  const gradient = layerChart(context, QUANTITIES.gradient);
  const delta = layerChart(context, QUANTITIES.delta);
  const third = h("div", { class: "third" });
  const stopThird = chosen(third, context);
  const counted = histograms(context);
  host.append(h("div", { class: "layer-charts" }, gradient.element, delta.element, third), counted.element);
  return disposal([gradient.dispose, delta.dispose, stopThird, counted.dispose]);
}

/** One of three further quantities. @param {HTMLElement} host @param {NetworkContext} context */
function chosen(host, context) {
  const choice = segments(
    "Quantity",
    [
      ["update", "Step size"],
      ["dead", "Dead"],
      ["saturated", "Saturated"],
    ],
    { value: "update", onChange: (value) => show(value), class: "segments-small" },
  );
  let chart = layerChart(context, QUANTITIES.update, choice.element);
  /** @param {string} quantity */
  const show = (quantity) => {
    chart.dispose();
    chart = layerChart(context, QUANTITIES[quantity], choice.element);
    fill(host, chart.element);
  };
  fill(host, chart.element);
  return () => chart.dispose();
}
