// @ts-check
/** What Adam, RMSProp and AdaGrad divide their step by, beside the diagonal of the Hessian, over the run. */
import { button } from "../../controls/button.js";
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { createEigenChart } from "../../plots/eigenChart.js";
import { readPalette } from "../../plots/palette.js";
import { createScatter, factorOf, rangeOfSizes } from "../../plots/scatter.js";
import { lookFrame, waiting } from "./frame.js";
import { measuredAt } from "./measures.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context @typedef {import("../../types.js").CurvatureEvent} CurvatureEvent */
/** @typedef {CurvatureEvent & {hessian_diagonal: import("../../types.js").Numbers, preconditioner: import("../../types.js").Numbers}} Pair */

const TITLES = ["|∂²L/∂θᵢ²|, the Hessian’s diagonal", "Pᵢ, what divides the step"];

/** @param {CurvatureEvent} event @returns {event is Pair} */
const isPair = (event) => Boolean(event.hessian_diagonal && event.preconditioner);

/** @param {HTMLElement} host @param {Context} context */
export function diagonalLook(host, context) {
  const { live, store, services } = context;
  const frame = lookFrame("Preconditioner against the Hessian’s diagonal");
  const facts = h("p", { class: "correlation number" });
  const words = h("p", {}, WORDS);
  const history = h("div", { class: "correlation-chart" });
  frame.note.append(facts, words, history);
  host.append(frame.figure);
  const palette = () => readPalette(document.documentElement);
  const plot = createScatter(frame.picture, { palette: palette() });
  const over = createEigenChart(history, { palette: palette(), onScrub: (step) => context.player.seek(step) });
  /** @type {CurvatureEvent | null} */
  let shown = null;
  const pairs = () => (live.get().run.tracks[store.get().page.selected]?.buffer.curvature ?? []).filter(isPair);
  const draw = () => {
    const known = pairs();
    const now = /** @type {Pair | null} */ (measuredAt(known, context.step()) ?? known[0] ?? null);
    shown = now;
    if (!now) return frame.stand(...missing(context));
    frame.stand();
    const { title } = live.get().run.tracks[store.get().page.selected];
    fill(frame.hint, `${title}, step ${now.step}`);
    plot.show(cloudOf(now, known));
    over.setView({ steps: store.get().spec.steps });
    over.show({ lines: correlationLines(known, context), range: { low: lowest(known), high: 1, gaps: 0 }, edge: null });
    fill(facts, ...correlationOf(now));
  };
  const step = () => {
    over.draw(context.step());
    if (measuredAt(pairs(), context.step()) !== shown) draw();
  };
  draw();
  over.draw(context.step());
  return disposal([
    live.subscribe((l) => l.run, draw),
    store.subscribe((s) => s.page.selected, draw),
    context.onGrowth(step),
    context.onStep(step),
    services.onTheme(() => [plot, over].forEach((part) => void part.setPalette(palette()))),
    ...[plot, over].map((part) => () => part.dispose()),
  ]);
}

const WORDS =
  "Perfect agreement, up to a factor, is the dashed line. A diagonal knows no sign (blue: curved down) and nothing off the diagonal. Below, over the run: of the logarithms bold, of the ranks thin.";

/** One set of axes for the whole run, so that what moves is the cloud. @param {Pair} now @param {Pair[]} all @returns {import("../../plots/scatter.js").Cloud} */
function cloudOf(now, all) {
  const whole = { low: 1e-3, high: 1 };
  return {
    x: now.hessian_diagonal,
    y: now.preconditioner,
    xRange: rangeOfSizes(all.map((event) => event.hessian_diagonal)) ?? whole,
    yRange: rangeOfSizes(all.map((event) => event.preconditioner)) ?? whole,
    titles: TITLES,
    factor: factorOf(now.hessian_diagonal, now.preconditioner),
  };
}

/** Where the axis of correlations begins: at zero, or where they are negative at −1. @param {Pair[]} all */
const lowest = (all) =>
  all.some(({ correlation }) => Math.min(correlation?.pearson_log ?? 0, correlation?.spearman ?? 0) < 0) ? -1 : 0;

/** Both correlations over the run. @param {Pair[]} all @param {Context} context @returns {import("../../plots/eigenChart.js").Line[]} */
function correlationLines(all, { live, store }) {
  const { colour } = live.get().run.tracks[store.get().page.selected];
  const steps = all.map(({ step }) => step);
  const values = (/** @type {"pearson_log" | "spearman"} */ name) =>
    all.map(({ correlation }) => correlation?.[name] ?? Number.NaN);
  return [
    { colour, role: "lead", steps, values: values("pearson_log") },
    { colour, role: "rest", steps, values: values("spearman") },
  ];
}

/** @param {Pair} now */
function correlationOf({ correlation, hessian_diagonal: diagonal, coordinates }) {
  const negative = Array.from(diagonal).filter((value) => value < 0).length;
  const zero = Array.from(diagonal).filter((value) => value === 0).length;
  const shown = (/** @type {number | null | undefined} */ value) =>
    value === null || value === undefined ? "–" : formatNumber(value, 3);
  return [
    "Correlation of the logarithms ",
    h("b", {}, shown(correlation?.pearson_log)),
    ", of the ranks ",
    h("b", {}, shown(correlation?.spearman)),
    `; ${negative} of ${coordinates ? `the ${diagonal.length} parameters drawn, a random sample,` : diagonal.length} curve down${zero ? `, ${zero} are zero and not drawn` : ""}.`,
  ];
}

/** Why there is no cloud, and what to do. @param {Context} context */
function missing({ live, store, act }) {
  const { tracks, status } = live.get().run;
  const selected = tracks[store.get().page.selected];
  const curvature = store.get().spec.record?.curvature;
  if (!curvature?.diagonal) {
    const record = () =>
      act.spec({ record: { ...store.get().spec.record, curvature: { ...curvature, diagonal: true } } });
    return [
      h(
        "div",
        { class: "look-refusal" },
        h("p", {}, "This run does not record the Hessian’s diagonal."),
        button({ words: "Record it", look: "primary" }, record),
      ),
    ];
  }
  const others = tracks.flatMap((track, i) => (track.buffer.curvature.some(isPair) ? [{ track, i }] : []));
  if (!selected || (!others.length && status !== "finished" && status !== "failed"))
    return [waiting("Waiting for the first measurement…")];
  const choices = others.map(({ track, i }) =>
    button({ words: track.title, look: "primary" }, () => act.page({ selected: i })),
  );
  const say = others.length
    ? `${selected.title} divides its step by nothing. Of this race, these do:`
    : "None of these racers divides its step by a diagonal. Add Adam, RMSProp or AdaGrad.";
  return [h("div", { class: "look-refusal" }, h("p", {}, say), h("div", { class: "row" }, choices))];
}
