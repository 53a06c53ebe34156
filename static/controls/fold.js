// @ts-check
import { fill, h } from "../dom.js";

/**
 * A section that opens and closes; closed, its note tells what is chosen inside.
 *
 * @param {string} title
 * @param {(Node | false)[]} body
 * @param {{open?: boolean}} [options]
 */
export function fold(title, body, { open = false } = {}) {
  const note = h("span", { class: "fold-note number" });
  const summary = h("summary", {}, h("span", { class: "fold-title" }, title), note);
  const element = h("details", { class: "fold", open }, summary, h("div", { class: "fold-body" }, body));
  return { element, note: (/** @type {string} */ text) => fill(note, text) };
}
