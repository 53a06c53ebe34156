// @ts-check
/** Elements as expressions. Text is always set as text; no markup is ever parsed here. */

/** @typedef {Node | string | number | null | undefined | false} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners; `dataset` and DOM properties such as `value` are
 *   set as properties; true is an empty attribute; null, undefined and false leave the attribute out.
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) assign(element, name, value);
  element.append(...present(children));
  return element;
}

const PROPERTIES = new Set(["value", "checked", "selected", "indeterminate", "htmlFor", "textContent"]);

/** @param {HTMLElement} element @param {string} name @param {any} value */
function assign(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (PROPERTIES.has(name)) Reflect.set(element, name, value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function present(children) {
  const kept = [];
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false)
      kept.push(child instanceof Node ? child : String(child));
  }
  return kept;
}

/** Replace the children of `host`. @param {Element} host @param {...(Child | Child[])} children */
export function fill(host, ...children) {
  host.replaceChildren(...present(children));
}

/**
 * A box that scrolls sideways where its content is too wide, and that the keyboard reaches while it does.
 *
 * @param {Child} content
 */
export function scroller(content) {
  const box = h("div", { class: "scroll" }, content);
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
  return box;
}

/** @type {Record<string, string>} Paths on a 24 × 24 grid, drawn with strokes; names after what they mean. */
const ICONS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  back: "M18 5v14l-9-7zM6 5v14",
  forward: "M6 5v14l9-7zM18 5v14",
  add: "M12 5v14M5 12h14",
  less: "M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  link: "M10 14a4.5 4.5 0 0 0 6.4 0l3.2-3.2a4.5 4.5 0 0 0-6.4-6.4L11.7 6M14 10a4.5 4.5 0 0 0-6.4 0l-3.2 3.2a4.5 4.5 0 0 0 6.4 6.4l1.5-1.6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M8 14h8",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  reset: "M4 12a8 8 0 1 0 2.6-5.9M4 4v5h5",
  remove: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
  tune: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  check: "M5 12.5l4.5 4.5L19 7",
  info: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 11v5.5M12 7.8v.1",
  warn: "M12 4L2.5 20h19zM12 10v4.5M12 17.3v.1",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 0 1 6-.8M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-5-2.8M12 19h.01",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
};

const SOLID = new Set(["play", "pause", "back", "forward"]);

/** A decorative icon; the control that holds it carries the label. @param {string} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", SOLID.has(name) ? "icon icon-solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? "");
  svg.append(path);
  return svg;
}

/**
 * An id no other element of the page has, for labels and descriptions.
 *
 * @param {string} stem
 */
export function uniqueId(stem) {
  return `${stem}-${Math.random().toString(36).slice(2, 10)}`;
}

/**
 * One way out of many.
 *
 * @param {(() => void)[]} stops
 */
export function disposal(stops) {
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Call `fn` once calls have been quiet for `delay` milliseconds.
 *
 * @template {any[]} Arguments
 * @param {(...values: Arguments) => void} fn
 * @param {number} delay
 */
export function debounce(fn, delay) {
  let timer = 0;
  /** @param {Arguments} values */
  const later = (...values) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => fn(...values), delay);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
