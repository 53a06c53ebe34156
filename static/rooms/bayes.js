// @ts-check
/** The Bayes room: one density, many routes to its integrals, each beside the exact answer. */
import { fromAddress, toAddress } from "../address.js";
import { disposal, fill, h } from "../dom.js";
import { bindAddress, createStore } from "../store.js";
import { createActions } from "./bayes/actions.js";
import { answers } from "./bayes/answers.js";
import { createCalibrations } from "./bayes/calibrations.js";
import { createClock } from "./bayes/clock.js";
import { details } from "./bayes/details.js";
import { dial } from "./bayes/dial.js";
import { evidence } from "./bayes/evidence.js";
import { evidenceRace } from "./bayes/evidenceRace.js";
import { createInference } from "./bayes/inference.js";
import { masked } from "./bayes/lineup.js";
import { lineupDoor } from "./bayes/lineupDoor.js";
import { nothingYet } from "./bayes/live.js";
import { methods } from "./bayes/methods.js";
import { notice } from "./bayes/notice.js";
import { settings } from "./bayes/settings.js";
import { stage } from "./bayes/stage.js";
import { begin, shared } from "./bayes/state.js";
import { suspects } from "./bayes/suspects.js";
import { target } from "./bayes/target.js";
import { transport } from "./bayes/transport.js";

/** @typedef {import("./bayes/context.js").Context} Context */

/** @type {import("../main.js").Room} */
export function bayes(host, address, services) {
  const store = createStore(begin(address.spec));
  const live = createStore(nothingYet());
  const clock = createClock(store, live);
  const inference = createInference(store, live, clock, (started) => masked(started, store.get().page));
  const calibrations = createCalibrations();
  /** @type {Context} */
  const context = {
    store,
    live,
    services,
    act: createActions(store),
    calibrations,
    accusations: createStore(/** @type {Record<string, string>} */ ({})),
    ...clock,
    again: inference.again,
  };
  let leave = build(host, context);
  const swap = store.subscribe(
    (s) => s.page.lineup > 0,
    () => {
      leave();
      leave = build(host, context);
    },
  );
  const stop = bindAddress(store, { parse, serialise });
  services.shareAs(() => new URL(serialise(store.get()), location.href).href);
  inference.now();
  return disposal([stop, swap, inference.dispose, calibrations.dispose, clock.player.dispose, () => leave()]);
}

/** @param {string} hash */
function parse(hash) {
  const { route, spec } = fromAddress(hash);
  return route === "bayes" && spec ? begin(spec) : null;
}

/** @param {ReturnType<typeof begin>} state */
const serialise = ({ spec, page }) => toAddress("bayes", shared(spec, page));

/** @param {HTMLElement} host @param {Context} context */
function build(host, context) {
  const rail = h("aside", { class: "rail", "aria-label": "Set-up" });
  const views = h("div", { class: "views bayes-views" });
  const side = h("div", { class: "side bayes-side" });
  const section = h("section", { class: "stage bayes-stage", "aria-label": "Inference" });
  const below = h("div", { class: "below" });
  section.append(views, below);
  const lineup = context.store.get().page.lineup > 0;
  const parts = [
    ...(lineup ? [suspects(rail, context)] : []),
    target(rail, context),
    ...(lineup ? [] : [methods(rail, context), lineupDoor(rail, context)]),
    settings(rail, context),
    stage(views, context),
    (lineup ? evidence : evidenceRace)(side, context),
    details(side, context),
    notice(below, context),
    ...(lineup ? [] : [dial(below, context)]),
    answers(below, context),
    transport(section, context),
  ];
  views.append(side);
  fill(host, h("h1", { class: "hidden-visually" }, "Bayes"), h("div", { class: "landscape bayes" }, rail, section));
  return disposal(parts);
}
