// @ts-check
/** The drawn network with its caption, and a line of numbers on whatever is under the hand. */
import { disposal, fill, h } from "../../dom.js";
import { detailOf } from "./detail.js";
import { drawing } from "./drawing.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext */

/** @param {NetworkContext} context */
export function networkFigure(context) {
  const host = h("div", { class: "picture picture-network" });
  const detail = h("p", { class: "detail number" });
  const whose = h("span", {});
  const keys = h(
    "span",
    { class: "keys" },
    h("span", { class: "key" }, h("i", { class: "key-line line-1", "aria-hidden": "true" }), "positive"),
    h("span", { class: "key" }, h("i", { class: "key-line key-dashed line-2", "aria-hidden": "true" }), "negative"),
  );
  const element = h(
    "figure",
    { class: "card view view-network", "aria-label": "Network" },
    h(
      "figcaption",
      {},
      h("b", {}, "Network"),
      whose,
      h("span", { class: "muted hint" }, "thicker lines are larger weights"),
      keys,
    ),
    host,
    h("div", { class: "cover skeleton", role: "presentation" }),
    detail,
  );
  const mark = () => {
    const { started, status } = context.live.get().run;
    element.dataset.status = started ? "ready" : status === "loading" ? "loading-bare" : "failed-bare";
  };
  element.dataset.status = "loading-bare";
  let stop = () => {};
  const tell = () => fill(detail, detailOf(context));
  const name = () => {
    const track = context.inside.track();
    const several = context.live.get().run.tracks.length > 1;
    const dot = h("i", { class: "dot", "aria-hidden": "true" });
    fill(whose, track && several && h("b", { class: `who line-${track.colour + 1}` }, dot, track.title));
  };
  tell();
  context.services.catalogue().then(
    (catalogue) => {
      if (host.isConnected) stop = drawing(host, context, catalogue);
    },
    () => {},
  );
  const dispose = disposal([
    context.pick.onChange(tell),
    context.onPulse(tell),
    context.live.subscribe((l) => l.run.status, tell),
    context.live.subscribe((l) => l.run.tracks, name),
    context.live.subscribe((l) => l.run, mark),
    context.store.subscribe((s) => s.page.selected, name),
  ]);
  return {
    element,
    dispose() {
      dispose();
      stop();
    },
  };
}
