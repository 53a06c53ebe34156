// @ts-check
/** Who stands in the line-up: one is run at a time, and nobody's name is known until it is accused. */
import { button } from "../../controls/button.js";
import { disposal, fill, h, icon } from "../../dom.js";
import { caseOf, deal, nameOf } from "./lineup.js";
import { first, initialPage } from "./state.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("./lineup.js").Suspect} Suspect */

const DEALS = 100_000;
/** @returns {number} of a deal */
export const anyDeal = () => 1 + Math.floor(Math.random() * DEALS);

/** @param {HTMLElement} host @param {Context} context */
export function suspects(host, context) {
  const { store, services, act, accusations } = context;
  const list = h("ol", { class: "suspects" });
  const tools = h(
    "div",
    { class: "row row-wrap" },
    button({ words: "Deal again", icon: "reset" }, () => act.page({ lineup: anyDeal(), suspect: 0 })),
    button({ words: "Leave", icon: "close", look: "quiet", label: "Leave the line-up" }, () => leave(context)),
  );
  const idea =
    "Some of these kernels have a bug, some are right. Choose one: it runs on the density above. Read the evidence, then accuse it.";
  host.append(
    h(
      "section",
      { class: "card lineup", "aria-label": "Line-up" },
      h("div", { class: "card-head" }, h("h2", {}, "Spot the bug")),
      h("p", { class: "help" }, idea),
      list,
      tools,
    ),
  );
  /** @type {import("./lineup.js").Catalogue | null} */
  let catalogue = null;
  const draw = () => {
    const { page } = store.get();
    // The store may have left the line-up already, and this part of it is about to go.
    if (!catalogue || page.lineup <= 0) return;
    const cards = deal(catalogue, page.lineup);
    if (!(page.suspect in cards)) return act.page({ suspect: 0 });
    fill(list, ...cards.map((card, i) => row(card, i, context)));
    const { kernel } = cards[page.suspect];
    if (JSON.stringify(store.get().spec.methods) !== JSON.stringify([kernel])) act.spec({ methods: [kernel] });
  };
  services.catalogue().then(
    (loaded) => {
      catalogue = loaded;
      draw();
    },
    () => fill(list, h("li", { class: "help" }, "The kernels did not load; reload the page.")),
  );
  return disposal([
    store.subscribe((s) => s.page.lineup, draw),
    store.subscribe((s) => s.page.suspect, draw),
    store.subscribe((s) => s.spec.methods, draw),
    accusations.subscribe((known) => known, draw),
  ]);
}

/** @param {Suspect} card @param {number} index @param {Context} context */
function row({ entry, right }, index, { store, act, accusations }) {
  const { page } = store.get();
  const accused = accusations.get()[caseOf({ lineup: page.lineup, suspect: index })];
  const solved = accused === (right ? "right" : entry.kind);
  const note = accused && h("span", { class: "suspect-name" }, icon(solved ? "check" : "close"), entry.title);
  const choose = h(
    "button",
    {
      class: "suspect",
      type: "button",
      "aria-pressed": String(page.suspect === index),
      onclick: () => act.page({ suspect: index }),
    },
    h("span", {}, nameOf(index)),
    note,
  );
  return h("li", {}, choose);
}

/** Back to the room with its usual methods, on the same density. @param {Context} context */
function leave({ store }) {
  const { target } = store.get().spec;
  store.set({ spec: { ...first(), target, start: null }, page: initialPage() }, { push: true });
}
