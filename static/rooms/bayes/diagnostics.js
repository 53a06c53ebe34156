// @ts-check
/** The diagnostics of the selected method, each with the bound that it is read against. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { autocorrelation, rowsOf } from "./autocorrelation.js";
import { chosenRhat } from "./rhats.js";

/**
 * @typedef {{title: string, about: string, worst: (values: number[]) => number, alarm?: (value: number) => boolean, digits?: number}} Reading
 */

const largest = (/** @type {number[]} */ values) => Math.max(...values);
const smallest = (/** @type {number[]} */ values) => Math.min(...values);

/** How a diagnostic is told; one that is not listed is told by its own name. @type {Record<string, Reading>} */
const READINGS = {
  rhat: { title: "R̂, largest", about: "of single chains", worst: largest, digits: 5 },
  ess_bulk: {
    title: "ESS bulk, smallest",
    about: "independent draws that these are worth",
    worst: smallest,
    alarm: (v) => v < 400,
  },
  ess_tail: {
    title: "ESS tail, smallest",
    about: "the same for the 5 % and 95 % quantiles",
    worst: smallest,
    alarm: (v) => v < 400,
  },
  e_bfmi: {
    title: "E-BFMI, smallest",
    about: "below 0.3 momentum is redrawn too timidly",
    worst: smallest,
    alarm: (v) => v < 0.3,
  },
  acceptance: { title: "Acceptance", about: "mean over all draws", worst: smallest },
  divergences: {
    title: "Divergences",
    about: "steps at which the integrator broke down",
    worst: largest,
    alarm: (v) => v > 0,
  },
  pareto_k: {
    title: "Pareto k̂",
    about: "above 0.7 a mean of these has no usable error",
    worst: largest,
    alarm: (v) => v > 0.7,
  },
  nested_rhat: {
    title: "Nested R̂, largest",
    about: "of groups that share a start",
    worst: largest,
    digits: 5,
  },
  stein_score: {
    title: "Stein check, largest",
    about: "what vanishes under the density, in standard errors; beyond 4 the kernel is broken",
    worst: (values) => largest(values.map(Math.abs)),
    alarm: (v) => v > 4,
  },
  draws: { title: "Draws", about: "over all chains", worst: largest },
};

const UNDIAGNOSED =
  "Nothing is drawn, so there is nothing to diagnose, and no standard error: only the exact answer tells how far off it is.";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function diagnostics(host, context) {
  const { live, store, services } = context;
  let forget = () => {};
  const draw = () => {
    forget();
    forget = () => {};
    const { started, estimates, finished } = live.get();
    const which = store.get().page.selected;
    const method = started?.methods[which];
    const facts = { ...estimates[which]?.at(-1)?.diagnostics, ...finished?.methods[which]?.diagnostics };
    if (!method) return fill(host, h("p", { class: "muted" }, "Choose a method."));
    const rows = rowsFor(facts, store.get().spec);
    fill(
      host,
      h(
        "p",
        { class: "who" },
        h("i", { class: `dot line-${(store.get().page.colours[which] ?? 0) + 1}` }),
        ` ${method.title}`,
      ),
      method.trustworthy === false &&
        h(
          "p",
          { class: "error" },
          "Shown because it fails: it does not leave this density unchanged, or its error has no bound.",
        ),
      rows.length
        ? h("dl", { class: "readings" }, rows)
        : h("p", { class: "muted" }, estimates[which]?.length ? UNDIAGNOSED : "No estimate yet."),
    );
    const memory = finished?.methods[which]?.diagnostics?.autocorrelation;
    if (!memory) return;
    const colour = store.get().page.colours[which] ?? 0;
    const chart = autocorrelation(rowsOf(memory, started.dim, store.get().spec.view), {
      labels: started.labels,
      colour,
      services,
    });
    host.append(chart.element);
    forget = chart.dispose;
  };
  draw();
  return disposal([
    live.subscribe((l) => l.status, draw),
    store.subscribe((s) => s.page.selected, draw),
    context.onGrowth(draw),
    () => forget(),
  ]);
}

/** One row a diagnostic; below the R̂ that is to be read, why it is that one. @param {Record<string, any>} facts @param {import("./state.js").Spec} spec */
function rowsFor(facts, spec) {
  const { which, bound, why, warning } = chosenRhat(facts, spec);
  const read = which === "nested" ? "nested_rhat" : "rhat";
  const judged = {
    ...READINGS,
    [read]: {
      ...READINGS[read],
      about: `above ${formatNumber(bound, 4)} ${which === "nested" ? "groups" : "chains"} disagree`,
      alarm: (/** @type {number} */ value) => value > bound,
    },
  };
  const names = Object.keys(facts).filter((name) => name !== read && isTold(name, facts[name]));
  return [
    ...(read in facts ? [row(read, facts[read], judged[read]), reason(why, warning)] : []),
    ...names.map((name) => row(name, facts[name], judged[name])),
  ];
}

/** @param {string} why @param {string | null} warning */
const reason = (why, warning) =>
  h(
    "div",
    { class: "reading-why" },
    h("dt", { class: "hidden-visually" }, "Why this one"),
    h("dd", { class: "help" }, why, warning && h("b", {}, ` ${warning}`)),
  );

/** What only explains another row is told there. */
const SPOKEN_FOR = new Set(["nested_rhat_bound", "superchains_judged"]);

/** Numbers, words and truths are told as they are; of what has many parts only what has a reading. @param {string} name @param {any} value */
const isTold = (name, value) =>
  !SPOKEN_FOR.has(name) && (name in READINGS || ["number", "string", "boolean"].includes(typeof value));

/** @param {string} name @param {any} value @param {Reading | undefined} reading */
function row(name, value, reading) {
  const told = text(value, reading);
  return h(
    "div",
    {},
    h("dt", {}, reading?.title ?? name.replaceAll("_", " ")),
    h("dd", { class: "number", dataset: { mood: told.alarm ? "bad" : "" } }, told.words),
    h("dd", { class: "help" }, reading?.about),
  );
}

/** @param {any} value @param {Reading | undefined} reading @returns {{words: string, alarm: boolean}} */
function text(value, reading) {
  if (typeof value === "string") return { words: value, alarm: false };
  if (typeof value === "boolean") return { words: value ? "yes" : "no", alarm: false };
  const values = (typeof value === "number" ? [value] : Array.from(value ?? []).flat()).filter(Number.isFinite);
  if (!values.length) return { words: "–", alarm: false };
  const worst = (reading?.worst ?? largest)(values);
  const words = Number.isInteger(worst) ? formatWhole(worst) : formatNumber(worst, reading?.digits ?? 3);
  return { words, alarm: reading?.alarm?.(worst) ?? false };
}
