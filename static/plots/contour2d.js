/** The loss from above: Plotly draws the bands and the axes, canvases above it draw minima, paths and heads. */

import { bandScale } from "./field.js";
import { CONFIG_2D, contourFigure, LEVELS, suitsEqual } from "./figures.js";
import { axesOf } from "./internals.js";
import { drawMarkers } from "./markers.js";
import { rampColour } from "./palette.js";
import { createPlotHost } from "./plotHost.js";
import { drawSketch, NO_SKETCH } from "./sketch.js";
import { createStartHandle } from "./startHandle.js";
import { createTrail } from "./trail.js";
import { onPlane } from "./views.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Palette} Palette */
/** @typedef {import("./markers.js").Marker} Marker */
/** @typedef {[number, number, number, number]} Window x0, x1, y0, y1 */

/**
 * @typedef {object} ContourOptions
 * @property {import("../types.js").BandMode} [bands]
 * @property {readonly string[]} [labels] of the axes
 * @property {boolean} [equal] one unit as long along both axes; by default where the window is not too oblong
 */

/** @param {Field} field @returns {Window} */
const windowOf = ({ x, y }) => [x[0], x[x.length - 1], y[0], y[y.length - 1]];

/**
 * @param {HTMLElement} host with a size of its own
 * @param {object} options
 * @param {import("./plotly.js").Plotly} options.plotly
 * @param {Palette} options.palette
 * @param {boolean} [options.pannable] drag to pan and wheel to zoom; by default where the pointer is fine, since on a
 *   touch screen a plot that pans would keep the page from scrolling
 * @param {(point: {x: number, y: number}) => void} [options.onPick] a click within the axes
 * @param {(change: {x: number, y: number, done: boolean}) => void} [options.onStart] the start is dragged
 * @param {(window: Window) => void} [options.onWindow] after a pan or a zoom by hand
 */
export function createContour2d(host, options) {
  const { plotly, palette, onPick, onStart, onWindow } = options;
  const pannable = options.pannable ?? matchMedia("(pointer: fine)").matches;
  const config = { ...CONFIG_2D, scrollZoom: pannable };
  const plot = createPlotHost(host, {
    plotly,
    layers: ["sketch", "markers", "trail", "heads", "arrows"],
    config,
    onLayout,
    onClick,
  });
  const { element, layers } = plot;
  const [sketchContext, markerContext, trailContext, headContext, arrowContext] = layers.contexts;
  const status = { supported: true, reason: "" };
  /** @type {ReturnType<typeof axesOf>} */
  let axes = null;
  /** @type {{field: Field, band: import("../types.js").Scale, labels: readonly string[], equal: boolean} | null} */
  let shown = null;
  /** @type {Window | null} */
  let view = null;
  /** @type {Marker[]} */
  let markers = [];
  let sketch = NO_SKETCH;
  /** @type {import("./labels.js").Box[]} */
  let obstacles = [];
  let colours = palette;

  const trail = createTrail({
    trail: trailContext,
    heads: headContext,
    palette,
    labels: true,
    view: {
      project: (...args) => axes && onPlane(axes)(...args),
      ready: () => axes !== null,
      clip,
      bounds: () => axes?.box ?? { left: 0, top: 0, right: 0, bottom: 0 },
      obstacles: () => obstacles,
    },
  });
  const handle = createStartHandle(host, {
    above: headContext.canvas,
    axes: () => axes,
    labels: () => shown?.labels ?? ["x", "y"],
    onMove: (change) => onStart?.(change),
  });
  handle.setPalette(palette);

  /** @param {CanvasRenderingContext2D} context */
  function clip(context) {
    if (!axes) return;
    const { left, top, right, bottom } = axes.box;
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
  }

  function onLayout() {
    axes = axesOf(element);
    if (!axes) return;
    obstacles = drawMarkers(markerContext, markers, axes, colours);
    drawLines();
    handle.place();
    trail.invalidate();
  }

  function drawLines() {
    if (!axes) return;
    const { px, py, box } = axes;
    const flat = (/** @type {number[]} */ [x, y]) => ({ px: px(x), py: py(y), shown: true });
    drawSketch([sketchContext, arrowContext], sketch, flat, box, colours);
  }

  /** @param {number} px @param {number} py @returns {[number, number] | null} data coordinates, null outside of the axes */
  function unproject(px, py) {
    if (!axes) return null;
    const { left, top, right, bottom } = axes.box;
    return px < left || px > right || py < top || py > bottom ? null : [axes.x(px), axes.y(py)];
  }

  /** @param {number} px @param {number} py */
  function onClick(px, py) {
    const point = unproject(px, py);
    if (point) onPick?.({ x: point[0], y: point[1] });
  }

  function listen() {
    const plotlyElement = /** @type {any} */ (element);
    plotlyElement.on("plotly_relayouting", onLayout);
    plotlyElement.on("plotly_relayout", () => {
      onLayout();
      if (!axes || !view || axes.window.every((value, k) => value === view?.[k])) return;
      view = axes.window;
      onWindow?.(view);
    });
  }

  /** @param {() => void} [change] made when its turn comes: until then the axes are those of what is shown */
  async function render(change) {
    const first = !plot.isDrawn();
    try {
      await plot.show(() => {
        change?.();
        const { field, band, labels, equal } = /** @type {NonNullable<typeof shown>} */ (shown);
        return contourFigure(field, {
          band,
          labels,
          equal,
          palette: colours,
          pannable,
          window: view ?? windowOf(field),
        });
      });
      if (first) listen();
      view = axes?.window ?? view;
    } catch (error) {
      Object.assign(status, { supported: false, reason: /** @type {Error} */ (error).message });
    }
  }

  return {
    get supported() {
      return status.supported;
    },
    get reason() {
      return status.reason;
    },
    /** @param {Field} field @param {ContourOptions} [look] */
    async setField(field, { bands = "quantile", labels = ["x", "y"], equal = suitsEqual(windowOf(field)) } = {}) {
      const next = { field, band: bandScale(field, bands), labels, equal };
      await render(() => {
        shown = next;
        view = windowOf(field);
      });
    },
    setTracks: trail.setTracks,
    refresh: trail.refresh,
    draw: trail.draw,
    /** @param {Palette} next */
    async setPalette(next) {
      colours = next;
      trail.setPalette(next);
      handle.setPalette(next);
      if (shown) await render();
    },
    /** @param {Marker[]} next known minima */
    setMarkers(next) {
      markers = next;
      onLayout();
    },
    /** @param {import("./sketch.js").Sketch} next lines and arrows under the paths */
    setSketch(next) {
      sketch = next;
      drawLines();
    },
    setStart: handle.set,
    /** @param {Window | null} next null for the whole field */
    async setWindow(next) {
      if (!shown) return;
      await render(() => {
        view = next;
      });
    },
    unproject,
    levels: () =>
      LEVELS.map((share) => ({
        value: shown?.band.invert(share) ?? Number.NaN,
        colour: rampColour(colours.ramp, share),
      })),
    picture: () => plot.picture(colours.panel),
    dispose() {
      handle.dispose();
      plot.dispose();
    },
  };
}
