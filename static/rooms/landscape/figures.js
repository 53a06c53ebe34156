// @ts-check
/** The two figures around the pictures: captions, tools, and the states in which there is nothing to draw. */
import { button } from "../../controls/button.js";
import { disposal, fill, h, icon } from "../../dom.js";
import { tightWindow } from "../../race/extent.js";
import { isPca } from "../../race/state.js";
import { badge } from "./truth.js";

/** @typedef {import("../../race/context.js").Context} Context */

/** @param {Context} context */
export function figures(context) {
  const { live, act, store } = context;
  const surfaceHost = h("div", { class: "picture" });
  const contourHost = h("div", { class: "picture" });
  const fitPaths = () => act.view({ window: tightWindow(live.get().run.tracks) });
  const fit = button({ words: "Fit paths", icon: "fit", label: "Fit paths into the window", narrow: true }, fitPaths);
  const whole = button({ words: "Whole", icon: "reset", label: "Whole window", narrow: true }, () =>
    act.view({ window: null }),
  );
  const truth = h("button", {
    class: "chip truth-badge number",
    type: "button",
    hidden: true,
    onclick: () => live.set({ tab: "truth" }),
  });
  const hint = h("span", { class: "muted hint" });
  const orbit = h("span", { class: "muted hint" }, "drag to orbit");
  const surface = h(
    "figure",
    { class: "card view view-surface" },
    h("figcaption", {}, h("b", {}, "Surface"), orbit, truth),
    surfaceHost,
    cover(),
  );
  const contour = h(
    "figure",
    { class: "card view view-contour" },
    h("figcaption", {}, h("b", {}, "From above"), hint, h("span", { class: "view-tools" }, fit, whole)),
    contourHost,
    cover(),
  );

  const update = () => {
    const { landscape, run } = live.get();
    const { spec } = store.get();
    for (const figure of [surface, contour])
      figure.dataset.status = landscape.field ? landscape.status : `${landscape.status}-bare`;
    fill(hint, hintOf(context));
    fit.hidden = run.tracks.length === 0 || isPca(spec);
    whole.hidden = !spec.view?.window;
  };
  const tellTruth = () => {
    const now = badge(context);
    truth.hidden = !now;
    if (now) fill(truth, h("span", {}, now.share, h("span", { class: "wide" }, now.what), " lies in this plane"));
  };
  update();
  const dispose = disposal([
    live.onChange(update),
    store.onChange(update),
    context.onPulse(tellTruth),
    live.subscribe((l) => l.landscape, tellTruth),
    live.subscribe((l) => l.run.tracks, tellTruth),
  ]);
  return { surface, contour, surfaceHost, contourHost, dispose };
}

/** Stands where a picture will be. */
const cover = () => h("div", { class: "cover skeleton", role: "presentation" });

/** @param {Context} context */
function hintOf({ store, live }) {
  if (!isPca(store.get().spec))
    return `${matchMedia("(pointer: coarse)").matches ? "tap" : "click"} to drop from a new start`;
  return live.get().landscape.status === "waiting" ? "appears when the run has finished" : "plane fitted to the paths";
}

/** Say that this browser cannot draw the surface; the contour takes its place. @param {HTMLElement} figure @param {string} reason */
export function noSurface(figure, reason) {
  figure.parentElement?.classList.add("flat");
  const words = h("p", {}, h("b", {}, "Shown from above only. "), h("span", { class: "muted" }, reason));
  fill(figure, h("div", { class: "notice" }, icon("warn"), words));
}
