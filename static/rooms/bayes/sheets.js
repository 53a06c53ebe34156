// @ts-check
/** Prior × likelihood ∝ posterior, as three maps with one crosshair. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { densityOf, flat } from "./density.js";
import { clipTo, drawAxes, erase, frameOf, pointedAt } from "./frame.js";
import { drawHeat, heatPicture } from "./heat.js";
import { windowOfMass } from "./regions.js";

/** @typedef {import("./context.js").Context} Context @typedef {{x: Float64Array, y: Float64Array}} Axes */
/** @typedef {{title: string, note: string, axes: Axes, values: Float64Array}} Sheet */

const INSETS = { left: 56, top: 8, right: 10, bottom: 44 };

/** @param {HTMLElement} host @param {Context} context */
export function sheetsView(host, context) {
  const { live, services } = context;
  /** @type {ReturnType<typeof map>[]} */
  let maps = [];
  const clear = () => maps.splice(0).forEach((each) => void each.dispose());
  const draw = () => {
    clear();
    const { sheets, started } = live.get();
    const parts = sheets ? sheetsOf(sheets) : [];
    if (!parts.length || parts[0].axes.y.length < 2) return fill(host, empty(sheets, started));
    const at = windowOfMass({ ...parts[parts.length - 1].axes, density: parts[parts.length - 1].values });
    const figures = parts.map(() => h("div", { class: "sheet-picture" }));
    const values = parts.map(() => h("output", { class: "sheet-value number" }));
    fill(
      host,
      h(
        "div",
        { class: "sheets" },
        parts.flatMap((part, i) => [
          i > 0 && h("span", { class: "sheet-sign", "aria-hidden": "true" }, i === 1 ? "×" : "∝"),
          h(
            "figure",
            { class: "sheet" },
            h("figcaption", {}, h("b", {}, part.title), h("span", { class: "muted" }, part.note), values[i]),
            figures[i],
          ),
        ]),
      ),
    );
    /** @param {[number, number] | null} point */
    const onPoint = (point) => {
      for (const [i, each] of maps.entries()) {
        each.cross(point);
        fill(values[i], point ? formatNumber(valueAt(parts[i], point), 3) : "");
      }
    };
    maps = parts.map((part, i) => map(figures[i], part, at, started.labels, onPoint));
  };
  draw();
  return disposal([
    live.subscribe((l) => l.sheets, draw),
    services.onTheme(() => maps.forEach((each) => void each.repaint())),
    clear,
  ]);
}

/** @param {any} sheets @param {any} started */
function empty(sheets, started) {
  if (!started) return h("div", { class: "skeleton cover" });
  const words = sheets
    ? "With one parameter the three sheets are curves: see the strip above the chains."
    : `The density has ${started.dim} dimensions; sheets are drawn of one or two.`;
  return h("div", { class: "empty" }, h("b", {}, "No sheets"), h("span", { class: "muted" }, words));
}

/** @param {any} sheets @returns {Sheet[]} */
function sheetsOf(sheets) {
  const axes = { x: flat(sheets.x), y: flat(sheets.y) };
  const posterior = { title: "Posterior", note: "p(θ | D) = product ÷ Z", axes, values: densityOf(sheets).density };
  if (!sheets.prior) return [{ ...posterior, title: "Density", note: "no data: there is no prior to part it from" }];
  return [
    { title: "Prior", note: "p(θ)", axes, values: flat(sheets.prior) },
    { title: "Likelihood", note: "p(D | θ), relative to its largest", axes, values: flat(sheets.likelihood) },
    posterior,
  ];
}

/** The value of the cell under a point. @param {Sheet} sheet @param {[number, number]} point */
function valueAt({ axes: { x, y }, values }, [px, py]) {
  const column = Math.round((px - x[0]) / (x[1] - x[0]));
  const row = Math.round((py - y[0]) / (y[1] - y[0]));
  return values[row * x.length + column];
}

/**
 * One map, which tells where the pointer is and shows where another map's pointer is.
 *
 * @param {HTMLElement} host @param {Sheet} sheet @param {[number, number, number, number]} window
 * @param {string[]} labels @param {(point: [number, number] | null) => void} onPoint
 */
function map(host, { axes, values }, window, labels, onPoint) {
  const layers = createLayers(host, ["sheet", "cross"]);
  const [ground, above] = layers.contexts;
  const most = values.reduce((a, b) => Math.max(a, b || 0), 0) || 1;
  const frame = () => {
    const { width, height } = layers.size();
    const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
    return frameOf(box, window);
  };
  const painter = createPainter(host, layers, () => {
    const palette = readPalette(document.documentElement);
    erase(ground);
    const at = frame();
    ground.save();
    clipTo(ground, at.box);
    drawHeat(
      ground,
      heatPicture(
        axes,
        values.map((v) => v / most),
        palette.ramp,
      ),
      axes,
      at,
    );
    ground.restore();
    drawAxes(ground, at, { labels, palette });
  });
  const controller = new AbortController();
  const { signal } = controller;
  host.addEventListener("pointermove", (event) => onPoint(pointedAt(host, event, frame())), { signal });
  host.addEventListener("pointerleave", () => onPoint(null), { signal });
  return {
    /** @param {[number, number] | null} point */
    cross(point) {
      erase(above);
      if (!point) return;
      const { box, across, down } = frame();
      const palette = readPalette(document.documentElement);
      above.beginPath();
      above.moveTo(across(point[0]), box.top);
      above.lineTo(across(point[0]), box.bottom);
      above.moveTo(box.left, down(point[1]));
      above.lineTo(box.right, down(point[1]));
      above.strokeStyle = palette.ink;
      above.lineWidth = 1;
      above.stroke();
    },
    repaint: () => painter.refresh(),
    dispose() {
      controller.abort();
      painter.dispose();
    },
  };
}
