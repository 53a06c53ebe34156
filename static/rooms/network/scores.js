// @ts-check
/** How well it does on what it learns from and on what it has never seen: loss and accuracy. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatPercent } from "../../format.js";
import { createLossChart } from "../../plots/lossChart.js";
import { readPalette } from "../../plots/palette.js";
import { isClassification } from "./drawing.js";
import { seriesOf } from "./series.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext */

const [TRAIN, TEST] = [2, 3];

/** @param {NetworkContext} context */
export function scoresCard(context) {
  const { live, store, inside, services } = context;
  const facts = h("table", { class: "scores number" });
  const host = h("div", { class: "score-chart" });
  const chart = createLossChart(host, { palette: readPalette(document.documentElement) });
  let quantity = "loss";
  const choice = segments(
    "Score",
    [
      ["loss", "Loss"],
      ["accuracy", "Accuracy"],
    ],
    {
      value: quantity,
      onChange(value) {
        quantity = value;
        setTracks();
      },
      class: "segments-small",
    },
  );
  const element = h("section", { class: "card scores-card", "aria-label": "Scores" }, facts, choice.element, host);

  const setTracks = () => {
    if (!isClassification(context)) quantity = "loss";
    choice.set(quantity);
    choice.element.hidden = !isClassification(context);
    const scores = inside.snapshots()?.scores;
    const tested = live.get().description.value?.data?.test_examples > 0;
    chart.setView({ quantity: "value", scale: quantity === "loss" ? "log" : "linear", steps: store.get().spec.steps });
    chart.setTracks(
      scores
        ? [
            seriesOf(scores, scores.column(quantity), "training", TRAIN),
            ...(tested ? [seriesOf(scores, scores.column(`test_${quantity}`), "test", TEST)] : []),
          ]
        : [],
    );
    tell();
  };
  const tell = () => {
    const now = inside.snapshots()?.at(context.step());
    const classes = isClassification(context);
    fill(
      facts,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", { class: "muted" }, now && `step ${now.step}`),
          h("th", { scope: "col" }, "loss"),
          classes && h("th", { scope: "col" }, "accuracy"),
        ),
      ),
      h(
        "tbody",
        {},
        score("training", TRAIN, now?.loss, classes ? now?.accuracy : undefined),
        score("test", TEST, now?.test_loss, classes ? now?.test_accuracy : undefined),
      ),
    );
  };
  setTracks();
  return {
    element,
    dispose: disposal([
      live.subscribe((l) => l.run.tracks, setTracks),
      live.subscribe((l) => l.description.value, setTracks),
      store.subscribe((s) => s.spec.steps, setTracks),
      store.subscribe((s) => s.page.selected, setTracks),
      context.onStep((step) => chart.draw(step)),
      context.onGrowth(() => chart.refresh()),
      context.onPulse(tell),
      services.onTheme(() => chart.setPalette(readPalette(document.documentElement))),
      () => chart.dispose(),
    ]),
  };
}

/** @param {string} name @param {number} colour @param {number | null | undefined} loss @param {number | null | undefined} accuracy undefined: has none */
function score(name, colour, loss, accuracy) {
  const value = loss === null || loss === undefined ? "–" : formatNumber(loss, 3);
  const share = accuracy === null || accuracy === undefined ? "–" : formatPercent(accuracy, 3);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("i", { class: `dot line-${colour + 1}`, "aria-hidden": "true" }), name),
    h("td", {}, value),
    accuracy !== undefined && h("td", {}, share),
  );
}
