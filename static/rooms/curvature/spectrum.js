// @ts-check
/** The spectral density of the Hessian, whole and layer by layer, at the inspected step. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { createDensityChart } from "../../plots/densityChart.js";
import { readPalette } from "../../plots/palette.js";
import { followInspection, lookFrame } from "./frame.js";
import { measuredAt } from "./measures.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */

/** @param {HTMLElement} host @param {Context} context */
export function spectrumLook(host, context) {
  const { act, services } = context;
  const frame = lookFrame("Spectral density");
  const legend = h("ul", { class: "legend" });
  const said = h("p", {});
  frame.note.append(legend, said);
  host.append(frame.figure);
  const palette = () => readPalette(document.documentElement);
  const chart = createDensityChart(frame.picture, { palette: palette() });
  /** @param {any} reply @param {import("./inspector.js").Place} place */
  const draw = (reply, place) => {
    const curves = curvesOf(reply.density);
    chart.show({
      x: reply.density.x,
      curves,
      rug: reply.exact ? reply.eigenvalues : [],
      mark: thresholdAt(context, place),
    });
    fill(
      legend,
      ...curves.map(({ name, colour }) =>
        h(
          "li",
          { class: colour === null ? "" : `line-${colour + 1}` },
          h("i", { class: "dot", "aria-hidden": "true" }),
          name,
        ),
      ),
    );
    fill(said, howKnown(reply));
  };
  return disposal([
    followInspection(context, "spectrum", frame, {
      draw,
      instead: () => [{ words: "Eigenvalues along the run", go: () => act.page({ panel: "run" }) }],
    }),
    services.onTheme(() => chart.setPalette(palette())),
    () => chart.dispose(),
  ]);
}

/** The whole first, then the layers in the colours of their order. @param {any} density */
function curvesOf({ density, standard_error: error, layers }) {
  const parts = layers.map((/** @type {any} */ layer, /** @type {number} */ i) => ({
    name: layer.name,
    density: layer.density,
    error: layer.standard_error,
    colour: i % 8,
  }));
  return [{ name: "whole", density, error, colour: /** @type {number | null} */ (null) }, ...parts];
}

/** @param {any} reply */
function howKnown({ density: { probes, sigma }, dim }) {
  const width = `a Gaussian of width σ = ${formatNumber(sigma, 2)} on each`;
  if (probes === null)
    return `Exact: all ${formatWhole(dim)} eigenvalues (ticks), ${width}. A layer’s curve is of its own diagonal block.`;
  return `Stochastic Lanczos quadrature with ${probes} random vectors, ${width}; the bands are one standard error.`;
}

/** The threshold on H of the racer at the step, where it has one. @param {Context} context @param {import("./inspector.js").Place} place */
function thresholdAt({ live, store }, place) {
  const track = live.get().run.tracks[store.get().page.selected];
  const event = measuredAt(track?.buffer.curvature ?? [], place.step);
  if (event?.threshold_kind !== "hessian" || event.threshold === null) return null;
  return { value: event.threshold, label: `threshold ${formatNumber(event.threshold, 3)}` };
}
