// @ts-check
/** The Network room: a network that is drawn and edited, what it learns, and the chain rule at work inside it. */
import { fromAddress, toAddress } from "../address.js";
import { disposal, fill, h } from "../dom.js";
import { createActions } from "../race/actions.js";
import { createClock } from "../race/clock.js";
import { keyboard } from "../race/keyboard.js";
import { nothingYet } from "../race/live.js";
import { networkSource } from "../race/network.js";
import { notices } from "../race/notices.js";
import { racers } from "../race/racers.js";
import { runSettings } from "../race/runSettings.js";
import { shared } from "../race/state.js";
import { transport } from "../race/transport.js";
import { createSignal } from "../signal.js";
import { bindAddress, createStore } from "../store.js";
import { answerFigure } from "./network/answer.js";
import { networkFigure } from "./network/figure.js";
import { createInside } from "./network/inside.js";
import { panels } from "./network/panels.js";
import { createRunner } from "./network/runner.js";
import { scoresCard } from "./network/scores.js";
import { begin } from "./network/state.js";

/** @typedef {import("./network/inside.js").NetworkContext} NetworkContext */

/** @type {import("../main.js").Room} */
export function network(host, address, services) {
  const store = createStore(begin(address.spec));
  const live = createStore(nothingYet());
  const { player, step, pulse, growth, onRestart, onGrowth } = createClock(store, live);
  const inside = createInside(store, live);
  const runner = createRunner(store, live, { onRestart, onGrowth }, inside.events);
  /** @type {NetworkContext} */
  const context = {
    store,
    live,
    services,
    player,
    inside,
    pick: createStore(
      /** @type {import("./network/inside.js").Pick} */ ({ hover: null, weight: null, revealed: null, example: null }),
    ),
    chosen: createSignal(),
    act: createActions(store),
    step: () => player.state().step,
    tracks: () => live.get().run.tracks,
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
  return route === "network" && spec ? begin(spec) : null;
}

/** @param {ReturnType<typeof begin>} state */
const serialise = ({ spec, page }) => toAddress("network", shared(spec, page));

/** @param {HTMLElement} host @param {NetworkContext} context */
function build(host, context) {
  const rail = h("aside", { class: "rail", "aria-label": "Set-up" });
  const figure = networkFigure(context);
  const answer = answerFigure(context);
  const scores = scoresCard(context);
  const below = h("div", { class: "below" });
  const beside = h("div", { class: "network-side" }, answer.element, scores.element);
  const stage = h(
    "section",
    { class: "stage", "aria-label": "Network" },
    h("div", { class: "network-scroll" }, h("div", { class: "network-top" }, figure.element, beside), below),
  );
  const source = sourceCard(context);
  const settings = h("section", { class: "card settings", "aria-label": "Settings" });
  rail.append(source.element);
  const parts = [racers(rail, context, { title: "Optimisers" }), runSettings(settings, context, { start: false })];
  rail.append(settings);
  const notice = notices(below, context);
  const panel = panels(below, context, beside);
  const time = transport(stage, context);
  fill(host, h("h1", { class: "hidden-visually" }, "Network"), h("div", { class: "network" }, rail, stage));
  return disposal([
    ...parts,
    notice,
    panel,
    time,
    keyboard(context),
    figure.dispose,
    answer.dispose,
    scores.dispose,
    source.dispose,
  ]);
}

/** Data and model, once the catalogue is there. @param {NetworkContext} context */
function sourceCard(context) {
  const body = h(
    "div",
    { class: "source-body" },
    h("div", { class: "card-body" }, h("div", { class: "skeleton skeleton-field" })),
  );
  const head = h("div", { class: "card-head" }, h("h2", {}, "Data and network"));
  const element = h("section", { class: "card source", "aria-label": "Data and network" }, head, body);
  let stop = () => {};
  context.services.catalogue().then(
    (catalogue) => {
      if (!body.isConnected) return;
      fill(body);
      stop = networkSource(body, context, catalogue, { open: ["Data"] });
    },
    (error) => fill(body, h("p", { class: "error card-body" }, `The catalogue did not load. ${error.message}`)),
  );
  return { element, dispose: () => stop() };
}
