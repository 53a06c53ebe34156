// @ts-check
/** One step of the selected racer: its update rule and the numbers that go into it. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatVector } from "../../format.js";
import { mathml } from "../../mathml.js";
import { ofWhat } from "../../race/scope.js";
import { entryOf } from "../../services.js";

/** @typedef {import("../../race/context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function insideStep(host, context) {
  const { store, live, services } = context;
  const name = h("p", { class: "inside-name" });
  const rule = h("div", { class: "formula inside-rule" });
  const facts = h("dl", { class: "facts" });
  host.append(name, rule, facts);
  const selected = () => Math.min(store.get().page.selected, Math.max(0, store.get().spec.optimisers.length - 1));

  const drawRule = async () => {
    const optimiser = store.get().spec.optimisers[selected()];
    const entry = optimiser && entryOf(await services.catalogue(), "optimisers", optimiser.kind);
    fill(
      name,
      entry &&
        h(
          "b",
          { class: `who line-${(store.get().page.colours[selected()] ?? 0) + 1}` },
          h("i", { class: "dot", "aria-hidden": "true" }),
          entry.title,
        ),
    );
    fill(rule, entry ? mathml(entry.mathml, { label: `Update rule of ${entry.title}` }) : null);
  };
  const tell = () => {
    const buffer = context.tracks()[selected()]?.buffer;
    const index = buffer ? buffer.at(context.step()) : -1;
    const rows = buffer && index >= 0 ? factsOf(buffer, index) : EMPTY;
    fill(facts, ...rows.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", { class: "number" }, value))));
  };
  const draw = () => {
    drawRule().catch(() => fill(rule));
    tell();
  };
  draw();
  return disposal([
    store.subscribe((s) => s.page.selected, draw),
    store.subscribe((s) => s.spec.optimisers, draw),
    live.subscribe((l) => l.run, tell),
    live.subscribe((l) => l.pca, tell),
    context.onPulse(tell),
  ]);
}

/** @type {[string, string][]} */
const EMPTY = [
  ["at", "–"],
  ["step", "–"],
  ["gradient", "–"],
  ["loss", "–"],
];

/** @param {import("../../run.js").RunBuffer} buffer @param {number} index @returns {[string, string][]} */
function factsOf(buffer, index) {
  const now = buffer.frame(index);
  const of = ofWhat(buffer.scope);
  const next = index + 1 < buffer.length ? buffer.frame(index + 1) : null;
  const step = next && [next.x - now.x, next.y - now.y];
  const flat = Number.isFinite(now.gradient[0]);
  const angle = flat && step ? offSteepest(now.gradient, step) : Number.NaN;
  return [
    [flat ? "at (x, y)" : "at", formatVector([now.x, now.y], flat ? 4 : 3)],
    ["step", step ? formatVector(step, 3) : "last step"],
    flat ? ["gradient", formatVector(now.gradient, 3)] : [`gradient norm${of}`, shown(now.gradientNorm)],
    ["off steepest", flat && Number.isFinite(angle) ? `${Math.round(angle)}°` : "–"],
    ["learning rate", shown(now.learningRate)],
    [`loss${of}`, shown(now.loss)],
    ...batch(now),
  ]
    .filter(([, value]) => flat || value !== "–")
    .map(([label, value]) => [label, value]);
}

/** @param {{batchLoss: number}} now @returns {[string, string][]} */
const batch = ({ batchLoss }) => (Number.isFinite(batchLoss) ? [["loss of the batch", shown(batchLoss)]] : []);

/** @param {number} value */
const shown = (value) => (Number.isFinite(value) ? formatNumber(value, 4) : "–");

/**
 * The angle between a step and steepest descent, in degrees; NaN where either vanishes.
 *
 * @param {number[]} gradient @param {number[]} step
 */
export function offSteepest(gradient, step) {
  const cosine = -(gradient[0] * step[0] + gradient[1] * step[1]) / (Math.hypot(...gradient) * Math.hypot(...step));
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}
