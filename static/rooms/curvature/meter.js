// @ts-check
/** The stability meter: each racer's largest curvature as a share of the one at which its present step is unstable. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { edgeName, measuredAt, stabilityOf } from "./measures.js";

/** @typedef {import("../../race/context.js").Context} Context @typedef {import("./measures.js").Stability} Stability */

/** The meter's right end: what lies beyond stays there. */
const FULL = 1.5;

/** @type {Record<import("./measures.js").Verdict, string>} */
export const WORDS = { stable: "stable", edge: "at the edge", unstable: "unstable", unknown: "no threshold" };

/** @param {HTMLElement} host @param {Context} context */
export function meter(host, context) {
  const { live, act, store } = context;
  const list = h("ul", { class: "meters" });
  const head = h(
    "div",
    { class: "panel-head" },
    h("h2", {}, "Stability meter"),
    h("span", { class: "muted help" }, "λmax ÷ threshold"),
  );
  host.append(h("section", { class: "card meter-card", "aria-label": "Stability meter" }, head, list));
  /** @type {ReturnType<typeof row>[]} */
  let rows = [];
  const tell = () => {
    const step = context.step();
    const { selected } = store.get().page;
    rows.forEach((part, i) => {
      const buffer = live.get().run.tracks[i]?.buffer;
      const now = stabilityOf(measuredAt(buffer?.curvature ?? [], step));
      const rate = now && buffer ? buffer.frame(buffer.at(now.step)).learningRate : Number.NaN;
      part.tell(now, rate, i === selected);
    });
  };
  const build = () => {
    rows = context.tracks().map((track, i) => row(track, () => act.page({ selected: i })));
    fill(
      list,
      ...rows.map(({ element }) => element),
      !rows.length && h("li", { class: "help" }, "Add an optimiser to see how near it comes to its edge."),
    );
    tell();
  };
  build();
  return disposal([
    live.subscribe((l) => l.run.tracks, build),
    store.subscribe((s) => s.page.selected, tell),
    context.onStep(tell),
    context.onGrowth(tell),
  ]);
}

/** @param {import("../../types.js").Track} track @param {() => void} onclick */
function row({ title, colour }, onclick) {
  const bar = h("span", { class: "meter-bar" });
  const gauge = h("span", { class: "meter-gauge", "aria-hidden": "true" }, bar);
  const ratio = h("span", { class: "meter-ratio number" });
  const unit = h("span", { class: "meter-unit number" });
  const word = h("span", { class: "meter-word" });
  const dot = h("i", { class: "dot", "aria-hidden": "true" });
  const name = h("span", { class: "meter-name" }, dot, title);
  const button = h("button", { class: "meter", type: "button", onclick }, name, word, gauge, ratio, unit);
  let shown = "";
  return {
    element: h("li", { class: `line-${colour + 1}` }, button),
    /** @param {Stability | null} now @param {number} rate @param {boolean} selected */
    tell(now, rate, selected) {
      const key = JSON.stringify([now, rate, selected]);
      if (key === shown) return;
      shown = key;
      const known = now !== null && Number.isFinite(now.ratio);
      bar.style.setProperty("--share", String(known ? Math.min(1, Math.max(0, now.ratio / FULL)) : 0));
      button.dataset.verdict = now?.verdict ?? "unknown";
      button.setAttribute("aria-pressed", String(selected));
      button.title = now && known ? explain(now) : "";
      fill(ratio, known ? formatNumber(now.ratio, now.ratio < 0.1 ? 1 : 3) : "–");
      fill(unit, known ? `× ${edgeName(now.threshold, rate)}` : "");
      fill(word, now ? WORDS[now.verdict] : "…");
    },
  };
}

/** @param {Stability} now */
const explain = ({ value, threshold, preconditioned, step }) =>
  `λmax of ${preconditioned ? "P⁻¹H" : "H"} is ${formatNumber(value)} at step ${step}; its threshold is ${formatNumber(threshold)}.`;
