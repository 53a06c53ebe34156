// @ts-check
/** A network trained, then pruned by L1 with proximal steps: its weights as a histogram along the run, accuracy before and after. */
import { button } from "../../controls/button.js";
import { disposal, fill, h, uniqueId } from "../../dom.js";
import { latest } from "../../failure.js";
import { formatPercent, formatWhole } from "../../format.js";
import { readPalette } from "../../plots/palette.js";
import { postStream } from "../../stream.js";
import { createHistogram, zeroShare } from "./histogram.js";

const EVERY = 20;
const TRAINING = 1200;
const PRUNING = 1200;
const STRENGTH = 0.003;
const RATE = 0.1;

/** @param {number} strength */
const network = (strength) => ({
  kind: "network",
  layers: [{ units: 16, activation: "tanh" }],
  data: { kind: "breast_cancer" },
  regularisers: strength ? [{ kind: "l1", strength, biases: false }] : [],
});

/** Both runs by FISTA; the second begins where the first ended. @param {number} strength @param {ArrayLike<number> | null} from */
const run = (strength, from) => ({
  objective: network(strength),
  optimisers: [{ kind: "fista", learning_rate: RATE }],
  start: from ? { parameters: Array.from(from) } : null,
  steps: strength ? PRUNING : TRAINING,
  record: { every: EVERY, parameters: true, network: { every: strength ? PRUNING : TRAINING } },
});

/**
 * @typedef {object} Outcome
 * @property {Float64Array[]} thetas of the recorded steps
 * @property {ArrayLike<number>} final
 * @property {{accuracy: number, test_accuracy: number}} scores at the end
 */

/** @param {import("../../services.js").Services} services */
export function pruning(services) {
  const bins = h("div", { class: "reg-bins", role: "img", "aria-label": "Histogram of the weights at a step" });
  const histogram = createHistogram(bins, { palette: readPalette() });
  const id = uniqueId("step");
  const slider = h("input", { id, type: "range", min: "0", max: "1", step: "1", class: "reg-range", disabled: true });
  const at = h("output", { class: "number muted", htmlFor: id });
  const words = h("div", { class: "reg-verdict", "aria-live": "polite" });
  const shown = h(
    "div",
    { class: "stack", hidden: true },
    bins,
    h("div", { class: "row" }, h("label", { htmlFor: id, class: "help" }, "Step"), slider, at),
  );
  const thetas = /** @type {Float64Array[]} */ ([]);
  const show = () => {
    const index = Math.min(Number(slider.value), thetas.length - 1);
    shown.hidden = !thetas.length;
    histogram.set(thetas, index);
    fill(
      at,
      thetas.length
        ? `step ${formatWhole(index * EVERY)}, ${formatPercent(zeroShare(thetas[index]))} exactly zero`
        : "",
    );
  };
  slider.addEventListener("input", show);
  const grow = (/** @type {Float64Array[]} */ rows) => {
    const following = Number(slider.value) >= Number(slider.max) - 1 || !thetas.length;
    thetas.push(...rows);
    slider.max = String(Math.max(1, thetas.length - 1));
    slider.disabled = false;
    if (following) slider.value = slider.max;
    show();
  };
  const job = latest(
    async (_, signal) => {
      thetas.length = 0;
      say(words, "Training without a penalty…");
      running(true);
      try {
        const before = await follow(run(0, null), grow, signal);
        say(words, `Pruning by L1 with λ = ${STRENGTH}…`);
        const after = await follow(run(STRENGTH, before.final), grow, signal);
        fill(words, verdict(before, after));
        services.announce("Pruned");
      } finally {
        running(false);
        if (signal.aborted) say(words, "Stopped. What was seen stays; training begins anew.");
      }
    },
    (failure) => say(words, `${failure.title}. ${failure.detail}`),
  );
  const start = button({ words: "Train, then prune", look: "primary" }, () => job.start(undefined));
  const cancel = button({ words: "Stop" }, job.stop);
  const running = (/** @type {boolean} */ yes) => {
    start.hidden = yes;
    cancel.hidden = !yes;
  };
  running(false);
  say(
    words,
    `Sixteen tanh units on the breast-cancer data: ${TRAINING} steps of FISTA without a penalty, then ${PRUNING} with L1.`,
  );
  const element = h(
    "section",
    { class: "card reg-prune", "aria-label": "A pruned network" },
    h("div", { class: "card-head row row-apart" }, h("h2", {}, "A network, pruned by L1"), start, cancel),
    h("div", { class: "card-body reg-prune-body" }, shown, words),
  );
  const stop = services.onTheme(() => histogram.setPalette(readPalette()));
  return { element, dispose: disposal([stop, job.stop, histogram.dispose]) };
}

/** @param {HTMLElement} host @param {string} text */
const say = (host, text) => fill(host, h("p", { class: "help" }, text));

/** @param {any} spec @param {(rows: Float64Array[]) => void} grow @param {AbortSignal} signal @returns {Promise<Outcome>} */
async function follow(spec, grow, signal) {
  /** @type {any} */
  let scores = null;
  /** @type {any} */
  let final = null;
  const thetas = /** @type {Float64Array[]} */ ([]);
  for await (const event of postStream("api/runs", spec, { signal })) {
    if (event.kind === "frames") {
      const rows = rowsOf(event.parameters, event.step.length);
      thetas.push(...rows);
      grow(rows);
    }
    if (event.kind === "network") scores = event;
    if (event.kind === "finished") final = event.runs[0].final;
  }
  return { thetas, final, scores };
}

/** @param {Float64Array} values @param {number} count */
function rowsOf(values, count) {
  const width = values.length / count;
  return Array.from({ length: count }, (_, i) => values.slice(i * width, (i + 1) * width));
}

/** @param {Outcome} before @param {Outcome} after */
function verdict(before, after) {
  const rows = /** @type {[string, Outcome][]} */ ([
    ["before", before],
    ["after", after],
  ]);
  return h(
    "table",
    { class: "truth" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["Pruning", "Training accuracy", "Held-out accuracy", "Exactly zero", "Left"].map((name) =>
          h("th", { scope: "col" }, name),
        ),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map(([name, { scores, final }]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h("td", { class: "number" }, formatPercent(scores.accuracy, 4)),
          h("td", { class: "number" }, formatPercent(scores.test_accuracy, 4)),
          h("td", { class: "number" }, formatPercent(zeroShare(final))),
          h("td", { class: "number" }, formatWhole(final.length * (1 - zeroShare(final)))),
        ),
      ),
    ),
  );
}
