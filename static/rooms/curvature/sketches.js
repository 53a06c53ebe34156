// @ts-check
/** The osculating quadratic and its steps as lines for both pictures. Pure. */
import { eigen2, isoline, mesh, stepsWithin, valueAt } from "../../plots/quadratic.js";

/** @typedef {import("../../plots/sketch.js").Sketch} Sketch @typedef {import("../../plots/sketch.js").Point} Point */
/** @typedef {import("../../plots/quadratic.js").Quadratic} Quadratic */
/** @typedef {[number, number, number, number]} Window */
/** @typedef {"warn" | "accent" | "good"} Ink */
/**
 * @typedef {object} Shown A step as it is drawn.
 * @property {string} title
 * @property {Ink} ink
 * @property {ArrayLike<number> | null} position in the plane
 * @property {number | null} predicted loss
 * @property {number | null} loss true, where the whole step leads
 * @property {number | null} captured share of its squared length that lies in the plane
 * @property {boolean} within the whole step does not exist; this is its part in the plane
 * @property {string | null} reason
 */

/** In the order in which they are told. @type {{name: "gradient" | "newton" | "saddle_free", title: string, ink: Ink}[]} */
const STEPS = [
  { name: "gradient", title: "Gradient", ink: "warn" },
  { name: "newton", title: "Newton", ink: "accent" },
  { name: "saddle_free", title: "Saddle-free", ink: "good" },
];

/**
 * The steps of a reply. Where the Hessian has no inverse, Newton's and the saddle-free step have none, but along the
 * plane's directions they do: that part stands in for them, and is marked.
 *
 * @param {any} steps
 * @returns {Shown[]}
 */
export function shownSteps(steps) {
  /** @type {Record<string, [number, number]> | null} */
  const within = stepsWithin(steps.quadratic);
  return STEPS.map(({ name, title, ink }) => {
    const { position, predicted_loss: predicted, loss, captured, reason } = steps[name];
    if (position || !within?.[name]) return { title, ink, position, predicted, loss, captured, reason, within: false };
    const [x, y] = within[name];
    const promised = valueAt(steps.quadratic, x, y);
    return { title, ink, reason, position: [x, y], predicted: promised, loss: null, captured: null, within: true };
  });
}

/** Two steps closer than this share of the window are one arrow with two names. */
const SAME = 0.012;

/**
 * From above: where the quadratic puts the levels that the picture shows.
 *
 * @param {Shown[]} steps
 * @param {Quadratic} quadratic
 * @param {number[]} levels
 * @param {Window} window
 * @returns {Sketch}
 */
export function fromAbove(steps, quadratic, levels, window) {
  const q = (/** @type {number} */ x, /** @type {number} */ y) => valueAt(quadratic, x, y);
  const curves = levels.flatMap((level) =>
    isoline(q, level, window).map((points) => ({ points, ink: /** @type {const} */ ("ink"), width: 1.3 })),
  );
  return { curves, arrows: arrowsOf(steps, quadratic, window) };
}

/**
 * In space: the quadratic as a wire mesh, each step on it, and from there a drop to the true loss.
 *
 * @param {Shown[]} steps
 * @param {Quadratic} quadratic
 * @param {Window} window
 * @returns {Sketch}
 */
export function inSpace(steps, quadratic, window) {
  const ink = /** @type {const} */ ("ink");
  const wires = mesh(quadratic, window).map((points) => ({ points, ink, width: 1, faint: true }));
  const arrows = arrowsOf(steps, quadratic, window).map((arrow) => ({ ...arrow, label: "" }));
  return { curves: [...wires, ...drops(steps)], arrows };
}

/** From what the quadratic promised to what the loss is there. @param {Shown[]} steps @returns {Sketch["curves"]} */
function drops(steps) {
  return steps.flatMap(({ position, predicted, loss, ink }) => {
    if (!position || predicted === null || loss === null) return [];
    const points = [predicted, loss].map((z) => /** @type {Point} */ ([position[0], position[1], z]));
    return [{ points, ink, width: 2, dashed: true }];
  });
}

/** @param {Shown[]} steps @param {Quadratic} quadratic @param {Window} window @returns {Sketch["arrows"]} */
function arrowsOf(steps, { point, loss }, [x0, x1]) {
  /** @type {Sketch["arrows"]} */
  const arrows = [];
  for (const { title, ink, position, predicted } of steps) {
    if (!position) continue;
    const to = /** @type {Point} */ ([position[0], position[1], predicted ?? loss]);
    const same = arrows.find((arrow) => Math.hypot(arrow.to[0] - to[0], arrow.to[1] - to[1]) < SAME * (x1 - x0));
    if (same) same.label += ` = ${title}`;
    else arrows.push({ from: [point[0], point[1], loss], to, ink, label: title });
  }
  return arrows;
}

const REACH = 1.6;
const FURTHEST = 1e4;
const LEAST = 0.3;
const BEYOND = 4;
// Newton's step goes along a valley √κ times as far as the loss lets one go across it: enough for κ of 3,000.
const MOST = 100;

/**
 * A square about the point that holds its steps, but for those that would make it more than a multiple of the distance at
 * which the quadratic, bending by its larger eigenvalue, rises by the loss that there is; and at least a share of that.
 *
 * @param {Shown[]} steps
 * @param {Quadratic} quadratic
 * @param {number} zoom above 1: wider
 * @returns {Window}
 */
export function windowFor(steps, { point, loss, matrix }, zoom) {
  const reaches = steps.flatMap(({ position }) =>
    position ? [Math.hypot(position[0] - point[0], position[1] - point[1])] : [],
  );
  const bend = Math.max(...eigen2(matrix).map(({ value }) => Math.abs(value)));
  const natural = bend > 0 ? Math.sqrt((2 * Math.max(Math.abs(loss), 1 / FURTHEST)) / bend) : 1;
  const near = reaches.filter((reach) => REACH * reach <= MOST * natural);
  const least = near.length < reaches.length ? BEYOND : LEAST;
  const half = zoom * Math.max(least * natural, REACH * Math.max(0, ...near));
  return [point[0] - half, point[0] + half, point[1] - half, point[1] + half];
}
