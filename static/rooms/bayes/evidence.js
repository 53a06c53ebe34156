// @ts-check
/** The evidence against the suspect at hand, the accusation, and what comes to light. */
import { button } from "../../controls/button.js";
import { disposal, fill, h } from "../../dom.js";
import { keyOf, requestOf } from "./calibrations.js";
import { exhibitsOf, NOT_RUN, worthOf } from "./exhibits.js";
import { caseOf, deal, nameOf, RIGHT } from "./lineup.js";
import { unmasked } from "./unmasked.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("./exhibits.js").Exhibit} Exhibit */

/** @param {HTMLElement} host @param {Context} context */
export function evidence(host, context) {
  const { store, live, services, calibrations, accusations } = context;
  const name = h("h2", {});
  const rows = h("tbody", {});
  const verdict = h("div", { class: "verdict", role: "status" });
  const table = h("table", { class: "truth evidence" }, h("caption", { class: "hidden-visually" }, "Evidence"), rows);
  const body = h("div", { class: "panel-body", tabindex: 0, role: "group", "aria-label": "Evidence" }, verdict, table);
  host.append(
    h(
      "section",
      { class: "card panel evidence-card", "aria-label": "Evidence" },
      h("div", { class: "card-head" }, name),
      body,
    ),
  );
  /** @type {import("./lineup.js").Catalogue | null} */
  let catalogue = null;
  let shown = "";

  const draw = () => {
    const { page } = store.get();
    if (page.lineup <= 0) return;
    const suspect = catalogue && deal(catalogue, page.lineup)[page.suspect];
    fill(name, `Evidence against ${nameOf(page.suspect)}`);
    const accused = accusations.get()[caseOf(page)];
    const exhibits = exhibitsOf(findings(context));
    const ready = live.get().status === "finished" && isOfNow(context);
    // What has not changed stays as it is: a button that is replaced while it is pressed hears no click.
    const state = JSON.stringify([caseOf(page), accused, ready, exhibits, catalogue !== null]);
    if (state === shown) return;
    shown = state;
    fill(rows, ...exhibits.map((each) => row(each, accused && suspect ? suspect.right : null)));
    if (exhibits[exhibits.length - 1].value === NOT_RUN && ready)
      rows.lastElementChild?.lastElementChild?.append(button({ words: "Run" }, () => calibrate(context)));
    if (!catalogue || !suspect) return;
    fill(
      verdict,
      accused
        ? unmasked({ suspect, accused, exhibits, catalogue, context })
        : accusation(catalogue, ready, (kind) => accusations.set({ [caseOf(page)]: kind })),
    );
  };
  services.catalogue().then(
    (loaded) => {
      catalogue = loaded;
      draw();
    },
    () => {},
  );
  draw();
  return disposal([
    store.subscribe((s) => s.page, draw),
    live.subscribe((l) => l.status, draw),
    live.subscribe((l) => l.started, draw),
    calibrations.store.subscribe((s) => s.known, draw),
    accusations.subscribe((known) => known, draw),
    context.onGrowth(draw),
  ]);
}

/** Whether what has arrived is of the suspect at hand, not of the one before. @param {Context} context */
const isOfNow = ({ store, live }) => live.get().started?.spec.methods[0]?.kind === store.get().spec.methods[0]?.kind;

/** @param {Context} context @returns {import("./exhibits.js").Findings} */
function findings(context) {
  const { store, live, calibrations } = context;
  const of = isOfNow(context);
  const { spec, page } = store.get();
  const { estimates, finished, leapfrogs } = live.get();
  const last = of ? estimates[0]?.at(-1) : null;
  const final = of ? finished?.methods[0] : null;
  return {
    facts: { ...last?.diagnostics, ...final?.diagnostics },
    bias: (final ?? last)?.bias_in_standard_errors ?? null,
    paths: of ? [...(leapfrogs[0]?.values() ?? [])] : [],
    calibration: (spec.methods.length && calibrations.store.get().known[keyOf(requestOf(spec, page, 0))]) || null,
    spec,
  };
}

/** @param {Context} context */
function calibrate({ store, act, calibrations }) {
  act.page({ scene: "calibration" });
  const { spec, page } = store.get();
  calibrations.start(requestOf(spec, page, 0));
}

/** What is said of an exhibit while nobody knows who it speaks of, by its alarm. @type {Record<string, string>} */
const MASKED = { true: "alarm", false: "content", null: "" };
/** @type {Record<string, string>} */
const MOODS = { alarm: "bad", "false alarm": "bad", blind: "warn", convicts: "good", acquits: "good" };

/** @param {Exhibit} exhibit @param {boolean | null} right null while the suspect is masked */
function row(exhibit, right) {
  const { title, asks, value, alarm } = exhibit;
  const worth = right === null || alarm === null ? MASKED[String(alarm)] : worthOf(exhibit, right);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, title, h("span", { class: "help" }, asks)),
    h("td", { class: "number" }, value),
    h("td", { class: "worth", dataset: { mood: MOODS[worth] ?? "" } }, worth),
  );
}

/** @param {import("./lineup.js").Catalogue} catalogue @param {boolean} ready @param {(kind: string) => void} accuse */
function accusation(catalogue, ready, accuse) {
  const select = h(
    "select",
    { class: "select", "aria-label": "What is wrong with it" },
    h("option", { value: RIGHT }, "Nothing: it is right"),
    (catalogue.broken_samplers ?? []).map(({ kind, title }) => h("option", { value: kind }, title)),
  );
  const go = button({ words: "Accuse", look: "primary" }, () => accuse(select.value));
  go.disabled = !ready;
  return h("div", { class: "row accusation" }, select, go);
}
