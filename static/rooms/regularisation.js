// @ts-check
/** The Regularisation room: penalties as shapes, as forces, as paths, and as priors. */
import { fromAddress, toAddress } from "../address.js";
import { button } from "../controls/button.js";
import { disposal, fill, h, icon } from "../dom.js";
import { readPalette } from "../plots/palette.js";
import { bindAddress, createStore } from "../store.js";
import { aligned, coefficientsChart, errorsChart, nearest, sliceChart } from "./regularisation/charts.js";
import { controls } from "./regularisation/controls.js";
import { posteriorFacts, pulls, showFacts } from "./regularisation/facts.js";
import { createLines } from "./regularisation/lines.js";
import { createRequests, nothing } from "./regularisation/live.js";
import { createPicture } from "./regularisation/picture.js";
import { pruning } from "./regularisation/pruning.js";
import { penaltyScene, posteriorScene } from "./regularisation/scene.js";
import { begin, halfOf } from "./regularisation/state.js";
import { strengthBar } from "./regularisation/strength.js";

/**
 * @typedef {import("./regularisation/state.js").Choice} Choice
 * @typedef {object} Context
 * @property {import("../store.js").Store<{choice: Choice, probe: [number, number] | null}>} store
 * @property {import("./regularisation/live.js").LiveStore} live
 * @property {(change: Partial<Choice>) => void} choose
 * @property {import("../services.js").Services} services
 */

/** @type {import("../main.js").Room} */
export function regularisation(host, address, services) {
  const store = createStore({ choice: begin(address.spec), probe: /** @type {[number, number] | null} */ (null) });
  const live = createStore(nothing());
  /** @type {Context} */
  const context = {
    store,
    live,
    services,
    choose: (change) => store.set({ choice: { ...store.get().choice, ...change }, probe: null }),
  };
  const requests = createRequests(store, live);
  const parts = build(host, context, requests.again);
  const stop = bindAddress(store, { parse, serialise });
  services.shareAs(() => new URL(serialise(store.get()), location.href).href);
  return disposal([stop, requests.dispose, ...parts]);
}

/** @param {string} hash */
function parse(hash) {
  const { route, spec } = fromAddress(hash);
  return route === "regularisation" && spec ? { choice: begin(spec) } : null;
}

/** @param {{choice: Choice}} state */
const serialise = ({ choice }) => toAddress("regularisation", choice);

/** @param {HTMLElement} host @param {Context} context @param {() => void} again @returns {(() => void)[]} */
function build(host, context, again) {
  const rail = h("aside", { class: "rail", "aria-label": "Set-up" });
  const bar = strengthBar(context);
  const picture = pictureFigure(context);
  const paths = pathFigures(context);
  const notice = notices(context, again);
  const prune = pruning(context.services);
  const stage = h(
    "section",
    { class: "reg-stage", "aria-label": "Path" },
    bar.element,
    notice.element,
    h("div", { class: "reg-views" }, picture.element, h("div", { class: "reg-side" }, paths.elements)),
    prune.element,
  );
  fill(host, h("h1", { class: "hidden-visually" }, "Regularisation"), h("div", { class: "reg-room" }, rail, stage));
  return [controls(rail, context), bar.dispose, picture.dispose, paths.dispose, notice.dispose, prune.dispose];
}

/** @param {string} title @param {string} hint @param {...HTMLElement} children */
const figure = (title, hint, ...children) =>
  h(
    "figure",
    { class: "card reg-figure" },
    h("figcaption", {}, h("b", {}, title), h("span", { class: "muted" }, hint)),
    children,
  );

/** @param {Context} context */
function pictureFigure({ store, live, services }) {
  const canvas = h("div", {
    class: "reg-picture",
    role: "img",
    "aria-label": "Loss rings, penalty ball and optimum of two weights",
  });
  const facts = h("div", { class: "reg-under" });
  const back = button({ words: "Back to the optimum", look: "quiet" }, () => store.set({ probe: null }));
  const slices = [0, 1].map(() =>
    h("div", { class: "reg-slice", role: "img", "aria-label": "Prior, likelihood and posterior along one weight" }),
  );
  const cuts = h("div", { class: "reg-slices", hidden: true }, slices);
  const element = figure(
    "Two weights",
    "rings of equal loss, the ball of the penalty, the path",
    canvas,
    back,
    cuts,
    facts,
  );
  const picture = createPicture(canvas, {
    palette: readPalette(),
    onPick: (probe) => store.get().choice.reading === "penalty" && store.set({ probe }),
  });
  const charts = slices.map((slice) => createLines(slice, { palette: readPalette() }));

  function ground() {
    const { pair, grid, posterior } = live.get();
    const { choice } = store.get();
    const prior = choice.reading === "prior" ? posterior : null;
    if (prior) picture.setGround({ x: prior.x, y: prior.y, z: prior.density }, prior.names, true);
    else picture.setGround(pair && grid, pair?.features);
    cuts.hidden = !prior;
    charts.forEach((chart, k) => chart.set(prior && sliceChart(prior.slices[k])));
    scene();
  }
  function scene() {
    const { pair, posterior } = live.get();
    const { choice, probe } = store.get();
    back.hidden = !probe;
    if (!pair) return picture.setScene(null);
    const prior = choice.reading === "prior" ? posterior : null;
    picture.setScene(prior ? posteriorScene(prior) : penaltyScene(pair, choice, probe, halfOf(pair.coefficients)));
    const { facts: shown, lead } = prior ? posteriorFacts(prior) : pulls(pair, choice, probe);
    showFacts(facts, shown, lead);
  }
  const repaint = () => [picture, ...charts].forEach((each) => each.setPalette(readPalette()));
  const wait = () => canvas.classList.toggle("skeleton", isAwaited(live.get(), "pair"));
  wait();
  scene();
  const stops = [
    live.onChange(wait),
    live.subscribe(({ pair, grid, posterior }) => [pair, grid, posterior].map((part) => identity(part)).join(), ground),
    store.subscribe(({ choice }) => choice.reading, ground),
    store.onChange(scene),
    services.onTheme(repaint),
  ];
  return { element, dispose: disposal([...stops, picture.dispose, ...charts.map(({ dispose }) => dispose)]) };
}

/** Whether a part is still to come. @param {import("./regularisation/live.js").Live} live @param {"path" | "pair"} part */
const isAwaited = (live, part) => !live[part] && !live.failure;

const seen = new WeakMap();
let count = 0;
/** A number for each object, so that a change of any of several is one value. @param {object | null} part */
function identity(part) {
  if (!part) return 0;
  if (!seen.has(part)) seen.set(part, ++count);
  return seen.get(part);
}

/** @param {Context} context */
function pathFigures({ store, live, choose, services }) {
  const hosts = ["Coefficients of all inputs against λ", "Errors against λ"].map((label) =>
    h("div", { class: "reg-lines", role: "img", "aria-label": label }),
  );
  const pick = (/** @type {number} */ strength) => {
    const { path } = live.get();
    if (path) choose({ index: nearest(path.strengths, strength) });
  };
  const [coefficients, errors] = hosts.map((host) => createLines(host, { palette: readPalette(), onPick: pick }));
  const chosen = h("p", { class: "help reg-chosen-words" });
  const show = () => {
    const { path } = live.get();
    const [above, below] = path ? aligned([coefficientsChart(path), errorsChart(path)]) : [null, null];
    coefficients.set(above);
    errors.set(below);
    fill(chosen, path?.chosen ? `Dashed: the strengths that ${path.chosen.by} chooses.` : "");
    point();
  };
  const point = () => {
    const strength = live.get().path?.strengths[store.get().choice.index] ?? null;
    coefficients.point(strength);
    errors.point(strength);
  };
  const wait = () => {
    for (const host of hosts) host.classList.toggle("skeleton", isAwaited(live.get(), "path"));
  };
  wait();
  const stops = [
    live.onChange(wait),
    live.subscribe(({ path }) => path, show),
    store.subscribe(({ choice }) => choice.index, point),
    services.onTheme(() => [coefficients, errors].forEach((each) => each.setPalette(readPalette()))),
  ];
  return {
    elements: [
      figure("All inputs", "coefficients; ○ exactly zero on one side; λ falls →", hosts[0]),
      figure("Errors", "mean loss without the penalty; band: one standard error", hosts[1], chosen),
    ],
    dispose: disposal([...stops, coefficients.dispose, errors.dispose]),
  };
}

/** Progress, and what went wrong. @param {Context} context @param {() => void} again */
function notices({ live }, again) {
  const element = h("div", { class: "reg-notices" });
  const bar = h("progress", { class: "reg-progress", "aria-label": "Optima solved", max: "1" });
  const show = () => {
    const { progress, failure } = live.get();
    if (progress) bar.value = progress.step / Math.max(1, progress.of);
    element.parentElement?.setAttribute("aria-busy", String(Boolean(progress)));
    fill(
      element,
      progress && bar,
      progress && h("p", { class: "help" }, progressOf(progress)),
      failure &&
        h(
          "div",
          { class: "notice notice-bad", role: "alert" },
          icon("warn"),
          h("p", {}, h("b", {}, failure.title), " ", failure.detail),
          button({ words: "Try again" }, again),
        ),
    );
  };
  show();
  return { element, dispose: live.onChange(show) };
}

/** @param {{step: number, of: number}} progress `of` is 0 while it is not known */
const progressOf = ({ step, of }) =>
  of ? `${step} of ${of} optima solved, folds included` : "Solving the optima along the path…";
