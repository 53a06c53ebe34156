/**
 * Everything that is read from Plotly's private fields, in one place: it belongs to the pinned version, and a browser
 * test fails where a field is gone. Only what the public interface does not give: where a data point is on the screen.
 */

import { createCamera } from "./projection.js";

/** @typedef {any} PlotlyElement the element that Plotly draws in */

/** @param {PlotlyElement} element @returns {any} Plotly's scene, or null without WebGL */
export const sceneOf = (element) => element._fullLayout?.scene?._scene ?? null;

/**
 * The camera of the last frame that was rendered; null before the first.
 * @param {PlotlyElement} element
 * @param {number} width CSS pixels
 * @param {number} height
 */
export function renderedCamera(element, width, height) {
  const scene = sceneOf(element);
  const params = scene?.glplot?.cameraParams;
  return params?.view ? createCamera(params, scene.dataScale, width, height) : null;
}

/**
 * Call back after every frame that Plotly renders, across new drawings and lost contexts.
 * @param {PlotlyElement} element
 * @param {() => void} rendered
 * @returns {{attach: () => void, stop: () => void}} `attach` after each `newPlot` or `react`
 */
export function followRenders(element, rendered) {
  const followed = new WeakSet();
  let frame = 0;
  let active = true;

  function attach() {
    const glplot = sceneOf(element)?.glplot;
    if (!glplot || followed.has(glplot)) return;
    followed.add(glplot);
    const before = glplot.onrender;
    glplot.onrender = () => {
      before?.();
      if (active) rendered();
    };
  }

  /** A lost context ends in a new plot, at a frame that Plotly does not announce. @param {any} lost */
  function awaitRecovery(lost) {
    const glplot = sceneOf(element)?.glplot;
    if (glplot && glplot !== lost) attach();
    else if (active) frame = requestAnimationFrame(() => awaitRecovery(lost));
  }

  const onLost = () => awaitRecovery(sceneOf(element)?.glplot);
  let listening = false;
  return {
    attach() {
      attach();
      if (!listening) {
        element.on?.("plotly_webglcontextlost", onLost);
        // A browser restores a context only if someone prevents the default; Plotly, which waits for that, does not.
        element.addEventListener("webglcontextlost", (/** @type {Event} */ event) => event.preventDefault(), true);
      }
      listening = true;
    },
    stop() {
      active = false;
      cancelAnimationFrame(frame);
    },
  };
}

/**
 * The axes of a 2-D plot as maps between data and CSS pixels of the element; null before the first drawing.
 * @param {PlotlyElement} element
 */
export function axesOf(element) {
  const x = element._fullLayout?.xaxis;
  const y = element._fullLayout?.yaxis;
  if (!x?._length || !y?._length) return null;
  return {
    /** @param {number} value */
    px: (value) => x._offset + x.l2p(value),
    /** @param {number} value */
    py: (value) => y._offset + y.l2p(value),
    /** @param {number} pixel */
    x: (pixel) => x.p2l(pixel - x._offset),
    /** @param {number} pixel */
    y: (pixel) => y.p2l(pixel - y._offset),
    box: { left: x._offset, top: y._offset, right: x._offset + x._length, bottom: y._offset + y._length },
    window: /** @type {[number, number, number, number]} */ ([...x.range, ...y.range]),
  };
}
