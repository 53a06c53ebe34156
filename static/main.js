// @ts-check
/** The page around the rooms: navigation, theme, sharing, keyboard help. */

import { fromAddress } from "./address.js";
import { fill, h, icon } from "./dom.js";
import { bayes } from "./rooms/bayes.js";
import { curvature } from "./rooms/curvature.js";
import { landscape } from "./rooms/landscape.js";
import { lessons } from "./rooms/lessons.js";
import { network } from "./rooms/network.js";
import { regularisation } from "./rooms/regularisation.js";
import { createServices } from "./services.js";
import { createSignal } from "./signal.js";

/**
 * @typedef {(host: HTMLElement, address: {route: string[], spec: any, error: string | null},
 *   services: import("./services.js").Services) => () => void} Room draws itself and returns how to leave
 */

/** Adding a room: one file in rooms/ and one line here. @type {Record<string, {title: string, room: Room}>} */
const ROOMS = {
  landscape: { title: "Landscape", room: landscape },
  network: { title: "Network", room: network },
  curvature: { title: "Curvature", room: curvature },
  regularisation: { title: "Regularisation", room: regularisation },
  bayes: { title: "Bayes", room: bayes },
  lessons: { title: "Lessons", room: lessons },
};
const HOME = "landscape";

const SHORTCUTS = [
  [["Space"], "Play or pause"],
  [["←", "→"], "One step back or on; with Shift, ten"],
  [["Home", "End"], "First or last step"],
  [["↑", "↓"], "In a number box: a little more or less"],
  [["N", "P"], "In the chain rule of a network: next or previous stage"],
  [["?"], "These shortcuts"],
];

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const host = byId("room");
const themed = createSignal();
let leave = () => {};
let open = "";
let address = () => location.href;

const services = createServices(
  { live: byId("live"), toasts: byId("toasts") },
  {
    onTheme: (fn) => themed.on(fn),
    go(route) {
      location.hash = route;
    },
    shareAs(fn) {
      address = fn;
    },
  },
);

/** Open the room of the address, unless it is open: a room follows changes of its own address by itself. */
function route() {
  const { route: path, spec, error } = fromAddress(location.hash);
  const parts = path.split("/").filter(Boolean);
  const name = parts[0] in ROOMS ? parts[0] : HOME;
  if (error) services.toast(error);
  if (name === open) return;
  leave();
  fill(host);
  open = name;
  address = () => location.href;
  document.title = `${ROOMS[name].title} · Thalweg`;
  host.dataset.room = name;
  leave = ROOMS[name].room(host, { route: parts.slice(1), spec, error }, services);
  for (const link of byId("rooms").querySelectorAll("a")) {
    if (link.dataset.room === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function theme() {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  themed.emit(undefined);
}

async function share() {
  try {
    await navigator.clipboard.writeText(address());
    services.toast("Address copied: it holds the whole experiment.");
  } catch {
    services.toast("Copy the address of this page: it holds the whole experiment.");
  }
}

/** @type {HTMLDialogElement} */
const help = h(
  "dialog",
  { class: "dialog", "aria-labelledby": "shortcuts-title" },
  h("h2", { id: "shortcuts-title" }, "Keyboard"),
  h(
    "dl",
    { class: "shortcuts" },
    SHORTCUTS.flatMap(([keys, words]) => [
      h(
        "dt",
        { class: "row" },
        [...keys].map((key) => h("kbd", { class: "kbd" }, key)),
      ),
      h("dd", { class: "muted" }, /** @type {string} */ (words)),
    ]),
  ),
  h(
    "p",
    { class: "help" },
    "With the surface in focus, arrows orbit and + − zoom. With the start point in focus, arrows move it.",
  ),
  h("button", { class: "button button-primary", type: "button", onclick: () => help.close() }, "Close"),
);

/** @param {string} name @param {string} label @param {() => void} onclick @param {string} [words] */
const action = (name, label, onclick, words) =>
  h(
    "button",
    { class: `button ${words ? "" : "button-icon"}`, type: "button", "aria-label": label, title: label, onclick },
    icon(name),
    words && h("span", { class: "wide" }, words),
  );

fill(
  byId("rooms"),
  ...Object.entries(ROOMS).map(([name, { title }]) =>
    h("li", {}, h("a", { href: `#/${name}`, dataset: { room: name } }, title)),
  ),
);
fill(
  byId("actions"),
  action("link", "Share: copy the address of this experiment", share, "Share"),
  action("keyboard", "Keyboard shortcuts", () => help.showModal()),
  action("theme", "Switch between dark and light", theme),
);
document.body.append(help);

addEventListener("keydown", (event) => {
  const typing =
    event.target instanceof Element &&
    event.target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea");
  if (event.key === "?" && !typing) help.showModal();
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  host.focus();
});
addEventListener("hashchange", route);
addEventListener("popstate", route);
route();
