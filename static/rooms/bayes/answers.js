// @ts-check
/** Every estimate beside the exact answer: value, standard error, and how far off it is in units of that error. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { QUANTITIES, read, titleOf } from "./quantities.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("./quantities.js").Quantity} Quantity */

/** An estimate this many standard errors off is wrong, or its error is. */
const ALARM = 4;

/** @param {HTMLElement} host @param {Context} context */
export function answers(host, context) {
  const { live, store } = context;
  const head = h("thead", {});
  const body = h("tbody", {});
  const table = h("table", { class: "truth answers" }, head, body);
  const box = h("section", { class: "card answers-card", "aria-label": "Answers", tabindex: 0 }, table);
  host.append(box);
  const draw = () => {
    const { started } = live.get();
    box.hidden = !started;
    if (!started) return;
    const shown = QUANTITIES.filter((q) => started.dim > 1 || !q.endsWith("_1"));
    fill(
      head,
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Method"),
        ...shown.map((q) => h("th", { scope: "col" }, titleOf(q, started.labels))),
        h("th", { scope: "col" }, "Evaluations"),
      ),
    );
    fill(body, exactRow(started, shown, store.get().spec.view), ...rows(context, shown));
  };
  draw();
  return disposal([
    live.subscribe((l) => l.started, draw),
    live.subscribe((l) => l.status, draw),
    store.subscribe((s) => s.page.selected, draw),
    store.subscribe((s) => s.page.colours, draw),
    context.onGrowth(draw),
  ]);
}

/** @param {any} started @param {Quantity[]} shown @param {number[]} view */
function exactRow({ reference, reference_note: note }, shown, view) {
  if (!reference) {
    const words = note ?? "nobody knows it in closed form, and it is too large for quadrature";
    return h(
      "tr",
      { class: "answer-exact" },
      h("th", { scope: "row" }, "Exact"),
      h("td", { colspan: shown.length + 1 }, h("span", { class: "muted" }, `none: ${words}`)),
    );
  }
  return h(
    "tr",
    { class: "answer-exact" },
    h("th", { scope: "row", title: reference.how }, "Exact ", h("span", { class: "muted answer-how" }, reference.how)),
    ...shown.map((q) => h("td", { class: "number", "data-label": q }, number(read(reference, q, view), 6))),
    h("td", { class: "muted" }, reference.error ? `± ${formatNumber(reference.error, 1)}` : ""),
  );
}

/** @param {Context} context @param {Quantity[]} shown */
function rows({ live, store, act }, shown) {
  const { started, estimates } = live.get();
  const { colours, selected } = store.get().page;
  return started.methods.map((/** @type {any} */ method, /** @type {number} */ i) => {
    const last = estimates[i]?.at(-1) ?? null;
    const name = h(
      "button",
      { class: "answer-name", type: "button", onclick: () => act.page({ selected: i }) },
      h("i", { class: `dot line-${(colours[i] ?? 0) + 1}`, "aria-hidden": "true" }),
      method.title,
    );
    return h(
      "tr",
      { class: i === selected ? "selected" : null },
      h("th", { scope: "row" }, name),
      ...shown.map((q) => h("td", {}, cell(last, q, store.get().spec.view))),
      h("td", { class: "number" }, last ? formatWhole(last.gradients) : "–"),
    );
  });
}

/** @param {any} estimate @param {Quantity} quantity @param {number[]} view */
function cell(estimate, quantity, view) {
  const value = read(estimate, quantity, view);
  if (value === null) return h("span", { class: "muted" }, "–");
  const error = read(estimate.standard_error, quantity, view);
  const bias = read(estimate.bias_in_standard_errors, quantity, view);
  const off = read(estimate.error, quantity, view);
  return h(
    "span",
    { class: "answer number", title: off === null ? null : `${formatNumber(off, 3)} off the exact answer` },
    h("b", {}, number(value, digitsFor(value, error))),
    h("span", { class: "muted" }, error === null ? "" : ` ± ${formatNumber(error, 2)}`),
    bias !== null &&
      h(
        "span",
        { class: "answer-bias", dataset: { mood: Math.abs(bias) > ALARM ? "bad" : "" } },
        ` ${signed(bias)} se`,
      ),
    bias === null && off !== null && h("span", { class: "answer-bias" }, ` ${signed(off)} off`),
  );
}

/** @param {number | null} value @param {number} digits */
const number = (value, digits) => (value === null ? "–" : formatNumber(value, digits));

/** As far as the error can vouch for it, and one digit more. @param {number} value @param {number | null} error */
export function digitsFor(value, error) {
  if (!error || !value) return 5;
  return Math.min(7, Math.max(2, Math.floor(Math.log10(Math.abs(value) / error)) + 2));
}

/** @param {number} value */
const signed = (value) => `${value < 0 ? "−" : "+"}${formatNumber(Math.abs(value), 2)}`;
