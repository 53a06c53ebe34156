/** The loss surface in 3-D: Plotly draws the surface, canvases above it draw the axes, the paths and the heads. */

import { drawFrame } from "./axes3d.js";
import { bandScale, heightScale, heightsOf } from "./field.js";
import { homeFor, sharp, surfaceFigure } from "./figures.js";
import { followRenders, renderedCamera, sceneOf } from "./internals.js";
import { listenToKeys, orbited, zoomed } from "./orbit.js";
import { createPlotHost } from "./plotHost.js";
import { pickSurface } from "./raymarch.js";
import { drawSketch, NO_SKETCH } from "./sketch.js";
import { createTrail } from "./trail.js";
import { inSpace, onSurface, sameView } from "./views.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Heights} Heights */
/** @typedef {import("../types.js").Camera} Camera */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("../types.js").PlotlyCamera} PlotlyCamera */
/** @typedef {{x: number, y: number, loss: number}} Picked */

/**
 * @typedef {object} SurfaceOptions
 * @property {import("../types.js").HeightMode} [height]
 * @property {import("../types.js").BandMode} [bands]
 * @property {readonly string[]} [labels] of the x and y axes
 * @property {string} [zLabel] what the height is, where it is linear
 */

/** @returns {boolean} */
export function hasWebgl() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/** @param {Field} field @param {SurfaceOptions} options */
function sceneOfField(field, { height = "linear", bands = "quantile", labels = ["x", "y"], zLabel = "loss" }) {
  const scale = heightScale(field, height);
  return {
    field,
    scale,
    band: bandScale(field, bands),
    heights: heightsOf(field, scale),
    names: { labels, zLabel: height === "log" ? scale.title : zLabel, height: scale },
  };
}

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {import("./plotly.js").Plotly} options.plotly
 * @param {Palette} options.palette
 * @param {(picked: Picked) => void} [options.onPick] a click on the surface
 * @param {(camera: PlotlyCamera) => void} [options.onCamera] after a turn or a zoom by hand
 */
export function createSurface3d(host, { plotly, palette, onPick, onCamera }) {
  const plot = createPlotHost(host, {
    plotly,
    layers: ["frame", "sketch", "trail", "heads", "arrows"],
    config: sharp(),
    onLayout,
    onClick,
  });
  const { element, layers } = plot;
  const [frame, sketchContext, trailContext, headContext, arrowContext] = layers.contexts;
  const status = { supported: hasWebgl(), reason: "" };
  /** @type {ReturnType<typeof sceneOfField> | null} */
  let shown = null;
  /** @type {Camera | null} */
  let camera = null;
  /** @type {import("../types.js").PlotView["project"]} */
  let projectPath = () => {};
  let colours = palette;
  let sketch = NO_SKETCH;
  if (!status.supported) status.reason = "This browser does not offer WebGL.";

  const trail = createTrail({
    trail: trailContext,
    heads: headContext,
    palette,
    view: {
      project: (...args) => projectPath(...args),
      ready: () => camera !== null && shown !== null,
      clip() {},
      bounds: () => ({ left: 0, top: 0, right: layers.size().width, bottom: layers.size().height }),
      obstacles: () => [],
    },
  });
  const renders = followRenders(element, follow);

  /** Plotly rendered a frame: where its camera moved, everything above follows within the same frame. */
  function follow() {
    const { width, height } = layers.size();
    const next = renderedCamera(element, width, height);
    if (!next || !shown || (camera && sameView(camera, next))) return;
    camera = next;
    projectPath = onSurface(camera, shown.heights);
    drawFrame(frame, camera, shown.heights, shown.names, colours);
    drawLines();
    trail.invalidate();
  }

  function drawLines() {
    if (!camera || !shown) return;
    const bounds = { left: 0, top: 0, right: camera.width, bottom: camera.height };
    drawSketch([sketchContext, arrowContext], sketch, inSpace(camera, shown.heights, shown.scale), bounds, colours);
  }

  function onLayout() {
    renders.attach();
    camera = null;
    follow();
  }

  /** @param {number} px @param {number} py @returns {Picked | null} */
  function pick(px, py) {
    const hit = camera && shown && pickSurface(camera, shown.heights, px, py);
    return hit && shown && { x: hit.x, y: hit.y, loss: shown.scale.invert(hit.z) };
  }

  /** @param {number} px @param {number} py */
  function onClick(px, py) {
    const picked = pick(px, py);
    if (picked) onPick?.(picked);
  }

  async function render() {
    try {
      await plot.show(() => {
        const { field, heights, scale, band } = /** @type {NonNullable<typeof shown>} */ (shown);
        return surfaceFigure(field, heights, { height: scale, band, palette: colours, camera: currentCamera() });
      });
      if (!sceneOf(element)?.glplot) throw new Error("WebGL could not be started.");
    } catch (error) {
      Object.assign(status, { supported: false, reason: /** @type {Error} */ (error).message });
    }
  }

  /** @returns {PlotlyCamera} */
  const currentCamera = () => sceneOf(element)?.getCamera() ?? homeFor(layers.size());

  /** @param {PlotlyCamera} next @returns {Promise<void>} */
  const setCamera = (next) => (plot.isDrawn() ? plotly.relayout(element, { "scene.camera": next }) : Promise.resolve());

  const orbiting = {
    orbit: (/** @type {number} */ azimuth, /** @type {number} */ elevation) =>
      setCamera(orbited(currentCamera(), azimuth, elevation)),
    zoom: (/** @type {number} */ factor) => setCamera(zoomed(currentCamera(), factor)),
    reset: () => setCamera(homeFor(layers.size())),
  };
  listenToKeys(host, orbiting, plot.signal);

  return {
    get supported() {
      return status.supported;
    },
    get reason() {
      return status.reason;
    },
    /** @param {Field} field @param {SurfaceOptions} [options] */
    async setField(field, options = {}) {
      if (!status.supported) return;
      const first = shown === null;
      shown = sceneOfField(field, options);
      await render();
      if (first && status.supported)
        /** @type {any} */ (element).on("plotly_relayout", () => onCamera?.(currentCamera()));
    },
    /** @param {import("./sketch.js").Sketch} next lines and arrows under the paths */
    setSketch(next) {
      sketch = next;
      drawLines();
    },
    setTracks: trail.setTracks,
    refresh: trail.refresh,
    draw: trail.draw,
    /** @param {Palette} next */
    async setPalette(next) {
      colours = next;
      trail.setPalette(next);
      if (shown && status.supported) await render();
    },
    pick,
    camera: currentCamera,
    setCamera,
    orbit: orbiting.orbit,
    zoom: orbiting.zoom,
    resetCamera: orbiting.reset,
    picture: () => plot.picture(colours.panel),
    dispose() {
      renders.stop();
      plot.dispose();
    },
  };
}
