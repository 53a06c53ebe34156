// @ts-check
/** Layers with more units than there is room for: a page of them is shown, and below it the way to the others. */
import { button } from "../../controls/button.js";
import { fill, h } from "../../dom.js";
import { pageWith, turned } from "./layout.js";
import { columnName } from "./units.js";

/** @typedef {import("./layout.js").Layout} Layout @typedef {import("./layout.js").ColumnPlace} ColumnPlace */

/** Of a pager's breadth: those of the outer columns stay inside of the picture. */
const HALF = "3.75rem";

/** @param {HTMLElement} board @param {() => void} onTurn another page is to be shown */
export function columnPages(board, onTurn) {
  const host = h("div", { class: "pages" });
  board.append(host);
  /** The first unit that is shown, column by column. @type {number[]} */
  let first = [];
  /** @type {Layout | null} */
  let layout = null;
  /** @param {number} column @param {number} unit */
  const begin = (column, unit) => {
    if (first[column] === unit) return;
    first[column] = unit;
    onTurn();
  };
  /** @param {ColumnPlace} column @param {number} c */
  const pager = (column, c) => {
    const name = columnName(c, layout?.columns.length ?? 0).toLowerCase();
    const { first: from, places, more, units, x } = column;
    const back = button({ icon: "back", label: `Units before, ${name}`, look: "quiet" }, () =>
      begin(c, turned(column, -1)),
    );
    const on = button({ icon: "forward", label: `Units after, ${name}`, look: "quiet" }, () =>
      begin(c, turned(column, 1)),
    );
    back.disabled = from === 0;
    on.disabled = from === more;
    const words = h(
      "span",
      { class: "number" },
      `${from + 1}–${from + places.length}`,
      h("span", { class: "pager-of" }, ` of ${units}`),
    );
    const element = h("div", { class: "pager", title: `${more} more units: turn the page` }, back, words, on);
    element.style.left = `clamp(${HALF}, ${x}px, 100% - ${HALF})`;
    return element;
  };
  return {
    first: () => first,
    /** Another network has other layers. */
    reset() {
      first = [];
    },
    /** Turn to the page that has a unit. @param {number} column @param {number} unit */
    show(column, unit) {
      const place = layout?.columns[column];
      if (place) begin(column, pageWith(place, unit));
    },
    /** @param {Layout} next */
    place(next) {
      layout = next;
      const focused = host.contains(document.activeElement) ? document.activeElement?.getAttribute("aria-label") : null;
      fill(host, ...next.columns.flatMap((column, c) => (column.more ? [pager(column, c)] : [])));
      if (focused)
        /** @type {HTMLElement | null} */ (host.querySelector(`[aria-label="${CSS.escape(focused)}"]`))?.focus({
          preventScroll: true,
        });
    },
    clear: () => fill(host),
  };
}
