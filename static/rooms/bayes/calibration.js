// @ts-check
/** Simulation-based calibration of the selected sampler, on demand: its state, its pictures, its verdict. */
import { disposal, fill, h } from "../../dom.js";
import { calibrationHead } from "./calibrationHead.js";
import { keyOf, requestOf } from "./calibrations.js";
import { calibrationWords } from "./calibrationWords.js";
import { createExcess, createHistogram } from "./rankChart.js";
import { countsOf, differencesOf } from "./ranks.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("./calibrations.js").Calibration} Calibration */

/** @param {HTMLElement} host @param {Context} context */
export function calibrationView(host, context) {
  const { store, live, services, calibrations } = context;
  const words = h("div", { class: "calibration-words" });
  const left = h("div", { class: "rank-picture", role: "img", "aria-label": "Histogram of the ranks of the truth" });
  const right = h("div", { class: "rank-picture", role: "img", "aria-label": "Excess of the distribution function" });
  const pictures = h(
    "div",
    { class: "rank-pictures" },
    h("figure", { class: "rank" }, h("figcaption", { class: "muted" }, "Ranks; shaded: 99 % of uniform bins"), left),
    h(
      "figure",
      { class: "rank" },
      h(
        "figcaption",
        { class: "muted" },
        "Distribution function less the uniform one; shaded: 99 %, everywhere at once",
      ),
      right,
    ),
  );
  const head = calibrationHead(context);
  fill(
    host,
    h(
      "div",
      { class: "calibration", tabindex: 0, role: "group", "aria-label": "Calibration" },
      head.element,
      words,
      pictures,
    ),
  );
  const histogram = createHistogram(left);
  const excess = createExcess(right);
  let parameter = 0;
  /** @param {number} index */
  const choose = (index) => {
    parameter = index;
    draw();
  };
  const draw = () => {
    const { spec, page } = store.get();
    const found =
      spec.methods[page.selected] && calibrations.store.get().known[keyOf(requestOf(spec, page, page.selected))];
    head.tell(found ?? null);
    fill(words, calibrationWords(found ?? null, { context, parameter, choose }));
    pictures.hidden = !found?.started || !found.ranks.length;
    if (pictures.hidden || !found) return;
    const shown = figuresOf(found, Math.min(parameter, found.started.dim - 1), page.colours[page.selected] ?? 0);
    histogram.show(shown.histogram);
    excess.show(shown.excess);
  };
  /** @param {string | null} running @param {string | null} before */
  const announce = (running, before) => {
    const result = !running && before && calibrations.store.get().known[before]?.result;
    if (result) services.announce(result.calibrated ? "Calibrated, as far as can be seen" : "Not calibrated");
  };
  draw();
  return disposal([
    calibrations.store.subscribe((s) => s.running, announce),
    store.subscribe((s) => s.spec, draw),
    store.subscribe((s) => s.page, draw),
    calibrations.store.subscribe((s) => s.known, draw),
    live.subscribe((l) => l.started, draw),
    services.onTheme(histogram.refresh),
    services.onTheme(excess.refresh),
    histogram.dispose,
    excess.dispose,
  ]);
}

/** @param {Calibration} found @param {number} parameter @param {number} colour */
function figuresOf({ request, ranks, range, result }, parameter, colour) {
  const { draws: highest, bins } = request;
  const counts = countsOf({ ranks: ranks.map((rank) => rank[parameter]), highest, bins });
  return {
    histogram: { counts, expected: ranks.length / bins, range, highest, colour },
    excess: { differences: differencesOf(counts), band: result?.band ?? null, colour },
  };
}
