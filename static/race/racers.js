// @ts-check
/** The optimisers of the race, one row each. */
import { under } from "../controls/frame.js";
import { menuButton } from "../controls/menu.js";
import { disposal, fill, h, icon } from "../dom.js";
import { fieldErrors } from "./errors.js";
import { racerRow } from "./racerRow.js";
import { groundsOf, suited } from "./rates.js";
import { standing } from "./standing.js";
import { MAX_RACERS } from "./state.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../services.js").Catalogue} Catalogue */

/** @param {HTMLElement} host @param {Context} context @param {{title?: string}} [options] */
export function racers(host, context, { title = "Racers" } = {}) {
  const { store, live } = context;
  const list = h("ol", { class: "racers" });
  const add = h("span", {});
  const head = h("div", { class: "row row-apart card-head" }, h("h2", {}, title), add);
  host.append(h("section", { class: "card racers-card", "aria-label": title }, head, list));
  /** @type {ReturnType<typeof racerRow>[]} */
  let rows = [];
  /** @type {Catalogue | null} */
  let catalogue = null;

  const draw = () => {
    if (!catalogue) return;
    const { spec, page } = store.get();
    const same = rows.length === spec.optimisers.length && rows.every((row, i) => row.shows(i));
    if (!same) rebuild(catalogue);
    rows.forEach((row, i) => row.set(spec.optimisers[i], page.selected === i));
    tell();
  };
  /** @param {Catalogue} known */
  const rebuild = (known) => {
    const open = new Set(rows.filter((row) => row.isOpen()).map((row) => row.colour));
    rows = store.get().spec.optimisers.map((_, i) => racerRow(i, known, context, open));
    fill(list, ...rows.map((row) => row.element), !rows.length && emptyState());
  };
  const tell = () => {
    const now = standing(context);
    rows.forEach((row, i) => row.tell(now[i]));
  };
  const complain = () => {
    const errors = under(fieldErrors(live.get().run.failure), "optimisers");
    rows.forEach((row, i) => row.report(under(errors, String(i))));
  };
  /** @param {Catalogue} loaded */
  const ready = (loaded) => {
    catalogue = loaded;
    const look = { class: "button button-link", label: "Add an optimiser" };
    fill(
      add,
      menuButton([icon("add"), "Add"], () => choices(loaded, context), look),
    );
    draw();
  };
  fill(list, ...Array.from({ length: 3 }, () => h("li", { class: "skeleton skeleton-row" })));
  context.services
    .catalogue()
    .then(ready, () => fill(list, h("li", { class: "help" }, "The optimisers did not load; reload the page.")));
  return disposal([
    store.subscribe((s) => s.spec.optimisers, draw),
    store.subscribe((s) => s.page, draw),
    live.subscribe((l) => l.run, tell),
    live.subscribe((l) => l.run.failure, complain),
    context.onPulse(tell),
  ]);
}

const emptyState = () =>
  h(
    "li",
    { class: "empty" },
    h("b", {}, "Nobody on the starting line."),
    h("span", { class: "muted" }, "Add an optimiser to see it descend."),
  );

/** @param {Catalogue} catalogue @param {Context} context @returns {import("../controls/menu.js").MenuItem[]} */
function choices(catalogue, context) {
  const { store, act } = context;
  const full = store.get().spec.optimisers.length >= MAX_RACERS;
  if (full) return [{ title: `${MAX_RACERS} racers are the most`, note: "Remove one first.", run() {} }];
  const network = store.get().spec.objective.kind === "network";
  const fitting = catalogue.optimisers.filter(({ needs_model }) => network || !needs_model);
  return fitting.map(({ kind, title, summary }) => ({
    title,
    note: summary,
    run: () => act.addRacer(suited({ kind }, groundsOf(context, catalogue).find(Boolean) ?? null, catalogue)),
  }));
}
