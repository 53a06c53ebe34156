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
  const keys = h(
    "span",
    { class: "legend" },
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
      h("span", { class: "muted hint" }, "thicker lines are larger weights"),
      keys,
    ),
    host,
    detail,
  );
  let stop = () => {};
  const tell = () => fill(detail, detailOf(context));
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
  ]);
  return {
    element,
    dispose() {
      dispose();
      stop();
    },
  };
}
