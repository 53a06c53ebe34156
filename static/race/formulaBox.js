// @ts-check
/** A box for a formula, with the place of an error marked under the text. */
import { fill, h, icon, uniqueId } from "../dom.js";

/** @typedef {import("../failure.js").Failure} Failure */

const AROUND = 16;

/** @param {(text: string) => void} onType */
export function formulaBox(onType) {
  const error = h("div", { class: "formula-error", id: uniqueId("error"), role: "status", hidden: true });
  const box = h("textarea", {
    class: "input input-code formula-box",
    id: uniqueId("formula"),
    rows: 3,
    maxlength: 500,
  });
  const quiet = { spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": error.id };
  for (const [name, value] of Object.entries(quiet)) box.setAttribute(name, value);
  box.addEventListener("input", () => onType(box.value));
  const label = h("label", { class: "field-label", for: box.id }, "f(x, y) =");
  return {
    element: h("div", { class: "field" }, label, box, error),
    text: () => box.value,
    /** @param {string} text */
    write(text) {
      box.value = text;
    },
    isBusy: () => document.activeElement === box,
    /** @param {Failure | null} failure */
    show(failure) {
      error.hidden = !failure;
      box.setAttribute("aria-invalid", String(Boolean(failure)));
      fill(error, ...(failure ? explained(box.value, failure) : []));
    },
  };
}

/** @param {string} text @param {Failure} failure */
function explained(text, { errors, detail }) {
  const first = errors.find((e) => e.position !== undefined) ?? errors[0];
  const words = h("p", { class: "error" }, icon("warn"), h("span", {}, first?.detail ?? detail));
  return [first?.position !== undefined && place(text, first.position), words];
}

/** The text around an error with a caret under the character. @param {string} text @param {number} position */
function place(text, position) {
  const from = Math.max(0, position - AROUND);
  const to = Math.min(text.length, position + AROUND);
  const before = (from > 0 ? "…" : "") + text.slice(from, position);
  const line = `${before}${text.slice(position, to)}${to < text.length ? "…" : ""}`.replaceAll("\n", " ");
  const marked = `${line}\n${" ".repeat(before.length)}^`;
  return h("pre", { class: "caret", "aria-label": `at character ${position + 1}` }, marked);
}
