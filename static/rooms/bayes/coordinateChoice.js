// @ts-check
/** Of which shown coordinate the Gaussians are read. */
import { disposal, fill, h } from "../../dom.js";

/** @param {import("./context.js").Context} context */
export function coordinateChoice({ store, live, act }) {
  const element = h("select", { class: "select", "aria-label": "Coordinate" });
  element.addEventListener("change", () => act.page({ coordinate: Number(element.value) }));
  const draw = () => {
    const labels = /** @type {string[]} */ (live.get().started?.labels ?? []);
    element.hidden = labels.length < 2 || store.get().page.scene !== "gaussians";
    fill(
      element,
      labels.map((label, i) => h("option", { value: i }, label)),
    );
    element.value = String(store.get().page.coordinate);
  };
  draw();
  const dispose = disposal([live.subscribe((l) => l.started, draw), store.subscribe((s) => s.page, draw)]);
  return { element, dispose };
}
