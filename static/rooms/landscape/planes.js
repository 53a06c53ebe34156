// @ts-check
/** Which two-dimensional slice of a network's parameters is shown. */
import { entryControl } from "../../controls/entry.js";
import { under } from "../../controls/frame.js";
import { disposal, fill, h, uniqueId } from "../../dom.js";
import { fieldErrors } from "../../race/errors.js";
import { isNetwork } from "../../race/state.js";

/** @typedef {import("../../race/context.js").Context} Context */

const DEFAULT = { kind: "random" };
// A plane between given vectors needs files of weights, and x and y of a surface are no choice on a network.
const OFFERED = ["random", "pca", "weights"];

/** @param {Context} context */
export function planeChooser({ store, live, act, services }) {
  const element = h("div", { class: "stack" });
  /** @type {ReturnType<typeof entryControl> | null} */
  let control = null;
  const weights = weightPair((x, y) => act.view({ plane: { kind: "weights", x, y }, window: null }));
  const plane = () => store.get().spec.view?.plane ?? DEFAULT;
  const draw = () => {
    element.hidden = !isNetwork(store.get().spec);
    control?.set(/** @type {any} */ (plane()));
    weights.set(/** @type {any} */ (plane()), live.get().description.value?.names ?? []);
  };
  services.catalogue().then(
    (catalogue) => {
      const entries = (catalogue.planes ?? []).filter((entry) => OFFERED.includes(entry.kind));
      control = entryControl({
        title: "Plane",
        entries,
        value: plane(),
        except: ["x", "y"],
        onChange: (value) =>
          act.view({ plane: value.kind === "weights" ? { x: 0, y: 1, ...value } : value, window: null }),
      });
      fill(element, control.element, weights.element);
      draw();
    },
    () => {},
  );
  const dispose = disposal([
    store.subscribe((s) => s.spec, draw),
    live.subscribe((l) => l.description.value, draw),
    live.subscribe(
      (l) => l.landscape.failure,
      (failure) => control?.report(under(fieldErrors(failure), "plane")),
    ),
  ]);
  draw();
  return { element, dispose };
}

/** Two weights by name. @param {(x: number, y: number) => void} onChange */
function weightPair(onChange) {
  const selects = ["x", "y"].map((axis) => h("select", { class: "select", id: uniqueId(axis) }));
  const element = h(
    "div",
    { class: "pair" },
    selects.map((select, i) =>
      h(
        "div",
        { class: "field" },
        h("label", { class: "field-label", for: select.id }, `Weight along ${"xy"[i]}`),
        select,
      ),
    ),
  );
  selects.forEach((select) =>
    select.addEventListener("change", () => onChange(Number(selects[0].value), Number(selects[1].value))),
  );
  let shown = "";
  return {
    element,
    /** @param {{kind: string, x?: number, y?: number}} plane @param {string[]} names */
    set(plane, names) {
      element.hidden = plane.kind !== "weights";
      const key = names.join();
      if (key !== shown)
        selects.forEach((select) => fill(select, ...names.map((name, i) => h("option", { value: i }, name))));
      shown = key;
      selects[0].value = String(plane.x ?? 0);
      selects[1].value = String(plane.y ?? 1);
    },
  };
}
