// @ts-check
/** The Hessian as a picture, entry by entry, with the layers' blocks. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatPercent } from "../../format.js";
import { createHeatmap, fromSignedLog, largestOf } from "../../plots/heatmap.js";
import { readPalette } from "../../plots/palette.js";
import { followInspection, lookFrame } from "./frame.js";

/** @typedef {import("./inspector.js").CurvatureContext} Context */

const MOVES = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
});

/** @param {HTMLElement} host @param {Context} context */
export function matrixLook(host, context) {
  const { act, services } = context;
  const frame = lookFrame("Hessian");
  const scale = legend();
  const reading = h("output", { class: "reading number" });
  const blocks = h("div", { class: "blocks" });
  frame.figure.classList.add("view-matrix");
  frame.note.append(scale.element, reading, blocks);
  host.append(frame.figure);
  const palette = () => readPalette(document.documentElement);
  const map = createHeatmap(frame.picture, { palette: palette() });
  const reader = readEntries(frame.picture, map, (text) => fill(reading, text));
  /** @param {any} reply */
  const draw = (reply) => {
    const largest = largestOf(reply.matrix);
    const { borders = [], names = [] } = reply.blocks ?? {};
    map.show({ matrix: reply.matrix, size: reply.dim, largest, borders, names });
    scale.set(largest);
    reader.set(reply);
    fill(blocks, reply.blocks && blockTable(reply.blocks));
  };
  return disposal([
    followInspection(context, "hessian", frame, {
      draw,
      instead: () => [
        { words: "Spectral density", go: () => act.page({ panel: "spectrum" }) },
        { words: "Eigenvalues along the run", go: () => act.page({ panel: "run" }) },
      ],
    }),
    services.onTheme(() => map.setPalette(palette())),
    reader.dispose,
    () => map.dispose(),
  ]);
}

/** The entry under the pointer, or the one that the arrows moved to. @param {HTMLElement} host @param {ReturnType<typeof createHeatmap>} map @param {(text: string) => void} say */
function readEntries(host, map, say) {
  const controller = new AbortController();
  /** @type {any} */
  let reply = null;
  let at = /** @type {[number, number]} */ ([0, 0]);
  host.tabIndex = 0;
  host.setAttribute("role", "application");
  host.setAttribute("aria-label", "Entries of the Hessian; the arrow keys read them one by one");
  /** @param {[number, number] | null} entry */
  const read = (entry) => {
    map.mark(entry);
    if (!entry || !reply) return say("Point at an entry to read it.");
    at = entry;
    say(sentenceOf(reply, at));
  };
  host.addEventListener("pointermove", (event) => read(map.entryAt(...inside(host, event))), {
    signal: controller.signal,
  });
  host.addEventListener("pointerleave", () => read(null), { signal: controller.signal });
  host.addEventListener(
    "keydown",
    (event) => {
      const move = MOVES[event.key];
      if (!move || !reply) return;
      event.preventDefault();
      const far = event.shiftKey ? 10 : 1;
      const along = (/** @type {0 | 1} */ k) => Math.min(reply.dim - 1, Math.max(0, at[k] + far * move[k]));
      read([along(0), along(1)]);
    },
    { signal: controller.signal },
  );
  return {
    /** @param {any} next */
    set(next) {
      const same = reply?.dim === next.dim;
      reply = next;
      if (!same) at = [0, 0];
      read(null);
    },
    dispose: () => controller.abort(),
  };
}

/** @param {HTMLElement} host @param {PointerEvent} event @returns {[number, number]} */
function inside(host, event) {
  const box = host.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** “∂²L/∂a ∂b = 0.034”. @param {any} reply @param {[number, number]} entry */
export const sentenceOf = ({ matrix, dim, names }, [row, column]) =>
  `∂²L / ∂${names[row] ?? row} ∂${names[column] ?? column} = ${formatNumber(matrix[row * dim + column])}`;

/** The scale from blue to amber with its ends; halfway in colour is far from halfway in value, so that is said. */
function legend() {
  const [low, middle, high] = [0, 1, 2].map(() => h("span", { class: "number" }));
  const bar = h("span", { class: "legend-bar", "aria-hidden": "true" });
  return {
    element: h("div", { class: "legend-scale" }, bar, h("span", { class: "legend-ends" }, low, middle, high)),
    /** @param {number} largest */
    set(largest) {
      fill(low, formatNumber(-largest, 2));
      fill(middle, `half shade: ±${formatNumber(fromSignedLog(0.5, largest), 2)}`);
      fill(high, formatNumber(largest, 2));
    },
  };
}

/** Frobenius norms of the blocks. @param {any} blocks */
function blockTable({ names, norms, diagonal_share: share }) {
  const rows = names.map((/** @type {string} */ name, /** @type {number} */ i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      names.map((/** @type {string} */ _, /** @type {number} */ j) =>
        h("td", {}, formatNumber(norms[i * names.length + j], 3)),
      ),
    ),
  );
  return h(
    "details",
    { class: "block-norms" },
    h("summary", {}, `Norms of the blocks: ${formatPercent(share)} of ‖H‖² lies within layers`),
    h(
      "table",
      { class: "truth number" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          names.map((/** @type {string} */ name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}
