// @ts-check
import { segments } from "../controls/segments.js";

/** @typedef {import("./state.js").Page} Page */

/**
 * The choices of how a run is shown, by the field of the page that holds them: title, and value with words.
 *
 * @type {Record<"height" | "bands" | "ramp" | "quantity" | "scale", [string, [string, string][]]>}
 */
const CHOICES = {
  height: [
    "Height of the surface",
    [
      ["auto", "Auto"],
      ["log", "Log"],
      ["linear", "Linear"],
    ],
  ],
  bands: [
    "Levels of the contour",
    [
      ["quantile", "Equal area"],
      ["log", "Log"],
      ["linear", "Linear"],
    ],
  ],
  ramp: [
    "Colours",
    [
      ["thalweg", "Slate"],
      ["cividis", "Cividis"],
      ["viridis", "Viridis"],
    ],
  ],
  quantity: [
    "Curve",
    [
      ["loss", "Loss"],
      ["gradient_norm", "Gradient"],
    ],
  ],
  scale: [
    "Scale of the curves",
    [
      ["log", "Log"],
      ["linear", "Linear"],
    ],
  ],
};

/**
 * Segments that show a field of the page and change it.
 *
 * @param {import("./context.js").Context} context
 * @param {keyof typeof CHOICES} field
 */
export function pageSegments({ store, act }, field) {
  const [title, options] = CHOICES[field];
  const shown = () => /** @type {string} */ (store.get().page[field]);
  const control = segments(title, options, {
    value: shown(),
    onChange: (value) => act.page({ [field]: value }),
    class: "segments-small",
  });
  return { element: control.element, dispose: store.subscribe(shown, control.set) };
}
