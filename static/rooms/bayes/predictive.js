// @ts-check
/** What the selected method says of new inputs: bands of its draws over the data. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { flat } from "./density.js";
import { clipTo, drawAxes, erase, frameOf, pointedAt } from "./frame.js";

/**
 * @typedef {{inputs: Float64Array, mean: Float64Array, outer: Float64Array[], inner: Float64Array[], seen: Float64Array[] | null,
 *   exact: Float64Array[]}} Band `exact`: low, mean and high, empty where there is none
 */

const INSETS = { left: 54, top: 6, right: 8, bottom: 42 };

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function predictive(host, context) {
  const { live, store, services } = context;
  let dispose = () => {};
  const draw = () => {
    const { started, finished } = live.get();
    const which = store.get().page.selected;
    // While a new answer is on its way the old picture stays.
    if (started?.data && !finished && host.querySelector("canvas")) return;
    dispose();
    dispose = () => {};
    const found = finished?.methods[which]?.predictive;
    const words = emptyWords(started, finished, found);
    if (words) return fill(host, h("p", { class: "muted" }, words));
    const picture = h("div", { class: "band-picture" });
    const add = adder(context);
    const legend = legendOf(found);
    fill(host, h("p", { class: "help" }, add ? `${legend} Click to add an example.` : legend), picture);
    const colour = store.get().page.colours[which] ?? 0;
    dispose = bandChart(picture, { band: bandOf(found), data: started.data, colour, services, onPick: add });
  };
  draw();
  return disposal([
    live.subscribe((l) => l.finished, draw),
    live.subscribe((l) => l.started, draw),
    store.subscribe((s) => s.page.selected, draw),
    () => dispose(),
  ]);
}

/** @param {any} found */
function legendOf({ draws, mean_error: errors, observation, exact }) {
  const error = formatNumber(Math.max(...flat(errors)), 2);
  return [
    `${formatWhole(draws)} draws: 50 % and 95 % of the mean function`,
    observation && "; dotted: 95 % of observations",
    exact ? "; dashed: exact. " : "; no exact band exists. ",
    `The line’s standard error is at most ${error} (were the draws independent).`,
  ]
    .filter(Boolean)
    .join("");
}

/** @param {any} started @param {any} finished @param {any} found @returns {string} none where a band can be drawn */
function emptyWords(started, finished, found) {
  if (started && !started.data) return "This density has no inputs to predict for: choose a regression.";
  if (!finished) return "Waiting for the draws…";
  if (!found) return "This method draws nothing to predict with.";
  const several = Array.isArray(found.inputs[0]) && found.inputs[0].length > 1;
  return several ? "The inputs have several features; a band is drawn of one." : "";
}

/**
 * Adds an example where a person clicks; null where the target has no points of its own.
 *
 * @param {import("./context.js").Context} context
 * @returns {((point: [number, number]) => void) | null}
 */
function adder({ store, live, act }) {
  const { target } = live.get().started.spec;
  if (!Array.isArray(target.points)) return null;
  const labelled = target.points.every((/** @type {number[]} */ [, t]) => t === 0 || t === 1);
  return ([x, t]) => {
    const value = labelled ? Number(t > 0.5) : Number(t.toPrecision(3));
    act.editTarget({ ...store.get().spec.target, points: [...target.points, [Number(x.toPrecision(3)), value]] });
  };
}

/** @param {any} found @returns {Band} */
function bandOf(found) {
  const inputs = flat(found.inputs);
  const rows = (/** @type {any} */ values) => {
    const all = flat(values);
    return Array.from(found.quantiles, (_, k) => all.subarray(k * inputs.length, (k + 1) * inputs.length));
  };
  const [low, quarter, , three, high] = rows(found.function);
  const seen = found.observation ? rows(found.observation) : null;
  return {
    inputs,
    mean: flat(found.mean),
    outer: [low, high],
    inner: [quarter, three],
    seen: seen && [seen[0], seen[4]],
    exact: exactOf(found.exact, rows),
  };
}

/** @param {any} exact @param {(values: any) => Float64Array[]} rows */
function exactOf(exact, rows) {
  if (!exact) return [];
  const [low, , , , high] = rows(exact.function);
  return [low, flat(exact.mean), high];
}

/**
 * @param {HTMLElement} host
 * @param {{band: Band, data: any, colour: number, services: import("../../services.js").Services,
 *   onPick: ((point: [number, number]) => void) | null}} options
 */
function bandChart(host, { band, data, colour, services, onPick }) {
  const layers = createLayers(host, ["band"]);
  const [context] = layers.contexts;
  const [xs, ys] = [flat(data.inputs), flat(data.targets)];
  const view = () => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    return frameOf(box, windowOf(band, xs, ys));
  };
  const painter = createPainter(host, layers, () => {
    const palette = readPalette(document.documentElement);
    const frame = view();
    erase(context);
    context.save();
    clipTo(context, frame.box);
    context.fillStyle = context.strokeStyle = palette.lines[colour];
    fillBetween(context, frame, band.inputs, band.outer, 0.22);
    fillBetween(context, frame, band.inputs, band.inner, 0.3);
    for (const edge of band.seen ?? []) line(context, frame, band.inputs, edge, 1, [2, 3]);
    line(context, frame, band.inputs, band.mean, 2, []);
    context.strokeStyle = context.fillStyle = palette.ink;
    for (const exact of band.exact) line(context, frame, band.inputs, exact, 1, [5, 3]);
    for (let i = 0; i < xs.length; i++) {
      context.beginPath();
      context.arc(frame.across(xs[i]), frame.down(ys[i]), 2.8, 0, 2 * Math.PI);
      context.fill();
    }
    context.restore();
    drawAxes(context, frame, { labels: ["input", "target"], palette });
  });
  const click = (/** @type {MouseEvent} */ event) => {
    const point = pointedAt(host, event, view());
    if (point) onPick?.(point);
  };
  host.addEventListener("click", click);
  return disposal([services.onTheme(painter.refresh), painter.dispose, () => host.removeEventListener("click", click)]);
}

/** @param {Band} band @param {Float64Array} xs @param {Float64Array} ys @returns {[number, number, number, number]} */
function windowOf({ inputs, outer, seen }, xs, ys) {
  const values = [...(seen ?? outer).flatMap((edge) => [...edge]), ...ys].filter(Number.isFinite);
  const places = [...inputs, ...xs];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.06 * (high - low || 1);
  return [Math.min(...places), Math.max(...places), low - margin, high + margin];
}

/** @param {CanvasRenderingContext2D} context @param {import("./frame.js").Frame} frame @param {Float64Array} x @param {Float64Array[]} edges @param {number} alpha */
function fillBetween(context, { across, down }, x, [low, high], alpha) {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(across(x[i]), down(low[i]));
  for (let i = x.length - 1; i >= 0; i--) context.lineTo(across(x[i]), down(high[i]));
  context.closePath();
  context.globalAlpha = alpha;
  context.fill();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {import("./frame.js").Frame} frame @param {Float64Array} x @param {Float64Array} y @param {number} width @param {number[]} dash */
function line(context, { across, down }, x, y, width, dash) {
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(across(x[i]), down(y[i]));
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}
