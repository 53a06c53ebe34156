// @ts-check
/** The one main picture, and the choice of which. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { alongRun } from "./alongRun.js";
import { diagonalLook } from "./diagonal.js";
import { matrixLook } from "./matrix.js";
import { planeLook } from "./plane.js";
import { spectrumLook } from "./spectrum.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context @typedef {import("../../race/state.js").Page["look"]} Look */

/** Adding a look: one file and one line here. @type {Partial<Record<Look, [string, (host: HTMLElement, context: Context) => () => void]>>} */
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
  const known = /** @type {[Look, [string, (host: HTMLElement, context: Context) => () => void]][]} */ (
    Object.entries(LOOKS)
  );
  const shown = () => (store.get().page.look in LOOKS ? store.get().page.look : "run");
  const tabs = segments(
    "Look at",
    known.map(([look, [title]]) => /** @type {[Look, string]} */ ([look, title])),
    { value: shown(), onChange: (look) => act.page({ look }) },
  );
  host.append(h("div", { class: "look-tabs" }, tabs.element), body);
  let leave = () => {};
  const open = () => {
    leave();
    fill(body);
    tabs.set(shown());
    host.dataset.look = shown();
    leave = /** @type {NonNullable<typeof LOOKS.run>} */ (LOOKS[shown()])[1](body, context);
  };
  open();
  return disposal([store.subscribe((s) => s.page.look, open), () => leave()]);
}
