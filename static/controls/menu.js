// @ts-check
import { h, uniqueId } from "../dom.js";

/** @typedef {{title: string, note?: string, icon?: Node, run(): void}} MenuItem */

/**
 * A button that opens a list of actions in the top layer, where no scrolling parent can clip it.
 *
 * @param {(Node | string)[]} face what the button shows
 * @param {() => MenuItem[]} items asked for when it opens
 * @param {{class?: string, label?: string}} [options]
 */
export function menuButton(face, items, { class: name = "button", label } = {}) {
  const list = h("div", { class: "menu", id: uniqueId("menu"), popover: "auto", role: "menu" });
  const button = h(
    "button",
    { class: name, type: "button", popovertarget: list.id, "aria-haspopup": "menu", "aria-label": label },
    ...face,
  );
  list.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open")
      list.replaceChildren(...items().map((item) => row(item, list)));
  });
  list.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(list, button.getBoundingClientRect());
    /** @type {HTMLElement | null} */ (list.firstElementChild)?.focus();
  });
  list.addEventListener("keydown", (event) => walk(event, list));
  return h("span", { class: "menu-host" }, button, list);
}

/** @param {MenuItem} item @param {HTMLElement} list */
function row(item, list) {
  const choose = () => {
    list.hidePopover();
    item.run();
  };
  const words = h(
    "span",
    { class: "menu-words" },
    h("span", {}, item.title),
    item.note && h("span", { class: "help" }, item.note),
  );
  return h("button", { class: "menu-item", type: "button", role: "menuitem", onclick: choose }, item.icon, words);
}

/** @param {HTMLElement} list @param {DOMRect} anchor */
function place(list, anchor) {
  const { width, height } = list.getBoundingClientRect();
  const gap = 6;
  const below = anchor.bottom + gap + height <= innerHeight || anchor.top < height;
  const top = below ? Math.min(anchor.bottom + gap, innerHeight - height - gap) : anchor.top - gap - height;
  list.style.left = `${Math.max(gap, Math.min(anchor.left, innerWidth - width - gap))}px`;
  list.style.top = `${Math.max(gap, top)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function walk(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const rows = /** @type {HTMLElement[]} */ ([...list.children]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[(at + step + rows.length) % rows.length]?.focus();
}
