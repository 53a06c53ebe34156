// @ts-check
/** The Curvature room: the Hessian's eigenvalues along a race, and the Hessian itself at the step that is shown. */
import { fromAddress, toAddress } from "../address.js";
import { disposal, fill, h } from "../dom.js";
import { createActions } from "../race/actions.js";
import { createClock } from "../race/clock.js";
import { keyboard } from "../race/keyboard.js";
import { nothingYet } from "../race/live.js";
import { notices } from "../race/notices.js";
import { racers } from "../race/racers.js";
import { runSettings } from "../race/runSettings.js";
import { source } from "../race/source.js";
import { begin, shared } from "../race/state.js";
import { transport } from "../race/transport.js";
import { bindAddress, createStore } from "../store.js";
import { FIRST, measured } from "./curvature/first.js";
import { createInspector, nothingSeen } from "./curvature/inspector.js";
import { looks } from "./curvature/looks.js";
import { measureSettings } from "./curvature/measureSettings.js";
import { meter } from "./curvature/meter.js";
import { numbers } from "./curvature/numbers.js";
import { createRunner } from "./curvature/runner.js";
import { story } from "./curvature/story.js";

/** @typedef {import("./curvature/inspector.js").CurvatureContext} Context */

/** @type {import("../main.js").Room} */
export function curvature(host, address, services) {
  const store = createStore(open(address.spec));
  const live = createStore(nothingYet());
  // Another source comes with a race of its own, which measures nothing yet.
  const measure = store.subscribe(
    (s) => s.spec,
    (spec) => spec !== measured(spec) && store.set({ spec: measured(spec) }),
  );
  const { player, step, pulse, growth, onRestart, onGrowth } = createClock(store, live);
  const runner = createRunner(store, live, { onRestart, onGrowth });
  /** @type {Context} */
  const context = {
    ...{ store, live, services, player, seen: createStore(nothingSeen()) },
    act: createActions(store),
    step: () => player.state().step,
    tracks: () => live.get().run.tracks,
    onStep: step.on,
    onPulse: pulse.on,
    onGrowth: growth.on,
    again: runner.again,
  };
  const inspector = createInspector(context);
  const leave = build(host, context);
  const stop = bindAddress(store, { parse, serialise });
  services.shareAs(() => new URL(serialise(store.get()), location.href).href);
  runner.now();
  return disposal([measure, stop, runner.dispose, inspector.dispose, player.dispose, leave]);
}

/** @param {any} given */
function open(given) {
  const { spec, page } = begin(given, FIRST);
  return { spec: measured(spec), page };
}

/** @param {string} hash */
function parse(hash) {
  const { route, spec } = fromAddress(hash);
  return route === "curvature" && spec ? open(spec) : null;
}

/** @param {ReturnType<typeof open>} state */
const serialise = ({ spec, page }) => toAddress("curvature", shared(spec, page));

/** @param {HTMLElement} host @param {Context} context */
function build(host, context) {
  const rail = h("aside", { class: "rail", "aria-label": "Set-up" });
  const main = h("div", { class: "look" });
  const side = h("div", { class: "curvature-side" });
  const below = h("div", { class: "below" });
  const views = h("div", { class: "curvature-views" }, main, side);
  const stage = h("section", { class: "stage", "aria-label": "Curvature" }, views, below);
  const settings = h("section", { class: "card settings", "aria-label": "Settings" });
  const parts = [
    racers(rail, context),
    source(rail, context),
    runSettings(settings, context),
    measureSettings(settings, context),
    looks(main, context),
    meter(side, context),
    numbers(side, context),
  ];
  rail.append(settings);
  parts.push(notices(below, context), story(below, context), transport(stage, context), keyboard(context));
  fill(
    host,
    h("h1", { class: "hidden-visually" }, "Curvature"),
    h("div", { class: "landscape curvature" }, rail, stage),
  );
  return disposal(parts);
}
