/** What Plotly is asked to draw, as pure functions of the state. */

import { rowsOf } from "./field.js";
import { colourscale, rampColour } from "./palette.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Scale} Scale */
/** @typedef {import("../types.js").Heights} Heights */
/** @typedef {import("../types.js").Palette} Palette */

const LIGHTING_DARK = { ambient: 0.55, diffuse: 0.75, specular: 0.12, roughness: 0.7, fresnel: 0.05 };
// Less of it on a light ramp, whose top would burn out into the white behind.
const LIGHTING_LIGHT = { ambient: 0.52, diffuse: 0.6, specular: 0.04, roughness: 0.8, fresnel: 0.02 };
const TRANSPARENT = "rgba(0,0,0,0)";
const LINES_3D = 18;
const BANDS_2D = 18;
/** Beyond this ratio of the sides an equal scale would waste most of the plot. */
const LONGEST_EQUAL = 2.5;

export const CONFIG_3D = { displayModeBar: false, responsive: false, scrollZoom: false };
export const CONFIG_2D = { ...CONFIG_3D, doubleClick: false, showTips: false };

/** @returns {object} the configuration with the display's pixel ratio, at most 2 */
export const sharp = () => ({ ...CONFIG_3D, plotGlPixelRatio: Math.min(2, window.devicePixelRatio || 1) });

/** @type {import("../types.js").PlotlyCamera} */
const HOME = {
  eye: { x: -0.82, y: -1.62, z: 1.16 },
  center: { x: 0, y: 0, z: -0.2 },
  up: { x: 0, y: 0, z: 1 },
};

/** Narrower than this, a picture shows less than the whole surface from the home position. */
const HOME_RATIO = 1.1;
const FURTHEST = 1.6;

/** The first view: from further back where the picture is narrow. @param {{width: number, height: number}} size @returns {import("../types.js").PlotlyCamera} */
export function homeFor({ width, height }) {
  const back = Math.min(FURTHEST, Math.max(1, (HOME_RATIO * height) / (width || 1)));
  const { x, y, z } = HOME.eye;
  return { ...HOME, eye: { x: back * x, y: back * y, z: back * z } };
}

/** Lines on the surface take no transparency: a shade of the ramp keeps them calm. @param {Palette} palette */
const reliefLine = ({ ramp, dark }) => rampColour(ramp, dark ? 0.86 : 0.3);

/** @param {number} ratio width by depth @returns {{x: number, y: number, z: number}} */
function aspect(ratio) {
  const fitting = Math.min(LONGEST_EQUAL, Math.max(1 / LONGEST_EQUAL, ratio));
  const side = 1.25;
  return { x: side * Math.min(1, fitting), y: side * Math.min(1, 1 / fitting), z: 0.6 };
}

/**
 * @param {Field} field
 * @param {Heights} heights
 * @param {object} look
 * @param {Scale} look.height
 * @param {Scale} look.band
 * @param {Palette} look.palette
 * @param {import("../types.js").PlotlyCamera} look.camera
 */
export function surfaceFigure(field, heights, { height, band, palette, camera }) {
  const size = (heights.high - heights.low) / LINES_3D;
  const levels = {
    show: true,
    color: reliefLine(palette),
    width: 1,
    start: heights.low + size / 2,
    end: heights.high,
    size,
  };
  /** The border: one line at each end of an axis, a hair inside, since at the very end there is no surface to cross. */
  const border = (/** @type {number} */ start, /** @type {number} */ end) => {
    const hair = 1e-4 * (end - start);
    return { ...levels, start: start + hair, end, size: end - start - 2 * hair, highlight: false };
  };
  const axis = (/** @type {number[]} */ range) => ({ visible: false, showspikes: false, range });
  return {
    data: [
      {
        type: "surface",
        x: field.x,
        y: field.y,
        z: rowsOf(field, height),
        surfacecolor: rowsOf(field, band),
        cmin: 0,
        cmax: 1,
        colorscale: colourscale(palette.ramp),
        showscale: false,
        hoverinfo: "skip",
        connectgaps: false,
        contours: {
          x: border(heights.x0, heights.x1),
          y: border(heights.y0, heights.y1),
          z: { ...levels, highlight: false },
        },
        lighting: palette.dark ? LIGHTING_DARK : LIGHTING_LIGHT,
        lightposition: { x: -4000, y: -1500, z: 6000 },
      },
    ],
    layout: {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: TRANSPARENT,
      autosize: true,
      scene: {
        bgcolor: TRANSPARENT,
        hovermode: false,
        dragmode: "turntable",

        camera,
        xaxis: axis([heights.x0, heights.x1]),
        yaxis: axis([heights.y0, heights.y1]),
        zaxis: axis([heights.low, heights.high]),
        aspectmode: "manual",
        aspectratio: aspect((heights.x1 - heights.x0) / (heights.y1 - heights.y0)),
      },
    },
  };
}

/** The contour levels as shares of the band scale. */
export const LEVELS = Array.from({ length: BANDS_2D - 1 }, (_, i) => (i + 1) / BANDS_2D);

/**
 * @param {Field} field
 * @param {object} look
 * @param {Scale} look.band
 * @param {Palette} look.palette
 * @param {readonly string[]} look.labels of the axes
 * @param {boolean} look.equal one unit as long along both axes
 * @param {readonly [number, number, number, number]} look.window
 * @param {boolean} look.pannable
 */
export function contourFigure(field, { band, palette, labels, equal, window, pannable }) {
  const size = 1 / BANDS_2D;
  const axis = (/** @type {number} */ k, /** @type {object} */ rest) => ({
    range: [window[2 * k], window[2 * k + 1]],
    title: { text: labels[k], standoff: 6, font: { size: 12, color: palette.muted } },
    showgrid: false,
    zeroline: false,
    nticks: 7,
    ticks: "outside",
    ticklen: 4,
    tickcolor: palette.rule,
    linecolor: palette.rule,
    constrain: "domain",
    fixedrange: !pannable,
    separatethousands: false,
    exponentformat: "power",
    minexponent: 4,
    ...rest,
  });
  return {
    data: [
      {
        type: "contour",
        x: field.x,
        y: field.y,
        z: rowsOf(field, band),
        zmin: 0,
        zmax: 1,
        zauto: false,
        autocontour: false,
        colorscale: colourscale(palette.ramp),
        showscale: false,
        hoverinfo: "skip",
        connectgaps: false,
        contours: { start: size, end: 1 - size / 2, size },
        line: { color: palette.isoline, width: 0.8, smoothing: 1 },
      },
    ],
    layout: {
      margin: { l: 46, r: 14, t: 10, b: 40 },
      paper_bgcolor: TRANSPARENT,
      plot_bgcolor: TRANSPARENT,
      autosize: true,
      font: { family: palette.font, size: 12, color: palette.muted },
      dragmode: pannable ? "pan" : false,
      hovermode: false,
      xaxis: axis(0, {}),
      yaxis: axis(1, equal ? { scaleanchor: "x", scaleratio: 1 } : {}),
    },
  };
}

/** Would equal scales use the plot well? @param {readonly [number, number, number, number]} window */
export function suitsEqual([x0, x1, y0, y1]) {
  const ratio = (x1 - x0) / (y1 - y0);
  return ratio <= LONGEST_EQUAL && ratio >= 1 / LONGEST_EQUAL;
}
