// @ts-check
/** How the loss becomes a height, and what that means in words. */
import { formatNumber } from "../../format.js";
import { softening } from "../../plots/field.js";

/** @typedef {import("../../race/context.js").Context} Context @typedef {import("../../types.js").Field} Field */

// From here on a linear height shows a wall and a floor, and nothing between.
const STEEP = 100;

/** @param {Context} context @param {Field} field @returns {"log" | "linear"} */
export function heightOf({ store, live }, field) {
  const { height } = store.get().page;
  if (height !== "auto") return height;
  const steep = field.minimum > 0 && field.maximum > STEEP * field.minimum;
  return live.get().description.value?.log_height || steep ? "log" : "linear";
}

/** What the height axis measures. @param {Context} context */
export function heightNote(context) {
  const { field } = context.live.get().landscape;
  if (!field) return "";
  if (heightOf(context, field) === "linear") return "The height is the loss itself.";
  const epsilon = formatNumber(softening(field), 2);
  return `Logarithmic above the lowest loss of the window, log₁₀(1 + (loss − min)/ε); within ε = ${epsilon} of it the scale is nearly linear.`;
}
