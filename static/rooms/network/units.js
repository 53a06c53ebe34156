// @ts-check
/** A button over each unit of the drawing: one stop for Tab, arrows between them, numbers for whoever is there. */
import { fill, h } from "../../dom.js";
import { pickWeight } from "./inside.js";
import { hasWeight, unitName } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {import("./layout.js").Layout} Layout */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLElement} board @param {NetworkContext} context */
export function unitButtons(board, context) {
  const { pick, live, inside } = context;
  const host = h("div", { class: "units", role: "group", "aria-label": "Units; arrow keys move between them" });
  board.append(host);
  /** @type {HTMLButtonElement[][]} */
  let buttons = [];
  /** @param {number} column @param {number} index */
  const on = (column, index) => pick.set({ hover: { kind: "unit", column, index } });
  const off = () => pick.set({ hover: null });
  /** The microscope on a unit's bias. @param {number} column @param {number} index */
  const choose = (column, index) => {
    const weight = { layer: column - 1, to: index, from: null };
    if (column && hasWeight(inside.blocks(), weight)) pickWeight(context, weight);
  };
  /** @param {number} column @param {number} place from the top */
  const go = (column, place) => {
    const units = buttons[Math.max(0, Math.min(buttons.length - 1, column))];
    units[Math.max(0, Math.min(units.length - 1, place))]?.focus();
  };
  /** @param {KeyboardEvent} event @param {number} column @param {number} place */
  const walk = (event, column, place) => {
    const [across, down] = ARROWS[event.key] ?? [0, 0];
    if (!across && !down) return;
    event.preventDefault();
    event.stopPropagation();
    go(column + across, place + down);
  };
  return {
    /** @param {Layout} layout */
    place({ columns }) {
      const focused = host.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
      const data = live.get().description.value?.data;
      const names = {
        features: data?.features,
        targets: data?.classes > 2 ? data.targets : undefined,
        last: columns.length - 1,
      };
      buttons = columns.map((column, c) =>
        column.places.map(({ x, y, index, tile, breadth }, place) => {
          const label = `${columnName(c, columns.length)}, ${unitName(c, index, names)}`;
          const button = h("button", {
            class: "unit",
            type: "button",
            "aria-label": label,
            tabindex: c === 0 && place === 0 ? 0 : -1,
            onpointerenter: () => on(c, index),
            onpointerleave: off,
            onfocus: () => on(c, index),
            onblur: off,
            onclick: () => choose(c, index),
            onkeydown: (/** @type {KeyboardEvent} */ event) => walk(event, c, place),
          });
          Object.assign(button.style, {
            left: `${x - breadth / 2}px`,
            top: `${y - tile / 2}px`,
            width: `${breadth}px`,
            height: `${tile}px`,
          });
          return button;
        }),
      );
      fill(host, ...buttons.flat());
      buttons
        .flat()
        .find((button) => focused && button.getAttribute("aria-label") === focused)
        ?.focus({ preventScroll: true });
    },
    dispose: () => fill(host),
  };
}

/** @param {number} column @param {number} columns */
export const columnName = (column, columns) =>
  column === 0 ? "Inputs" : column === columns - 1 ? "Output" : `Hidden layer ${column}`;
