/** What both plots share: Plotly's element, the layers above it, its size, clicks, and pictures. */

import { createLayers, watchSize } from "./layers.js";

const CLICK_RADIUS = 4;

/** @param {HTMLElement} host */
function createElement(host) {
  const element = document.createElement("div");
  element.className = "plot";
  Object.assign(element.style, { position: "absolute", inset: "0" });
  host.append(element);
  return element;
}

/**
 * Clicks that are no drags. Plotly covers the page while it drags and swallows the end: that is heard on the window.
 * @param {HTMLElement} element
 * @param {(px: number, py: number) => void} clicked in CSS pixels of the element
 * @param {AbortSignal} signal
 */
function watchClicks(element, clicked, signal) {
  /** @type {PointerEvent | null} */
  let down = null;
  const options = { capture: true, signal };
  element.addEventListener(
    "pointerdown",
    (event) => {
      down = event.button === 0 ? event : null;
    },
    options,
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      const start = down;
      down = null;
      if (!start || Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > CLICK_RADIUS) return;
      const box = element.getBoundingClientRect();
      clicked(event.clientX - box.left, event.clientY - box.top);
    },
    options,
  );
}

/** @param {string} url @returns {Promise<HTMLImageElement>} */
async function loadImage(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/**
 * @param {HTMLElement} host
 * @param {object} options
 * @param {import("./plotly.js").Plotly} options.plotly
 * @param {string[]} options.layers
 * @param {object} options.config Plotly's
 * @param {() => void} options.onLayout after the size changed or a new drawing
 * @param {(px: number, py: number) => void} options.onClick
 */
export function createPlotHost(host, { plotly, layers: names, config, onLayout, onClick }) {
  const element = createElement(host);
  const above = createLayers(host, names);
  const controller = new AbortController();
  let drawn = false;
  /** One drawing at a time, in order. @type {Promise<void>} */
  let queue = Promise.resolve();

  async function fit() {
    if (!above.resize() || !drawn) return;
    await plotly.Plots.resize(element);
    if (!controller.signal.aborted) onLayout();
  }

  const stopWatching = watchSize(host, () => {
    queue = queue.then(fit, fit);
  });
  watchClicks(element, onClick, controller.signal);
  above.resize();

  /** @param {() => {data: object[], layout: object}} figure made when its turn comes */
  async function render(figure) {
    if (controller.signal.aborted) return;
    const { data, layout } = figure();
    await plotly[drawn ? "react" : "newPlot"](element, data, layout, config);
    drawn = true;
    if (!controller.signal.aborted) onLayout();
  }

  /** @param {string} background @returns {Promise<Blob>} */
  async function picture(background) {
    const { width, height } = above.size();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [above.canvases[0].width, above.canvases[0].height];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const url = await plotly.toImage(element, { format: "png", width, height, scale: canvas.width / width });
    for (const image of [await loadImage(url), ...above.canvases])
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be encoded."))),
        "image/png",
      );
    });
  }

  return {
    element,
    layers: above,
    signal: controller.signal,
    picture,
    /** @param {() => {data: object[], layout: object}} figure @returns {Promise<void>} */
    show(figure) {
      const done = queue.then(() => render(figure));
      queue = done.catch(() => {});
      return done;
    },
    isDrawn: () => drawn,
    dispose() {
      controller.abort();
      stopWatching();
      plotly.purge(element);
      element.remove();
      above.dispose();
    },
  };
}
