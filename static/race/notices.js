// @ts-check
/** What needs a decision: divergence with its remedy, refusals, lost connections. */
import { button } from "../controls/button.js";
import { disposal, fill, h, icon } from "../dom.js";
import { formatNumber } from "../format.js";
import { earlyStopsNotice } from "./earlyStops.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../types.js").DivergedEvent} DivergedEvent */
/** @typedef {import("../failure.js").Failure} Failure */

/** @param {HTMLElement} host @param {Context} context */
export function notices(host, context) {
  const { live } = context;
  const box = h("div", { class: "notices" });
  host.append(box);
  /** @type {DivergedEvent[] | null} dismissed until another run diverges */
  let hidden = null;
  const draw = () => {
    const { run, landscape } = live.get();
    const failures = new Map([run.failure, landscape.failure].flatMap((f) => (f ? [[f.detail, f]] : [])));
    const shown = [...failures.values()].map((failure) => failureNotice(failure, context));
    if (run.diverged.length && run.diverged !== hidden) shown.push(divergedNotice(run.diverged, context, dismiss));
    fill(box, ...shown, earlyStopsNotice(context));
  };
  const dismiss = () => {
    hidden = live.get().run.diverged;
    draw();
  };
  const announce = () =>
    context.services.announce(
      live
        .get()
        .run.diverged.map((event) => event.message)
        .join(" "),
    );
  draw();
  return disposal([
    live.subscribe((l) => l.run.diverged, draw),
    live.subscribe((l) => l.run.diverged, announce),
    live.subscribe((l) => l.run.failure, draw),
    live.subscribe((l) => l.run.status, draw),
    live.subscribe((l) => l.landscape.failure, draw),
  ]);
}

/** @param {DivergedEvent[]} events @param {Context} context @param {() => void} dismiss */
function divergedNotice(events, context, dismiss) {
  const usable = events.flatMap(({ run, suggested_learning_rate: rate }) => (rate ? [{ run, rate }] : []));
  const all =
    usable.length > 1 &&
    button({ words: "Use all suggestions", look: "primary" }, () => context.act.applyRates(usable));
  return h(
    "section",
    { class: "notice notice-warn", role: "region", "aria-label": "Divergence" },
    icon("warn"),
    events.length === 1 ? oneDiverged(events[0], context) : severalDiverged(events, context),
    h("div", { class: "row notice-tools" }, all, button({ icon: "close", label: "Dismiss", look: "quiet" }, dismiss)),
  );
}

/** @param {DivergedEvent} event @param {Context} context */
const oneDiverged = (event, context) =>
  h("div", { class: "diverged" }, h("p", {}, mark(event, context), event.message), rateButton(event, context));

/** @param {DivergedEvent[]} events @param {Context} context */
function severalDiverged(events, context) {
  const rows = events.map((event) =>
    h(
      "li",
      { class: "chip" },
      mark(event, context),
      `${titleOf(event, context)}, step ${event.step}`,
      rateButton(event, context),
    ),
  );
  const reasons = h(
    "details",
    {},
    h("summary", {}, "Why"),
    h(
      "ul",
      { class: "help stack" },
      events.map((event) => h("li", {}, mark(event, context), event.message)),
    ),
  );
  return h(
    "div",
    { class: "stack stack-tight" },
    h(
      "div",
      { class: "chips" },
      h("b", { class: "chips-head" }, `${events.length} diverged:`),
      h("ul", { class: "chips" }, rows),
    ),
    reasons,
  );
}

/** @param {DivergedEvent} event @param {Context} context */
const titleOf = (event, { live }) => live.get().run.tracks[event.run]?.title ?? `Racer ${event.run + 1}`;

/** @param {DivergedEvent} event @param {Context} context */
const mark = (event, { store }) =>
  h("i", { class: `dot line-${(store.get().page.colours[event.run] ?? 0) + 1}`, "aria-hidden": "true" });

/** @param {DivergedEvent} event @param {Context} context */
function rateButton(event, context) {
  const rate = event.suggested_learning_rate;
  if (!rate) return null;
  const words = `Use rate ${formatNumber(rate, 2)}`;
  const label = `${words} for ${titleOf(event, context)}`;
  return button({ words, label }, () => context.act.applyRates([{ run: event.run, rate }]));
}

/** @param {Failure} failure @param {Context} context */
function failureNotice(failure, { again }) {
  const details = failure.errors.filter((error) => error.detail !== failure.detail);
  return h(
    "section",
    { class: `notice notice-${failure.kind === "refused" ? "bad" : "warn"}`, role: "alert" },
    icon(failure.kind === "offline" ? "offline" : "warn"),
    h(
      "div",
      { class: "stack stack-tight" },
      h("p", {}, h("b", {}, failure.title), " ", failure.detail),
      details.length > 0 &&
        h(
          "ul",
          { class: "help" },
          details.map((error) => h("li", {}, h("code", {}, error.pointer || "/"), " ", error.detail)),
        ),
      failure.kind === "offline" && h("p", { class: "help" }, "Trying again every few seconds."),
    ),
    button({ words: "Try again", icon: "reset" }, again),
  );
}
