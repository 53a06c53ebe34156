/** Transparent canvases above a plot, sharp at any pixel ratio. */

/**
 * @typedef {object} Layers
 * @property {CanvasRenderingContext2D[]} contexts one for each name, later ones on top
 * @property {HTMLCanvasElement[]} canvases
 * @property {() => {width: number, height: number}} size CSS pixels
 * @property {() => boolean} resize to the host's size, which clears the canvases; false where that is none or the same
 * @property {() => void} dispose
 */

/** @param {HTMLElement} host @param {string} name */
function createLayer(host, name) {
  const canvas = document.createElement("canvas");
  canvas.className = `layer-${name}`;
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, {
    position: "absolute",
    inset: "0",
    width: "100%",
    height: "100%",
    pointerEvents: "none",
  });
  host.append(canvas);
  return canvas;
}

/**
 * @param {HTMLElement} host
 * @param {string[]} names
 * @returns {Layers}
 */
export function createLayers(host, names) {
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  const canvases = names.map((name) => createLayer(host, name));
  const contexts = canvases.map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  const size = { width: 0, height: 0, ratio: 0 };

  /** @param {CanvasRenderingContext2D} context @param {number} ratio */
  function fit(context, ratio) {
    context.canvas.width = Math.round(size.width * ratio);
    context.canvas.height = Math.round(size.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.lineJoin = "round";
    context.lineCap = "round";
  }

  return {
    canvases,
    contexts,
    size: () => size,
    resize() {
      const now = { width: host.clientWidth, height: host.clientHeight, ratio: window.devicePixelRatio || 1 };
      // An observer also calls when it starts: to clear what is drawn for that would be a flicker.
      if (now.width === size.width && now.height === size.height && now.ratio === size.ratio) return false;
      Object.assign(size, now);
      for (const context of contexts) fit(context, now.ratio);
      return size.width > 0 && size.height > 0;
    },
    dispose() {
      for (const canvas of canvases) canvas.remove();
    },
  };
}

/**
 * Call back after the host's size or the display's pixel ratio changed, at most once a frame.
 * @param {HTMLElement} host
 * @param {() => void} changed
 * @returns {() => void} stop
 */
export function watchSize(host, changed) {
  let frame = 0;
  const later = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(changed);
  };
  const observer = new ResizeObserver(later);
  observer.observe(host);
  const stopRatio = watchRatio(later);
  return () => {
    observer.disconnect();
    stopRatio();
    cancelAnimationFrame(frame);
  };
}

/** @param {() => void} changed @returns {() => void} stop */
function watchRatio(changed) {
  const controller = new AbortController();
  const listen = () => {
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const heard = () => {
      changed();
      listen();
    };
    query.addEventListener("change", heard, { once: true, signal: controller.signal });
  };
  listen();
  return () => controller.abort();
}

/**
 * Paints once a frame however often it is asked, and again whenever the host changes size.
 *
 * @param {HTMLElement} host
 * @param {ReturnType<typeof createLayers>} layers
 * @param {() => void} paint everything, on layers that have a size
 */
export function createPainter(host, layers, paint) {
  let pending = 0;

  function now() {
    cancelAnimationFrame(pending);
    pending = 0;
    if (layers.size().width) paint();
  }

  layers.resize();
  const stopWatching = watchSize(host, () => {
    layers.resize();
    now();
  });

  return {
    refresh() {
      pending ||= requestAnimationFrame(now);
    },
    /** Whether a painting is due, so that a part need not be drawn before it. */
    isPending: () => pending !== 0,
    dispose() {
      stopWatching();
      cancelAnimationFrame(pending);
      layers.dispose();
    },
  };
}
