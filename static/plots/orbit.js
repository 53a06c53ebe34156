/** Cameras turned and zoomed without a mouse. Pure, but for the keys. */

/** @typedef {import("../types.js").PlotlyCamera} PlotlyCamera */

const TURN = Math.PI / 36;
const ZOOM = 1.12;
const STEEPEST = 0.49 * Math.PI;
const NEAREST = 0.4;
const FARTHEST = 8;

/** @param {PlotlyCamera} camera */
function spherical({ eye: { x, y, z } }) {
  const radius = Math.hypot(x, y, z);
  return { radius, azimuth: Math.atan2(y, x), elevation: Math.asin(z / radius) };
}

/** @param {PlotlyCamera} camera @param {number} radius @param {number} azimuth @param {number} elevation @returns {PlotlyCamera} */
function withEye(camera, radius, azimuth, elevation) {
  const across = radius * Math.cos(elevation);
  return {
    ...camera,
    eye: { x: across * Math.cos(azimuth), y: across * Math.sin(azimuth), z: radius * Math.sin(elevation) },
  };
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * Turn about the vertical axis and tilt, stopping short of the poles.
 * @param {PlotlyCamera} camera
 * @param {number} azimuth radians, counter-clockwise from above
 * @param {number} elevation radians, upwards
 */
export function orbited(camera, azimuth, elevation) {
  const now = spherical(camera);
  return withEye(camera, now.radius, now.azimuth + azimuth, clamp(now.elevation + elevation, -STEEPEST, STEEPEST));
}

/** @param {PlotlyCamera} camera @param {number} factor above 1 comes nearer */
export function zoomed(camera, factor) {
  const now = spherical(camera);
  return withEye(camera, clamp(now.radius / factor, NEAREST, FARTHEST), now.azimuth, now.elevation);
}

/**
 * @typedef {{orbit: (azimuth: number, elevation: number) => void, zoom: (factor: number) => void, reset: () => void}} Orbiting
 * @type {Record<string, (orbiting: Orbiting) => void>}
 */
const KEYS = {
  ArrowLeft: ({ orbit }) => orbit(-TURN, 0),
  ArrowRight: ({ orbit }) => orbit(TURN, 0),
  ArrowUp: ({ orbit }) => orbit(0, TURN),
  ArrowDown: ({ orbit }) => orbit(0, -TURN),
  "+": ({ zoom }) => zoom(ZOOM),
  "=": ({ zoom }) => zoom(ZOOM),
  "-": ({ zoom }) => zoom(1 / ZOOM),
  0: ({ reset }) => reset(),
};

/**
 * Make an element take the focus and turn the camera by keys; a key that is used goes no further.
 * @param {HTMLElement} element
 * @param {Orbiting} orbiting
 * @param {AbortSignal} signal
 */
export function listenToKeys(element, orbiting, signal) {
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  if (!element.hasAttribute("aria-label")) {
    element.setAttribute(
      "aria-label",
      "Loss surface in 3-D. Arrow keys turn it, plus and minus zoom, 0 resets the view.",
    );
  }
  element.addEventListener(
    "keydown",
    (event) => {
      const act = KEYS[event.key];
      if (!act || event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act(orbiting);
    },
    { signal },
  );
}
