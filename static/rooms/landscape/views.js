// @ts-check
/** The surface and its contour, side by side: one field, one set of tracks, one start. */
import { disposal } from "../../dom.js";
import { createContour2d } from "../../plots/contour2d.js";
import { readPalette } from "../../plots/palette.js";
import { createSurface3d } from "../../plots/surface3d.js";
import { isPca } from "../../race/state.js";
import { heightOf } from "./heights.js";

/** @typedef {import("../../race/context.js").Context} Context */

/**
 * @param {HTMLElement} surfaceHost
 * @param {HTMLElement} contourHost
 * @param {Context} context
 * @param {any} plotly
 */
export function createViews(surfaceHost, contourHost, context, plotly) {
  const { store, live, act } = context;
  const palette = () => readPalette(document.documentElement, { ramp: store.get().page.ramp });
  /** @param {{x: number, y: number}} at */
  const onPick = ({ x, y }) => act.startAt(x, y);
  /** @param {number[]} window */
  const onWindow = (window) => {
    const wish = window.map((edge) => Number(edge.toPrecision(5)));
    if (!alike(wish, live.get().landscape.reply?.window)) act.view({ window: wish });
  };
  const surface = createSurface3d(surfaceHost, { plotly, palette: palette(), onPick });
  const contour = createContour2d(contourHost, {
    plotly,
    palette: palette(),
    onPick,
    onWindow,
    onStart: ({ x, y, done }) => done && act.startAt(x, y),
  });
  const both = [surface, contour];
  const redraw = () => both.forEach((view) => void view.draw(context.step()));

  const drawField = async () => {
    const { field, reply } = live.get().landscape;
    if (!field) return;
    const look = { bands: store.get().page.bands, labels: reply.labels };
    const height = heightOf(context, field);
    await Promise.all([
      contour.setField(field, look),
      surface.supported && surface.setField(field, { ...look, height, zLabel: "loss" }),
    ]);
    redraw();
  };
  const drawTracks = () => {
    for (const view of both) view.setTracks(context.tracks());
    redraw();
    drawStart();
  };
  const drawStart = () => contour.setStart(startOf(context));
  const drawMinima = () => contour.setMarkers(minimaOf(context));
  const repaint = () => Promise.all(both.map((view) => view.setPalette(palette())));

  const dispose = disposal([
    live.subscribe((l) => l.landscape.field, drawField),
    live.subscribe((l) => l.run.tracks, drawTracks),
    live.subscribe((l) => l.pca, drawTracks),
    live.subscribe((l) => l.run.last > 0, drawStart),
    live.subscribe((l) => l.description.value, drawMinima),
    live.subscribe((l) => l.description.value?.log_height, drawField),
    store.subscribe((s) => s.spec.start, drawStart),
    store.subscribe((s) => s.page.height, drawField),
    store.subscribe((s) => s.page.bands, drawField),
    store.subscribe((s) => s.page.ramp, repaint),
    context.services.onTheme(repaint),
    context.onStep((step) => both.forEach((view) => void view.draw(step))),
    context.onGrowth(() => both.forEach((view) => void view.refresh())),
    ...both.map((view) => () => view.dispose()),
  ]);
  drawMinima();
  drawTracks();
  drawField();
  return { surface, contour, dispose };
}

/** @param {number[]} wish @param {ArrayLike<number> | undefined} shown */
const alike = (wish, shown) =>
  wish.every((edge, i) => Math.abs(edge - (shown?.[i] ?? Infinity)) < 1e-4 * (wish[1] - wish[0]));

/** Where the handle stands: on the start that was chosen, else on the first step. @param {Context} context */
function startOf(context) {
  const { spec } = context.store.get();
  if (isPca(spec)) return null;
  const point = spec.start?.point;
  if (point) return { x: point[0], y: point[1] };
  const first = context.tracks()[0]?.buffer;
  return first?.length ? { x: first.column("x").at(0), y: first.column("y").at(0) } : null;
}

/** @param {Context} context */
function minimaOf({ live }) {
  /** @type {{point: number[]}[]} */
  const minima = live.get().description.value?.minima ?? [];
  return minima.map(({ point: [x, y] }) => ({ x, y, label: minima.length === 1 ? "minimum" : "" }));
}
