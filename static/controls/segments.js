// @ts-check
import { h, uniqueId } from "../dom.js";

/**
 * One of a few, side by side: native radio buttons, so arrows and screen readers work of themselves.
 *
 * @template {string} T
 * @param {string} label
 * @param {[T, string][]} options value and words
 * @param {{value: T, onChange(value: T): void, class?: string}} settings
 * @returns {{element: HTMLFieldSetElement, set(value: T): void}}
 */
export function segments(label, options, { value, onChange, class: name = "" }) {
  const group = uniqueId("segments");
  const inputs = options.map(([option]) =>
    h("input", { type: "radio", name: group, value: option, onchange: () => onChange(option) }),
  );
  const labels = options.map(([, words], i) => h("label", {}, inputs[i], h("span", {}, words)));
  const element = h("fieldset", { class: `segments ${name}`, "aria-label": label }, labels);
  /** @param {T} chosen */
  const set = (chosen) => inputs.forEach((input) => (input.checked = input.value === chosen));
  set(value);
  return { element, set };
}
