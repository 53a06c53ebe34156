// @ts-check
/** The one main picture, and the choice of which. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { alongRun } from "./alongRun.js";
import { diagonalLook } from "./diagonal.js";
import { matrixLook } from "./matrix.js";
import { planeLook } from "./plane.js";
import { spectrumLook } from "./spectrum.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */

/** Adding a look: one file and one line here. @type {Record<string, [string, (host: HTMLElement, context: Context) => () => void]>} */
const LOOKS = {
  run: ["Along the run", alongRun],
  spectrum: ["Spectrum", spectrumLook],
  hessian: ["Hessian", matrixLook],
  plane: ["Newton’s plane", planeLook],
  diagonal: ["Preconditioner", diagonalLook],
};

/** @param {HTMLElement} host @param {Context} context */
export function looks(host, context) {
  const { store, act } = context;
  const body = h("div", { class: "look-body" });
  const shown = () => (store.get().page.panel in LOOKS ? store.get().page.panel : "run");
  const tabs = segments(
    "Look at",
    Object.entries(LOOKS).map(([look, [title]]) => /** @type {[string, string]} */ ([look, title])),
    { value: shown(), onChange: (look) => act.page({ panel: look }) },
  );
  host.append(h("div", { class: "look-tabs" }, tabs.element), body);
  let leave = () => {};
  const open = () => {
    leave();
    fill(body);
    tabs.set(shown());
    // A room is built before it is in the page, where there is nothing to scroll.
    requestAnimationFrame(() =>
      tabs.element.querySelector("label:has(:checked)")?.scrollIntoView({ block: "nearest", inline: "center" }),
    );
    host.dataset.look = shown();
    leave = LOOKS[shown()][1](body, context);
  };
  open();
  return disposal([store.subscribe((s) => s.page.panel, open), () => leave()]);
}
