// @ts-check
/** The main picture: the cloud of chains, Bayes's rule as three sheets, or Z as a volume. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { readPalette } from "../../plots/palette.js";
import { calibrationView } from "./calibration.js";
import { createCloud, MASSES } from "./cloud.js";
import { coordinateChoice } from "./coordinateChoice.js";
import { densityOf } from "./density.js";
import { gaussianScene } from "./gaussianScene.js";
import { inPlane, momentsOf } from "./gaussians.js";
import { sheetsView } from "./sheets.js";
import { volumeView } from "./volume.js";

/** @typedef {import("./context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function stage(host, context) {
  const { store, live, act } = context;
  const hint = h("span", { class: "hint muted" });
  const picture = h("div", { class: "picture" });
  const scenes = segments(
    "Picture",
    [
      ["cloud", "Chains"],
      ["sheets", "Bayes’s rule"],
      ["volume", "Z as volume"],
      ["gaussians", "Gaussians"],
      ["calibration", "Calibration"],
    ],
    { value: store.get().page.scene, onChange: (scene) => act.page({ scene }) },
  );
  const coordinate = coordinateChoice(context);
  const caption = h("figcaption", {}, hint, h("div", { class: "view-tools" }, coordinate.element, scenes.element));
  const figure = h("figure", { class: "card view view-bayes", "aria-label": "Density" }, caption, picture);
  host.append(figure);
  const SCENES = {
    cloud: cloudView,
    sheets: sheetsView,
    volume: volumeView,
    gaussians: gaussianScene,
    calibration: calibrationView,
  };
  let dispose = () => {};

  const open = () => {
    dispose();
    fill(picture);
    const { scene } = store.get().page;
    scenes.set(scene);
    figure.dataset.scene = scene;
    dispose = SCENES[scene](picture, context);
    tell();
  };
  const tell = () => fill(hint, hintOf(context));
  const showStatus = () => {
    figure.dataset.status = live.get().status;
    tell();
  };
  open();
  showStatus();
  return disposal([
    store.subscribe((s) => s.page.scene, open),
    live.subscribe((l) => l.status, showStatus),
    live.subscribe((l) => l.sheets, tell),
    coordinate.dispose,
    () => dispose(),
  ]);
}

/** @param {Context} context */
function hintOf({ store, live }) {
  const { scene } = store.get().page;
  const { sheets, started } = live.get();
  if (!started) return "";
  if (scene === "gaussians") return "q for p: 50 and 90 %";
  if (scene === "calibration") return "whether the truth ranks evenly";
  if (!sheets) return `${started.dim} dimensions: only draws are shown`;
  if (scene === "cloud" && started.dim < 2) return "height means nothing: the density has one coordinate";
  if (scene === "cloud") return `${MASSES.map((m) => 100 * m).join(", ")} % of mass · click: start`;
  if (scene === "sheets") return "the product, divided by its volume Z";
  return `the volume under the surface is Z: ln Z = ${formatNumber(sheets.log_evidence, 5)}`;
}

/** @param {HTMLElement} host @param {Context} context */
function cloudView(host, context) {
  const { store, live, act, player } = context;
  const palette = () => readPalette(document.documentElement);
  const cloud = createCloud(host, {
    palette: palette(),
    onPick(point) {
      const { started } = live.get();
      if (started?.dim === 2) act.startAt(point);
    },
  });
  const compose = () => {
    const { started, sheets, draws, leapfrogs } = live.get();
    if (!started) return;
    const { colours, selected, tab } = store.get().page;
    const front = chosen(draws, selected);
    const crowds = draws.map((d, i) => ({
      draws: d,
      colour: colours[i] ?? 0,
      selected: i === front,
      paths: tab === "energy" ? leapfrogs[i] : undefined,
    }));
    cloud.setScene({
      density: sheets && densityOf(sheets),
      labels: started.labels,
      window: started.window.length === 4 ? started.window : [...started.window, -1, 1],
      crowds: crowds.filter(({ draws: d }) => d.length > 0),
      fits: started.dim > 1 ? fitsOf(context) : [],
    });
    cloud.draw(player.state().step);
  };
  compose();
  return disposal([
    store.subscribe((s) => s.page.selected, compose),
    store.subscribe((s) => s.page.colours, compose),
    store.subscribe((s) => s.page.tab, compose),
    live.subscribe((l) => l.sheets, compose),
    live.subscribe((l) => l.status, compose),
    context.onGrowth(compose),
    context.onStep(cloud.draw),
    context.services.onTheme(() => cloud.setPalette(palette())),
    cloud.dispose,
  ]);
}

/** The method whose crowd is in front: the selected one, or the first that draws. @param {import("./draws.js").Draws[]} draws @param {number} selected */
function chosen(draws, selected) {
  return draws[selected]?.length ? selected : draws.findIndex((d) => d.length > 0);
}

/**
 * Methods that stand a Gaussian in for the density. Its way to the answer is spread over the steps of the samplers.
 *
 * @param {Context} context
 * @returns {import("./cloud.js").Fit[]}
 */
function fitsOf({ store, live }) {
  const { spec, page } = store.get();
  const steps = spec.warm_up + spec.draws;
  return live.get().estimates.flatMap((reports, i) => {
    const gaussianIn = (/** @type {any} */ report) => inPlane(momentsOf(report), spec.view);
    if (!reports.some(gaussianIn)) return [];
    const at = (/** @type {number} */ step) => {
      const index = Math.min(reports.length - 1, Math.floor((step / steps) * reports.length));
      return gaussianIn(reports[index]);
    };
    return [{ colour: page.colours[i] ?? 0, selected: page.selected === i, at }];
  });
}
