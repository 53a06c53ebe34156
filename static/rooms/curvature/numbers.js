// @ts-check
/** The Hessian at the step that is shown, in numbers: kind of point, extremes, trace, Gauss–Newton part. */
import { disposal, fill, h, icon } from "../../dom.js";
import { formatNumber, formatPercent, formatWhole } from "../../format.js";
import { stepsTable } from "./stepsTable.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */
/** @typedef {[name: string, value: string, meaning?: string]} Fact */

/** @param {HTMLElement} host @param {Context} context */
export function numbers(host, context) {
  const { seen } = context;
  const head = h("div", { class: "panel-head" });
  const lead = h("p", { class: "numbers-lead" });
  const facts = h("dl", { class: "facts facts-single" });
  const table = h("div", { class: "stack stack-tight" });
  const problem = h("div", {});
  const body = h("div", { class: "panel-body" }, lead, facts, table, problem);
  const card = h("section", { class: "card panel numbers", "aria-label": "Hessian in numbers" }, head, body);
  host.append(card);
  const tell = () => {
    const { status, reply, place, steps, failure } = seen.get();
    card.dataset.status = status;
    fill(head, ...headOf(place));
    fill(lead, ...(reply ? leadOf(reply) : ["Pause or scrub: the Hessian is taken at the step that is shown."]));
    facts.hidden = steps !== null;
    fill(table, ...(steps ? stepsTable(steps) : []));
    fill(
      facts,
      ...(reply ? factsOf(reply) : EMPTY).map(([name, value, meaning]) =>
        h("div", { title: meaning ?? null }, h("dt", {}, name), h("dd", { class: "number" }, value)),
      ),
    );
    fill(
      problem,
      status === "failed" && failure && h("p", { class: "error" }, icon("warn"), h("span", {}, failure.detail)),
    );
  };
  tell();
  return disposal([seen.onChange(tell)]);
}

/** @param {import("./inspector.js").Place | null} place */
const headOf = (place) => [
  h("h2", {}, "Hessian"),
  place &&
    h(
      "span",
      { class: `muted help who line-${place.colour + 1}` },
      h("i", { class: "dot", "aria-hidden": "true" }),
      `${place.title}, step ${formatWhole(place.step)}`,
    ),
];

/** @type {Fact[]} */
const EMPTY = ["λmax", "λmin", "index", "trace", "‖gradient‖", "H − Gauss–Newton"].map((name) => [name, "–"]);

/** @type {Record<string, string>} */
const KINDS = {
  minimum: "all directions curve up",
  maximum: "all directions curve down",
  saddle: "some directions curve up, some down",
  flat: "too flat in some direction to tell",
};

/** What kind of point it is: critical only where the gradient vanishes. @param {any} reply @returns {(string | Node)[]} */
export function leadOf({ kind, critical }) {
  if (!kind) return ["The signs that were found do not decide what kind of point this is."];
  const name = kind === "flat" ? "flat" : `a ${kind}`;
  if (critical)
    return [
      h("b", {}, kind === "flat" ? "A flat critical point" : `A ${kind}`),
      `: the gradient vanishes and ${KINDS[kind]}.`,
    ];
  return [
    h("b", {}, "Not a critical point"),
    ` (the gradient does not vanish); here ${KINDS[kind]}, as at ${name === "flat" ? "a flat point" : name}.`,
  ];
}

/** @param {any} reply @returns {Fact[]} */
export function factsOf(reply) {
  const values = Array.from(/** @type {ArrayLike<number>} */ (reply.eigenvalues));
  const trusted = values.length > 0;
  return [
    ["λmax", trusted && reply.top > 0 ? formatNumber(values[0]) : "–"],
    ["λmin", trusted && reply.bottom > 0 ? formatNumber(/** @type {number} */ (values.at(-1))) : "–"],
    ["index", indexOf(reply), "How many eigenvalues are negative"],
    ["trace", withError(reply.trace, reply.trace_standard_error), "The sum of all eigenvalues"],
    ["‖gradient‖", formatNumber(reply.gradient_norm, 3)],
    ["loss", formatNumber(reply.loss)],
    ...gaussNewton(reply.gauss_newton),
    ["eigenvalues", howFound(reply)],
  ];
}

/** @param {any} reply */
function indexOf({ index, dim, zero }) {
  if (index === null || index === undefined) return `of ${formatWhole(dim)}: not all known`;
  return `${formatWhole(index)} of ${formatWhole(dim)}${zero ? `, ${formatWhole(zero)} flat` : ""}`;
}

/** @param {number} value @param {number} error */
const withError = (value, error) =>
  error > 0 ? `${formatNumber(value)} ± ${formatNumber(error, 2)}` : formatNumber(value);

/** @param {any} reply */
function howFound({ exact, unconverged, eigenvalues }) {
  if (exact) return "all, exact";
  const count = `${eigenvalues.length} by Lanczos`;
  return unconverged ? `${count}, ${unconverged} left out` : count;
}

/** A surface has no Gauss–Newton part: it is no loss of a model's outputs. @param {any} part @returns {Fact[]} */
function gaussNewton(part) {
  if (!part) return [];
  const { eigenvalues, top, difference } = part;
  return [
    [
      "Gauss–Newton λmax",
      top > 0 ? formatNumber(eigenvalues[0]) : "–",
      "The part of H that the model's slopes explain",
    ],
    [
      "‖H − G‖ ÷ ‖H‖",
      difference === null ? "–" : formatPercent(difference, 3),
      "What the Gauss–Newton part leaves out",
    ],
  ];
}
