// @ts-check
/** The Landscape room: a surface, optimisers racing down it, and what happens inside each step. */
import { fromAddress, toAddress } from "../address.js";
import { disposal, fill, h } from "../dom.js";
import { createActions } from "../race/actions.js";
import { createClock } from "../race/clock.js";
import { keyboard } from "../race/keyboard.js";
import { nothingYet } from "../race/live.js";
import { notices } from "../race/notices.js";
import { racers } from "../race/racers.js";
import { createRunner } from "../race/runner.js";
import { runSettings } from "../race/runSettings.js";
import { source } from "../race/source.js";
import { begin, isPca, shared } from "../race/state.js";
import { transport } from "../race/transport.js";
import { bindAddress, createStore } from "../store.js";
import { figures, noSurface } from "./landscape/figures.js";
import { panel } from "./landscape/panel.js";
import { story } from "./landscape/story.js";
import { viewSettings } from "./landscape/viewSettings.js";
import { createViews } from "./landscape/views.js";

/** @typedef {import("../race/context.js").Context} Context */

/** @type {import("../main.js").Room} */
export function landscape(host, address, services) {
  const store = createStore(begin(address.spec));
  const live = createStore(nothingYet());
  const { player, step, pulse, growth, onRestart, onGrowth } = createClock(store, live);
  const runner = createRunner(store, live, { onRestart, onGrowth });
  /** @type {Context} */
  const context = {
    store,
    live,
    services,
    player,
    act: createActions(store),
    step: () => player.state().step,
    tracks: () => (isPca(store.get().spec) ? live.get().pca : null) ?? live.get().run.tracks,
    onStep: step.on,
    onPulse: pulse.on,
    onGrowth: growth.on,
    again: runner.again,
  };
  const leave = build(host, context);
  const stop = bindAddress(store, { parse, serialise });
  services.shareAs(() => new URL(serialise(store.get()), location.href).href);
  runner.now();
  return disposal([stop, runner.dispose, player.dispose, leave]);
}

/** @param {string} hash */
function parse(hash) {
  const { route, spec } = fromAddress(hash);
  return route === "landscape" && spec ? begin(spec) : null;
}

/** @param {ReturnType<typeof begin>} state */
const serialise = ({ spec, page }) => toAddress("landscape", shared(spec, page));

/** @param {HTMLElement} host @param {Context} context */
function build(host, context) {
  const shown = figures(context);
  const rail = h("aside", { class: "rail", "aria-label": "Set-up" });
  const side = h("div", { class: "side" }, shown.contour);
  const below = h("div", { class: "below" });
  const stage = h(
    "section",
    { class: "stage", "aria-label": "Race" },
    h("div", { class: "views" }, shown.surface, side),
    below,
  );
  const settings = h("section", { class: "card settings", "aria-label": "Settings" });
  const parts = [
    source(rail, context),
    racers(rail, context),
    runSettings(settings, context),
    viewSettings(settings, context),
  ];
  rail.append(settings);
  parts.push(panel(side, context), notices(below, context), story(below, context), transport(stage, context));
  fill(host, h("h1", { class: "hidden-visually" }, "Landscape"), h("div", { class: "landscape" }, rail, stage));
  drawViews(shown, context, parts);
  parts.push(shown.dispose, keyboard(context));
  return () => disposal(parts)();
}

/** @param {ReturnType<typeof figures>} shown @param {Context} context @param {(() => void)[]} parts */
async function drawViews({ surface, contour, surfaceHost, contourHost }, context, parts) {
  try {
    const plotly = await context.services.plotly();
    if (!contour.isConnected) return;
    const views = createViews(surfaceHost, contourHost, context, plotly);
    if (!views.surface.supported) noSurface(surface, views.surface.reason);
    parts.push(views.dispose);
    context.live.set({ pictures: (which) => views[which].picture() });
  } catch (error) {
    noSurface(surface, /** @type {Error} */ (error).message);
  }
}
