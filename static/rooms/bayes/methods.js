// @ts-check
/** The methods that race to the same integrals, one row each. */
import { under } from "../../controls/frame.js";
import { menuButton } from "../../controls/menu.js";
import { disposal, fill, h, icon } from "../../dom.js";
import { fieldErrors } from "../../race/errors.js";
import { MAX_RACERS } from "../../race/state.js";
import { methodRow } from "./methodRow.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../../services.js").Catalogue} Catalogue */

/** The catalogues whose entries are methods, in the order of the menu, and what is put before their titles there. @type {[string, string][]} */
const FAMILIES = [
  ["samplers", ""],
  ["integrators", ""],
  ["inference", ""],
  ["broken_samplers", "Broken: "],
];

/** @param {Catalogue} catalogue @param {string} kind */
export const methodEntry = (catalogue, kind) =>
  FAMILIES.flatMap(([family]) => catalogue[family] ?? []).find((entry) => entry.kind === kind);

/** @param {HTMLElement} host @param {Context} context */
export function methods(host, context) {
  const { store, live, services } = context;
  const list = h("ol", { class: "racers" });
  const add = h("span", {});
  const head = h("div", { class: "row row-apart card-head" }, h("h2", {}, "Methods"), add);
  host.append(h("section", { class: "card racers-card", "aria-label": "Methods" }, head, list));
  /** @type {ReturnType<typeof methodRow>[]} */
  let rows = [];
  /** @type {Catalogue | null} */
  let catalogue = null;

  const draw = () => {
    if (!catalogue) return;
    const { spec, page } = store.get();
    if (rows.length !== spec.methods.length || !rows.every((row, i) => row.shows(i))) rebuild(catalogue);
    rows.forEach((row, i) => row.set(spec.methods[i], page.selected === i));
    tell();
  };
  /** @param {Catalogue} known */
  const rebuild = (known) => {
    const open = new Set(rows.filter((row) => row.isOpen()).map((row) => row.colour));
    rows = store.get().spec.methods.map((_, i) => methodRow(i, known, context, open));
    fill(list, ...rows.map((row) => row.element), !rows.length && emptyState());
  };
  const tell = () => rows.forEach((row, i) => row.tell(i));
  const complain = () => {
    const errors = under(fieldErrors(live.get().failure), "methods");
    rows.forEach((row, i) => row.report(under(errors, String(i))));
  };
  fill(list, ...Array.from({ length: 3 }, () => h("li", { class: "skeleton skeleton-row" })));
  services.catalogue().then(
    (loaded) => {
      catalogue = loaded;
      const look = { class: "button button-link", label: "Add a method" };
      fill(
        add,
        menuButton([icon("add"), "Add"], () => choices(loaded, context), look),
      );
      draw();
    },
    () => fill(list, h("li", { class: "help" }, "The methods did not load; reload the page.")),
  );
  return disposal([
    store.subscribe((s) => s.spec.methods, draw),
    store.subscribe((s) => s.page, draw),
    live.subscribe((l) => l.status, tell),
    live.subscribe((l) => l.failure, complain),
    context.onGrowth(tell),
  ]);
}

const emptyState = () =>
  h(
    "li",
    { class: "empty" },
    h("b", {}, "No method yet."),
    h("span", { class: "muted" }, "Add a sampler or an integrator to see what it says of this density."),
  );

/** @param {Catalogue} catalogue @param {Context} context @returns {import("../../controls/menu.js").MenuItem[]} */
function choices(catalogue, { store, act }) {
  if (store.get().spec.methods.length >= MAX_RACERS)
    return [{ title: `${MAX_RACERS} methods are the most`, note: "Remove one first.", run() {} }];
  return FAMILIES.flatMap(([family, before]) =>
    (catalogue[family] ?? []).map(({ kind, title, summary }) => ({
      title: before + title,
      note: summary,
      run: () => act.addMethod({ kind }),
    })),
  );
}
