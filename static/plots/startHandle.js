/** The start of the runs, as a handle above the contour and under the heads and their names: dragged by pointer, moved by arrow keys. */

import { formatNumber } from "../format.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {NonNullable<ReturnType<typeof import("./internals.js").axesOf>>} Axes */

const SIZE = 24;
/** A key moves by this share of the window; ten times as far with Shift. */
const KEY_STEP = 0.005;
const KEYS = /** @type {Record<string, readonly [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});
const KEY_PAUSE = 400;

/** @param {Element} above what it lies under */
function createButton(above) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "start-handle";
  button.hidden = true;
  Object.assign(button.style, {
    position: "absolute",
    left: "0",
    top: "0",
    width: `${SIZE}px`,
    height: `${SIZE}px`,
    padding: "0",
    cursor: "grab",
    touchAction: "none",
    borderRadius: "50%",
    background: "transparent",
    boxSizing: "border-box",
  });
  above.before(button);
  return button;
}

/** @param {Point} point @param {readonly string[]} labels */
const describe = ({ x, y }, [xName, yName]) =>
  `Start at ${xName} = ${formatNumber(x, 3)}, ${yName} = ${formatNumber(y, 3)}. Arrow keys move it, with Shift further.`;

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(Math.max(low, high), Math.max(Math.min(low, high), value));

/**
 * @param {HTMLElement} host
 * @param {object} options
 * @param {Element} options.above a child of the host that the handle lies under
 * @param {() => Axes | null} options.axes of the plot as it is drawn now
 * @param {() => readonly string[]} options.labels
 * @param {(change: Point & {done: boolean}) => void} options.onMove `done` when it is let go
 */
export function createStartHandle(host, { above, axes, labels, onMove }) {
  const button = createButton(above);
  /** @type {Point | null} */
  let point = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;

  function place() {
    const now = axes();
    const inside = now && point && contains(now, point);
    button.hidden = !inside;
    if (!inside || !point) return;
    button.style.transform = `translate(${now.px(point.x) - SIZE / 2}px, ${now.py(point.y) - SIZE / 2}px)`;
    button.setAttribute("aria-label", describe(point, labels()));
  }

  /** @param {Point} next @param {boolean} done */
  function move(next, done) {
    point = next;
    place();
    onMove({ ...next, done });
  }

  /** @param {PointerEvent} event @returns {Point | null} */
  function under(event) {
    const now = axes();
    if (!now) return null;
    const box = host.getBoundingClientRect();
    const { left, right, top, bottom } = now.box;
    return {
      x: now.x(clamp(event.clientX - box.left, left, right)),
      y: now.y(clamp(event.clientY - box.top, top, bottom)),
    };
  }

  /** @param {PointerEvent} event @param {boolean} done */
  function drag(event, done) {
    if (!button.hasPointerCapture(event.pointerId)) return;
    const target = under(event);
    if (target) move(target, done);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const direction = KEYS[event.key];
    const now = axes();
    if (!direction || !point || !now) return;
    event.preventDefault();
    event.stopPropagation();
    const [x0, x1, y0, y1] = now.window;
    const reach = KEY_STEP * (event.shiftKey ? 10 : 1);
    move(
      {
        x: clamp(point.x + direction[0] * reach * (x1 - x0), x0, x1),
        y: clamp(point.y + direction[1] * reach * (y1 - y0), y0, y1),
      },
      false,
    );
    clearTimeout(settling);
    settling = setTimeout(() => point && onMove({ ...point, done: true }), KEY_PAUSE);
  }

  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  button.addEventListener("pointermove", (event) => drag(event, false));
  button.addEventListener("pointerup", (event) => drag(event, true));
  button.addEventListener("keydown", onKey);

  return {
    place,
    /** @param {Point | null} next */
    set(next) {
      point = next;
      place();
    },
    /** @param {import("../types.js").Palette} palette */
    setPalette({ ink, casing }) {
      button.style.border = `2px dashed ${ink}`;
      button.style.boxShadow = `0 0 0 2px ${casing}, inset 0 0 0 2px ${casing}`;
    },
    dispose() {
      clearTimeout(settling);
      button.remove();
    },
  };
}

/** @param {Axes} axes @param {Point} point */
function contains({ px, py, box }, { x, y }) {
  const [across, down] = [px(x), py(y)];
  return across >= box.left - 1 && across <= box.right + 1 && down >= box.top - 1 && down <= box.bottom + 1;
}
