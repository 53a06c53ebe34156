// @ts-check
/** Eigenvalues against step, with the thresholds beyond which the steps are unstable. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { CEILING, createEigenChart } from "../../plots/eigenChart.js";
import { readPalette } from "../../plots/palette.js";
import { edgeName, leftOut, rangeOf, seriesOf } from "./measures.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */
/** @typedef {import("./measures.js").Series} Series @typedef {import("./measures.js").Curve} Curve */

/** @type {[Curve, string][]} */
const CURVES = [
  ["ratio", "λmax ÷ threshold"],
  ["hessian", "λ of H"],
  ["preconditioned", "λ of P⁻¹H"],
];

/** @type {Record<Curve, string>} */
const MEANING = {
  ratio: "Each racer’s largest curvature as a share of the one at which its present step becomes unstable.",
  hessian: "Eigenvalues of the Hessian: the largest bold, the others thin; dashed, the threshold of each racer.",
  preconditioned: "Eigenvalues of the Hessian as the racer’s own diagonal preconditioner P sees it.",
};

/** @param {HTMLElement} host @param {Context} context */
export function alongRun(host, context) {
  const { live, store, act, player, services } = context;
  const picture = h("div", { class: "picture" });
  const note = h("p", { class: "help look-note" });
  const curve = segments("Quantity", CURVES, {
    value: store.get().page.curve,
    onChange: (value) => act.page({ curve: value }),
    class: "segments-small",
  });
  const axis = segments(
    "Scale of the values",
    [
      ["linear", "Linear"],
      ["log", "Log"],
    ],
    { value: store.get().page.axis, onChange: (value) => act.page({ axis: value }), class: "segments-small" },
  );
  const empty = h("div", { class: "look-empty" });
  host.append(
    h(
      "figure",
      { class: "card view view-run" },
      h(
        "figcaption",
        {},
        h("b", {}, "Curvature against step"),
        h("span", { class: "view-tools" }, curve.element, axis.element),
      ),
      picture,
      note,
      empty,
    ),
  );
  const palette = () => readPalette(document.documentElement);
  const chart = createEigenChart(picture, { palette: palette(), onScrub: (step) => player.seek(step) });
  const draw = () => {
    const { page, spec } = store.get();
    const series = seriesOf(live.get().run.tracks, page.curve);
    chart.setView({ scale: page.axis, steps: spec.steps });
    chart.show({
      lines: series.map((line) => ({ ...line, label: nameOf(line, context) })),
      range: rangeOf(series, page.axis),
      edge: page.curve === "ratio" ? "edge of stability" : null,
    });
    fill(note, MEANING[page.curve], ...missing(context, series));
    fill(empty, series.length ? null : h("p", {}, nothing(context)));
    empty.hidden = series.length > 0;
    curve.set(page.curve);
    axis.set(page.axis);
  };
  draw();
  chart.draw(context.step());
  return disposal([
    store.subscribe((s) => s.page.curve, draw),
    store.subscribe((s) => s.page.axis, draw),
    store.subscribe((s) => s.spec.steps, draw),
    live.subscribe((l) => l.run.tracks, draw),
    live.subscribe((l) => l.run.status, draw),
    context.onGrowth(draw),
    context.onStep((step) => chart.draw(step)),
    services.onTheme(() => chart.setPalette(palette())),
    () => chart.dispose(),
  ]);
}

/** “2/η = 8.00”, at the rate of the racer's last measured step. @param {Series} series @param {Context} context */
function nameOf({ role, run, steps, values }, { live }) {
  if (role !== "threshold") return "";
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const { buffer } = live.get().run.tracks[run];
  const rate = buffer.frame(buffer.at(steps[last])).learningRate;
  const value = formatNumber(values[last], 3);
  return `${edgeName(values[last], rate)} = ${value}`;
}

/** What is not in the picture, in words. @param {Context} context @param {Series[]} series */
function missing({ live, store }, series) {
  const { curve, axis } = store.get().page;
  const { gaps } = rangeOf(series, axis);
  const outside = curve === "ratio" && axis === "linear" ? beyond(series) : 0;
  const unconverged = leftOut(live.get().run.tracks);
  return [
    gaps > 0 && ` ${formatWhole(gaps)} values of 0 and below have no place on a log scale.`,
    outside > 0 && ` ${formatWhole(outside)} values beyond ${CEILING} leave the picture; choose Log to see them.`,
    unconverged > 0 && ` ${formatWhole(unconverged)} eigenvalues did not converge and are left out.`,
  ];
}

/** @param {Series[]} series */
const beyond = (series) => series.flatMap(({ values }) => values).filter((value) => Math.abs(value) > CEILING).length;

/** @param {Context} context */
function nothing({ live, store }) {
  const { status } = live.get().run;
  if (status === "empty") return "Add an optimiser: its curvature is measured while it runs.";
  if (status === "failed") return "Nothing was measured: the run did not start.";
  if (status === "loading" || status === "running") return "Measuring…";
  return NOTHING[store.get().page.curve];
}

/** @type {Record<Curve, string>} */
const NOTHING = {
  ratio: "No threshold is known for these optimisers: choose “λ of H”.",
  hessian: "No eigenvalue was measured: ask for at least one under Measurement.",
  preconditioned: "None of these racers divides its step by a diagonal; Adam, RMSProp and AdaGrad do.",
};
