// @ts-check
/** What the looks share: a figure with a caption, tools, a picture and a note; and the states without a picture. */
import { button } from "../../controls/button.js";
import { fill, h, icon } from "../../dom.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */

/**
 * @param {string} title
 * @param {(Node | false)[]} [tools]
 */
export function lookFrame(title, tools = []) {
  const picture = h("div", { class: "picture" });
  const hint = h("span", { class: "muted hint" });
  const note = h("div", { class: "help look-note" });
  const state = h("div", { class: "look-state", hidden: true });
  const caption = h("figcaption", {}, h("b", {}, title), hint, h("span", { class: "view-tools" }, tools));
  const figure = h("figure", { class: "card view view-look" }, caption, picture, note, state);
  return {
    figure,
    picture,
    hint,
    note,
    /** Stand in for the picture and what is said of it; nothing takes the stand-in away. @param {...(Node | string)} children */
    stand(...children) {
      state.hidden = children.length === 0;
      picture.classList.toggle("away", children.length > 0);
      note.hidden = children.length > 0;
      fill(state, ...children);
    },
  };
}

/** @param {string} words */
export const waiting = (words) =>
  h(
    "div",
    { class: "look-waiting" },
    h("div", { class: "skeleton look-skeleton", role: "presentation" }),
    h("p", { class: "muted" }, words),
  );

/**
 * Why a look cannot be drawn, in the server's words, and what to look at instead.
 *
 * @param {import("../../failure.js").Failure} failure
 * @param {{words: string, go(): void}[]} instead
 */
export function refusal(failure, instead) {
  return h(
    "div",
    { class: "look-refusal", role: "alert" },
    icon(failure.kind === "offline" ? "offline" : "warn"),
    h("h3", {}, failure.title),
    h("p", {}, failure.errors.map(({ detail }) => detail).join(" ") || failure.detail),
    h(
      "div",
      { class: "row" },
      instead.map(({ words, go }) => button({ words, look: "primary" }, go)),
    ),
  );
}

/**
 * A look at the Hessian of the inspected step: waiting, refused, or drawn.
 *
 * @param {Context} context
 * @param {string} look
 * @param {ReturnType<typeof lookFrame>} frame
 * @param {{draw(reply: any, place: import("./inspector.js").Place): void, instead(): {words: string, go(): void}[]}} parts
 */
export function followInspection({ seen }, look, frame, { draw, instead }) {
  const tell = () => {
    const { reply, place, failure, look: of } = seen.get();
    if (failure && of === look) return frame.stand(refusal(failure, instead()));
    if (of !== look || !reply || !place) return frame.stand(waiting("Taking the Hessian at this step…"));
    frame.stand();
    fill(frame.hint, `${place.title}, step ${place.step}`);
    draw(reply, place);
  };
  tell();
  return seen.onChange(tell);
}
