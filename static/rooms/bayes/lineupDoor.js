// @ts-check
/** The way from the room into the line-up. */
import { button } from "../../controls/button.js";
import { h } from "../../dom.js";
import { initialPage, TRIAL } from "./state.js";
import { anyDeal } from "./suspects.js";

/** The marginals of a suspect fill in some seconds. */
const FAST = 120;

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function lineupDoor(host, { store }) {
  const enter = () =>
    store.set(
      ({ spec }) => ({
        spec: { ...spec, ...TRIAL, methods: [] },
        page: { ...initialPage(), lineup: anyDeal(), speed: FAST },
      }),
      { push: true },
    );
  host.append(
    h(
      "section",
      { class: "card lineup-door", "aria-label": "Spot the bug" },
      h("p", { class: "help" }, "Converged is not correct: some kernels have a bug that R̂ does not see."),
      button({ words: "Spot the bug", icon: "warn" }, enter),
    ),
  );
  return () => {};
}
