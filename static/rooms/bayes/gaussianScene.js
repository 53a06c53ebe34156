// @ts-check
/** Gaussians that stand in for the density: the density with their ellipses, and the ELBO that their optimisers climb. */
import { button } from "../../controls/button.js";
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { readPalette } from "../../plots/palette.js";
import { densityOf } from "./density.js";
import { LEVELS, lossAt } from "./elboGrid.js";
import { createElboJob } from "./elboJob.js";
import { createElboMap } from "./elboMap.js";
import { createGaussianPicture } from "./gaussianPicture.js";
import { rowsAt } from "./gaussians.js";
import { divergenceTable, placesTable } from "./gaussianTables.js";
import { axisOf, reportAt, ruleWords, waysOf } from "./variational.js";

/** @typedef {import("./context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function gaussianScene(host, context) {
  const density = h("div", {
    class: "gaussian-picture",
    role: "img",
    "aria-label": "The density and the Gaussians that stand in for it",
  });
  const divergences = h("div", { class: "gaussian-numbers", tabindex: 0, role: "group", "aria-label": "Divergences" });
  const map = h("div", { class: "elbo" });
  fill(
    host,
    h("div", { class: "gaussian-scene" }, h("section", { "aria-label": "Gaussians" }, density, divergences), map),
  );
  return disposal([densityPart(density, divergences, context), elboPart(map, context)]);
}

/** An error below this is rounding. */
const ROUNDING = 1e-9;

const palette = () => readPalette(document.documentElement);

/** @param {HTMLElement} host @param {HTMLElement} numbers @param {Context} context */
function densityPart(host, numbers, context) {
  const { live, store, player } = context;
  const picture = createGaussianPicture(host, { palette: palette() });
  const rows = (/** @type {number} */ step) => rowsAt(live.get(), store.get(), step);
  const tell = () => {
    const { started } = live.get();
    if (!started) return;
    const axis = axisOf(live.get(), store.get().page);
    const shown = { axis: started.view[axis], label: started.labels[axis], left: started.left_out.divergences };
    const all = rows(Number.POSITIVE_INFINITY);
    if (all.length) divergenceTable(numbers, { rows: all, ...shown });
    else fill(numbers, h("p", { class: "muted" }, "No method here answers with a Gaussian: add one."));
  };
  const compose = () => {
    const { started, sheets } = live.get();
    if (!started) return;
    const { dim, view, labels, window } = started;
    const all = rows(player.state().step);
    picture.setScene({ density: sheets && densityOf(sheets), dim, view, labels, window }, all);
    tell();
  };
  compose();
  return disposal([
    live.subscribe((l) => l.sheets, compose),
    live.subscribe((l) => l.status, compose),
    store.subscribe((s) => s.page, compose),
    context.onGrowth(compose),
    context.onStep((step) => picture.draw(rows(step))),
    context.services.onTheme(() => picture.setPalette(palette())),
    picture.dispose,
  ]);
}

/** @param {HTMLElement} host @param {Context} context */
function elboPart(host, context) {
  const { live, store, player } = context;
  const job = createElboJob(context);
  const picture = h("div", { class: "gaussian-picture", role: "img", "aria-label": "The ELBO over m and ln s" });
  const numbers = h("div", {
    class: "gaussian-numbers",
    tabindex: 0,
    role: "group",
    "aria-label": "Places on the ELBO",
  });
  const note = h("p", { class: "help" });
  const message = h("div", { class: "empty elbo-message" });
  fill(host, picture, message, numbers, note);
  /** @type {[number, number] | null} */
  let pointer = null;
  const map = createElboMap(picture, {
    palette: palette(),
    onPoint(point) {
      pointer = point;
      tell();
    },
  });
  const ways = () => {
    const { method } = job.landscape.get();
    const { started } = live.get();
    return method < 0 || !started
      ? []
      : waysOf(live.get(), store.get().page, method, started.view[axisOf(live.get(), store.get().page)]);
  };
  const steps = () => store.get().spec.warm_up + store.get().spec.draws;
  const tell = () => {
    const { started, estimates } = live.get();
    const { grid, peak, method, labels } = job.landscape.get();
    const way = ways().find((each) => each.method === method);
    if (!started || !grid || !way) return;
    const report = reportAt(player.state().step, steps(), way.answers.length);
    const [m, s] = way.answers[report];
    const places = [{ name: "Fit", m, s, elbo: estimates[method][report]?.log_evidence ?? Number.NaN }];
    if (peak) places.push({ name: peak.edge ? "Highest shown" : "Maximum", m: peak.x, s: peak.y, elbo: -peak.loss });
    if (pointer) places.push({ name: "Pointer", m: pointer[0], s: pointer[1], elbo: -lossAt(grid, pointer) });
    placesTable(numbers, {
      spread: labels[1].startsWith("ln L") ? "ln L" : "ln s",
      places,
      evidence: started.reference?.log_evidence ?? null,
    });
  };
  const compose = () => {
    const { status, grid, peak, labels, method } = job.landscape.get();
    const ready = grid !== null && status !== "none" && status !== "failed";
    picture.hidden = numbers.hidden = note.hidden = !ready;
    message.hidden = ready;
    host.dataset.status = status;
    if (!ready) return fill(message, ...messageOf(context, job));
    map.setScene({ grid, peak, labels, ways: ways(), steps: steps() });
    map.draw(player.state().step);
    fill(note, noteOf(context, method));
    tell();
  };
  compose();
  return disposal([
    job.landscape.subscribe((l) => l, compose),
    live.subscribe((l) => l.status, compose),
    store.subscribe((s) => s.page.colours, compose),
    context.onGrowth(compose),
    context.onStep(map.draw),
    context.onPulse(tell),
    context.services.onTheme(() => map.setPalette(palette())),
    map.dispose,
    job.dispose,
  ]);
}

/** Why no landscape is shown. @param {Context} context @param {ReturnType<typeof createElboJob>} job */
function messageOf({ act, live }, job) {
  const { status, failure, method } = job.landscape.get();
  if (status === "failed")
    return [
      h("b", {}, failure?.title ?? ""),
      h("span", { class: "muted" }, failure?.detail ?? ""),
      button({ words: "Try again", icon: "reset" }, job.again),
    ];
  if (status === "none" && live.get().started)
    return [
      h("b", {}, "No ELBO"),
      h("span", { class: "muted" }, "None of these methods climbs one."),
      button({ words: "Add variational inference", icon: "add" }, () => act.addMethod({ kind: "variational" })),
    ];
  const refused = live.get().estimates[method]?.at(-1)?.diagnostics?.refused;
  if (refused) return [h("b", {}, "The fit diverged"), h("span", { class: "muted" }, `${refused}.`)];
  return [h("span", { class: "muted" }, "The ELBO is drawn once the fit is there…")];
}

/** What the picture is of, what is held, and what is random in it. @param {Context} context @param {number} method */
function noteOf({ live }, method) {
  const { started, finished } = live.get();
  const { samples, estimator } = started.methods[method].method;
  const error = finished?.methods[method]?.divergences?.elbo?.error;
  const accuracy = error > ROUNDING ? `, ± ${formatNumber(error, 1)} at the fit` : "";
  const held = started.dim > 1 ? "; all else as in the fit" : "";
  return `Landscape: ${ruleWords(started.dim)}${accuracy}${held}. Path: ${samples} fresh draws a step (${estimator.replaceAll("_", " ")}, seed ${started.spec.seed}), hence its noise; ring: the answer. Lines: ${LEVELS.slice(0, 4).join(", ")}, … nats below the maximum.`;
}
