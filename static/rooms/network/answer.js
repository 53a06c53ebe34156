// @ts-check
/** What the network answers: the decision boundary of two inputs, the curve of one; beyond that, why there is no picture. */
import { disposal, fill, h } from "../../dom.js";
import { classColour } from "../../plots/diverging.js";
import { createFit } from "../../plots/fit.js";
import { readPalette } from "../../plots/palette.js";
import { createPlane } from "../../plots/plane.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext */
/** @typedef {{inputs: ArrayLike<number>, targets: ArrayLike<number>, test_inputs: ArrayLike<number>, test_targets: ArrayLike<number>}} Rows flat */

const TITLES = ["", "Curve", "Decision boundary"];

/** @param {NetworkContext} context */
export function answerFigure(context) {
  const { live, inside, services } = context;
  const title = h("b", {}, TITLES[2]);
  const legend = h("span", { class: "keys" });
  const host = h("div", { class: "picture" });
  const element = h("figure", { class: "card view view-answer" }, h("figcaption", {}, title, legend), host);
  /** @type {(ReturnType<typeof createPlane> | ReturnType<typeof createFit>) | null} */
  let plot = null;
  let shown = "";

  const build = () => {
    const data = live.get().description.value?.data;
    const features = live.get().description.value?.layers?.[0]?.fan_in;
    if (!data) return;
    if (shown !== String(features)) {
      plot?.dispose();
      fill(host);
      const options = { palette: readPalette(document.documentElement) };
      plot = features === 2 ? createPlane(host, options) : features === 1 ? createFit(host, options) : null;
      if (!plot) fill(host, noPicture(features));
      shown = String(features);
    }
    const regression = data.task !== "classification";
    fill(title, features > 2 || (regression && features === 2) ? "What it answers" : TITLES[features]);
    element.setAttribute("aria-label", title.textContent ?? "");
    fill(legend, ...legendOf(data));
    plot?.setPoints(pointsOf(data.rows, features), {
      classes: data.classes,
      labels: [data.features[0] ?? "", features === 1 ? "" : (data.features[1] ?? "")],
    });
    draw();
  };
  /** What the run answers; nothing while other data are described already than the run has. */
  const answered = () => {
    const grid = inside.snapshots()?.at(context.step())?.grid;
    return grid && shown === (grid.y ? "2" : "1") ? grid : null;
  };
  const draw = () => plot?.setAnswer(/** @type {any} */ (answered()));
  const mark = () => plot?.setMark(markOf(context));
  build();
  mark();
  return {
    element,
    dispose: disposal([
      live.subscribe((l) => l.description.value, build),
      live.subscribe((l) => l.run.tracks, draw),
      context.pick.subscribe((p) => p.example, mark),
      context.onStep(draw),
      context.onPulse(draw),
      services.onTheme(() => {
        plot?.setPalette(readPalette(document.documentElement));
        build();
      }),
      () => plot?.dispose(),
    ]),
  };
}

/** Where the example stands that the microscope follows. @param {NetworkContext} context */
function markOf({ pick, live }) {
  const { example } = pick.get();
  const { data, layers } = live.get().description.value ?? {};
  const points = pointsOf(data?.rows ?? null, layers?.[0]?.fan_in ?? 0).train;
  const known = points && example !== null && example < points.x.length;
  return known ? { x: points.x[example], y: points.y[example] } : null;
}

/** @param {number} features */
const noPicture = (features) =>
  h(
    "p",
    { class: "no-picture muted" },
    `These data have ${features} inputs, and a picture needs one or two. How well it does is below; the network beside shows its weights.`,
  );

/** @param {Rows | null} rows @param {number} features @returns {import("../../plots/points.js").Points} */
export function pointsOf(rows, features) {
  if (!rows || features > 2) return { train: null, test: null };
  /** @param {ArrayLike<number>} inputs @param {ArrayLike<number>} targets */
  const set = (inputs, targets) => {
    const flat = Array.from(inputs).flat();
    const labels = Array.from(targets).flat();
    const count = flat.length / features;
    const column = (/** @type {number} */ j) => Array.from({ length: count }, (_, i) => flat[i * features + j]);
    const outputs = labels.length / Math.max(1, count);
    const first = Array.from({ length: count }, (_, i) => labels[i * outputs]);
    return {
      x: column(0),
      y: features === 2 ? column(1) : first,
      labels: first,
    };
  };
  return { train: set(rows.inputs, rows.targets), test: set(rows.test_inputs, rows.test_targets) };
}

/** @param {any} data */
function legendOf({ task, classes, targets, test_examples: test }) {
  const { lines } = readPalette(document.documentElement);
  const shapes = [
    h("span", { class: "key" }, h("i", { class: "key-disc", "aria-hidden": "true" }), "training"),
    test > 0 && h("span", { class: "key" }, h("i", { class: "key-ring", "aria-hidden": "true" }), "test"),
  ];
  if (task !== "classification" || classes > 6) return shapes;
  const names = targets.slice(0, classes).map((/** @type {string} */ name, /** @type {number} */ k) => {
    const index = lines.indexOf(classColour(k, classes, lines)) + 1;
    return h("span", { class: "key" }, h("i", { class: `dot line-${index}`, "aria-hidden": "true" }), name);
  });
  return [...names, ...shapes];
}
