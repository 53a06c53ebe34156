/** A picture on canvases that is drawn whole whenever its data, its size or its colours change. */

import { createLayers, createPainter } from "./layers.js";

/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Insets */

/**
 * @template Data
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {Palette} options.palette
 * @param {Insets} options.insets between the host's sides and the box of the plot
 * @param {(contexts: CanvasRenderingContext2D[], box: import("./labels.js").Box, palette: Palette, data: Data) => void} options.paint
 *   on two layers: the axes, and what is drawn over them; both are clear
 */
export function createCanvasPlot(host, { palette, insets, paint }) {
  const layers = createLayers(host, ["axes", "marks"]);
  /** @type {Data | null} */
  let data = null;
  let colours = palette;

  function redraw() {
    for (const context of layers.contexts) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    if (data !== null) paint(layers.contexts, box(), colours, data);
  }

  const box = () => {
    const { width, height } = layers.size();
    return { left: insets.left, right: width - insets.right, top: insets.top, bottom: height - insets.bottom };
  };

  const painter = createPainter(host, layers, redraw);
  return {
    /** @param {Data | null} next null for an empty picture */
    show(next) {
      data = next;
      painter.refresh();
    },
    box,
    /** @param {Palette} next */
    setPalette(next) {
      colours = next;
      painter.refresh();
    },
    dispose: () => painter.dispose(),
  };
}
