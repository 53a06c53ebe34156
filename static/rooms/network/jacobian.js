// @ts-check
/** How each layer stretches small changes: the singular values of the factors that the chain rule multiplies. */
import { disposal, h } from "../../dom.js";
import { readPalette } from "../../plots/palette.js";
import { createXyChart } from "../../plots/xyChart.js";

/** @typedef {{name: string, factor: ArrayLike<number>, to_outputs: ArrayLike<number>}} Spectrum */

/** @param {import("./inside.js").NetworkContext} context @param {import("./microscope.js").ScopeHandle} handle */
export function jacobianCard({ services }, { scope }) {
  const host = h("div", { class: "jacobian-chart" });
  const chart = createXyChart(host, { palette: readPalette(document.documentElement) });
  const empty = h("p", { class: "help" }, "Follow one example to see them: each example has its own.");
  const element = h(
    "section",
    { class: "card scope-card", "aria-label": "How layers stretch" },
    h("h2", {}, "How layers stretch"),
    h(
      "p",
      { class: "help" },
      "A dot is a direction in which a layer stretches (above 1) or shrinks (below 1) a small change. Going back, the error is multiplied by all of them: far below 1 again and again, it vanishes.",
    ),
    h(
      "div",
      { class: "keys" },
      h("span", { class: "key" }, h("i", { class: "dot line-2", "aria-hidden": "true" }), "this layer"),
      h("span", { class: "key" }, h("i", { class: "dot line-1", "aria-hidden": "true" }), "from here to the output"),
    ),
    host,
    empty,
  );
  const draw = () => {
    const layers = /** @type {Spectrum[] | undefined} */ (scope.get().reply?.jacobian?.[0]?.layers);
    host.hidden = !layers;
    empty.hidden = Boolean(layers) || scope.get().mode === "one";
    if (!layers) return;
    const { lines } = readPalette(document.documentElement);
    chart.set({
      log: true,
      x: [-0.5, layers.length - 0.5],
      xTicks: layers.map(({ name }, value) => ({ value, label: name })),
      series: [dotsOf(layers, "factor", lines[1], -0.1), dotsOf(layers, "to_outputs", lines[0], 0.1)],
    });
  };
  draw();
  return {
    element,
    dispose: disposal([
      scope.onChange(draw),
      services.onTheme(() => {
        chart.setPalette(readPalette(document.documentElement));
        draw();
      }),
      chart.dispose,
    ]),
  };
}

/** @param {Spectrum[]} layers @param {"factor" | "to_outputs"} which @param {string} colour @param {number} aside @returns {import("../../plots/xyChart.js").Series} */
function dotsOf(layers, which, colour, aside) {
  const points = layers.flatMap((layer, i) => Array.from(layer[which], (value) => [i + aside, value]));
  return { x: points.map(([x]) => x), y: points.map(([, y]) => y), colour, dots: true };
}
