// @ts-check
/** The loss in the plane of two eigenvectors, with the quadratic that touches it and the steps that it suggests. */
import { button } from "../../controls/button.js";
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { latest } from "../../failure.js";
import { formatNumber, formatPercent, formatWhole } from "../../format.js";
import { createContour2d } from "../../plots/contour2d.js";
import { fieldOf, heightScale, heightsOf } from "../../plots/field.js";
import { readPalette } from "../../plots/palette.js";
import { heightAt } from "../../plots/raymarch.js";
import { createSurface3d } from "../../plots/surface3d.js";
import { runSpec } from "../../race/state.js";
import { tracksOfPaths } from "../../race/tracks.js";
import { postJson } from "../../stream.js";
import { followInspection, lookFrame, refusal, waiting } from "./frame.js";
import { planeOf } from "./inspector.js";
import { fromAbove, inSpace, shownSteps, windowFor } from "./sketches.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context @typedef {import("./inspector.js").Place} Place */

const RESOLUTION = [129, 129];
const ZOOM = 2;
// Every third level of the picture: more dashed lines would hide what they are compared with.
const EVERY = 3;

/** @param {HTMLElement} host @param {Context} context */
export function planeLook(host, context) {
  const { act, store, services } = context;
  let zoom = 1;
  /** @type {{reply: any, place: Place} | null} */
  let inspected = null;
  const pair = segments(
    "Plane",
    [
      ["top_two", "Top two"],
      ["top_and_bottom", "Top and lowest"],
    ],
    { value: store.get().page.pair, onChange: (value) => act.page({ pair: value }), class: "segments-small" },
  );
  const turn = (/** @type {number} */ factor) => () => {
    zoom *= factor;
    if (inspected) drawing.start(inspected);
  };
  const tools = [
    pair.element,
    button({ icon: "less", label: "Wider window" }, turn(ZOOM)),
    button({ icon: "add", label: "Closer window" }, turn(1 / ZOOM)),
  ];
  const above = lookFrame("From above", tools);
  const space = lookFrame("Eigenvector plane");
  const pictures = h("div", { class: "plane-pictures" }, space.figure, above.figure);
  host.append(pictures);
  /** @type {ReturnType<typeof createPictures> | null} */
  let views = null;

  const drawing = latest(
    async (/** @type {{reply: any, place: Place}} */ { reply, place }, signal) => {
      const plotly = await services.plotly();
      signal.throwIfAborted();
      views ??= createPictures(space.picture, above.picture, context, plotly);
      const { quadratic } = reply.steps;
      const steps = shownSteps(reply.steps);
      const body = landscapeOf(context, place, windowFor(steps, quadratic, zoom));
      const landscape = await postJson("api/landscapes", body, { signal });
      for (const frame of [above, space]) frame.stand();
      if (!views.surface.supported) {
        space.stand(h("p", { class: "muted" }, `Shown from above only. ${views.surface.reason}`));
      }
      const field = fieldOf(landscape);
      await views.show(landscape, field, steps, quadratic);
      context.seen.set({ steps: steps.map((step) => (step.within ? { ...step, loss: readOff(field, step) } : step)) });
      tellTruth(landscape, reply.dim, context, above.note);
    },
    (failure) => above.stand(refusal(failure, [])),
  );
  const stop = followInspection(context, "plane", above, {
    draw(reply, place) {
      if (inspected?.reply === reply) return;
      inspected = { reply, place };
      fill(space.note, MEANING);
      fill(space.hint, "drag to orbit");
      if (!views) above.stand(waiting("Computing the loss around this step…"));
      drawing.start(inspected);
    },
    instead: () => [{ words: "Spectral density", go: () => act.page({ panel: "spectrum" }) }],
  });
  if (!inspected) space.stand(waiting(""));
  const refused = () => {
    const { failure, look } = context.seen.get();
    if (failure && look === "plane")
      space.stand(h("div", { class: "look-waiting" }, h("p", { class: "muted" }, UNDRAWN)));
  };
  refused();
  return disposal([
    stop,
    context.seen.onChange(refused),
    drawing.stop,
    store.subscribe((s) => s.page.pair, pair.set),
    () => views?.dispose(),
  ]);
}

const MEANING =
  "Wire mesh: the quadratic that touches the loss here. Each arrow ends where its step expects to be; dashed, the way to the true loss.";

const UNDRAWN = "Not drawn either, for the reason given under “From above”.";

/** The loss that the picture shows where a step leads; null outside of it. @param {import("../../types.js").Field} field @param {import("./sketches.js").Shown} step */
function readOff(field, { position }) {
  if (!position) return null;
  const loss = heightAt(heightsOf(field, heightScale(field, "linear")), position[0], position[1]);
  return Number.isNaN(loss) ? null : loss;
}

/** @param {Context} context @param {Place} place @param {number[]} window */
function landscapeOf({ store }, place, window) {
  const { spec, page } = store.get();
  const { record: _, ...run } = runSpec(spec);
  return {
    objective: spec.objective,
    plane: planeOf(page.pair),
    origin: { parameters: Array.from(place.parameters) },
    window,
    resolution: RESOLUTION,
    run,
  };
}

/** How much of the way from the start to the point this plane holds. @param {any} landscape @param {number} dim @param {Context} context @param {HTMLElement} note */
function tellTruth({ paths, plane }, dim, { store, live }, note) {
  const { selected } = store.get().page;
  const path = paths.find((/** @type {any} */ p) => p.run === selected);
  // The plane's origin is the point itself, so that of all frames it is the start's displacement that says it.
  const moved = path && Math.hypot(path.position[0], path.position[1]) > 0;
  const captured = moved ? path.captured?.[0] : undefined;
  const { title } = live.get().run.tracks[selected] ?? {};
  const [x, y] = plane.eigenvalues ?? [];
  fill(
    note,
    h(
      "p",
      {},
      `Bold lines: the quadratic’s own levels. Along the axes the loss bends by λ = ${formatNumber(x, 3)} and ${formatNumber(y, 3)}.`,
    ),
    h(
      "p",
      {},
      `Two of ${formatWhole(dim)} directions`,
      captured === undefined ? "." : `; they hold ${formatPercent(captured, 2)} of the way that ${title} has come.`,
    ),
  );
}

/** @param {HTMLElement} surfaceHost @param {HTMLElement} contourHost @param {Context} context @param {any} plotly */
function createPictures(surfaceHost, contourHost, context, plotly) {
  const { store, live, services } = context;
  const palette = () => readPalette(document.documentElement, { ramp: store.get().page.ramp });
  const surface = createSurface3d(surfaceHost, { plotly, palette: palette() });
  const contour = createContour2d(contourHost, { plotly, palette: palette(), pannable: false });
  const both = [surface, contour];
  /** @param {any} landscape @param {import("../../types.js").Field} field @param {import("./sketches.js").Shown[]} steps @param {import("../../plots/quadratic.js").Quadratic} quadratic */
  const show = async (landscape, field, steps, quadratic) => {
    const look = { bands: store.get().page.bands, labels: landscape.labels };
    await Promise.all([
      contour.setField(field, look),
      surface.supported && surface.setField(field, { ...look, height: "linear", zLabel: "loss" }),
    ]);
    const levels = contour
      .levels()
      .filter((_, i) => i % EVERY === EVERY - 1)
      .map(({ value }) => value);
    contour.setSketch(fromAbove(steps, quadratic, levels, landscape.window));
    surface.setSketch(inSpace(steps, quadratic, landscape.window));
    for (const view of both) {
      view.setTracks(tracksOfPaths(landscape.paths, live.get().run.tracks));
      view.draw(context.step());
    }
  };
  const dispose = disposal([
    context.onStep((step) => both.forEach((view) => void view.draw(step))),
    services.onTheme(() => both.forEach((view) => void view.setPalette(palette()))),
    ...both.map((view) => () => view.dispose()),
  ]);
  return { surface, contour, show, dispose };
}
