/** Curves over steps, thinned to what a screen can show. Pure, but for the stroke. */

/** @typedef {import("../types.js").Track} Track */
/** @typedef {{low: number, high: number, gaps: number}} Domain `gaps`: values that a log scale has no place for */

/** A log axis spans at most this many decades below its top: a loss of 10⁻³⁰⁰ must not flatten the rest. */
const DECADES = 18;

/**
 * The value axis that holds every frame of every track.
 * @param {Track[]} tracks
 * @param {{quantity: string, scale: "log" | "linear"}} view
 * @returns {Domain}
 */
export function domainOf(tracks, { quantity, scale }) {
  let [low, high, gaps] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { buffer } of tracks) {
    const { array, length } = buffer.column(quantity);
    for (let i = 0; i < length; i++) {
      if (scale === "log" && !(array[i] > 0)) {
        gaps++;
        continue;
      }
      if (array[i] < low) low = array[i];
      if (array[i] > high) high = array[i];
    }
  }
  if (!(low <= high)) return { low: scale === "log" ? 1e-3 : 0, high: 1, gaps };
  return { ...(scale === "log" ? logDomain(low, high) : linearDomain(low, high)), gaps };
}

/** @param {number} low @param {number} high */
function logDomain(low, high) {
  const top = 10 ** Math.ceil(Math.log10(high) + 1e-9);
  const bottom = 10 ** Math.floor(Math.log10(Math.max(low, high * 10 ** -DECADES, 1e-300)));
  return { low: Math.min(bottom, top / 10), high: top };
}

/** @param {number} low @param {number} high */
function linearDomain(low, high) {
  const margin = 0.04 * (high - low || Math.abs(high) || 1);
  return { low: low - margin, high: high + margin };
}

/**
 * Points of a curve in pixels; NaN in `y` is a gap. Where many steps share a pixel column only its first, lowest, highest
 * and last point are kept, so that a long run costs no more than its width.
 *
 * @param {import("../run.js").RunBuffer} buffer
 * @param {string} quantity
 * @param {(step: number) => number} across
 * @param {(value: number) => number} down
 * @param {number} width in pixels
 * @returns {{x: number[], y: number[]}}
 */
export function curveOf(buffer, quantity, across, down, width) {
  const steps = buffer.column("step").array;
  const { array, length } = buffer.column(quantity);
  const y = Float64Array.from({ length }, (_, i) => down(array[i]));
  const kept = length <= 4 * width ? y.keys() : extremes(y, (i) => Math.floor(across(steps[i])));
  const curve = { x: /** @type {number[]} */ ([]), y: /** @type {number[]} */ ([]) };
  for (const i of kept) {
    curve.x.push(across(steps[i]));
    curve.y.push(y[i]);
  }
  return curve;
}

/** Indices of the first, least, greatest and last value of each group of neighbours, and of every gap's first. @param {Float64Array} values @param {(index: number) => number} group */
function* extremes(values, group) {
  for (let start = 0; start < values.length; ) {
    const column = group(start);
    let [end, least, greatest] = [start, start, start];
    while (end < values.length && group(end) === column && Number.isNaN(values[end]) === Number.isNaN(values[start])) {
      if (values[end] < values[least]) least = end;
      if (values[end] > values[greatest]) greatest = end;
      end++;
    }
    yield* new Set([start, Math.min(least, greatest), Math.max(least, greatest), end - 1]);
    start = end;
  }
}

/** @param {CanvasRenderingContext2D} context @param {{x: number[], y: number[]}} curve @param {string} colour @param {number} width */
export function strokeCurve(context, { x, y }, colour, width) {
  context.beginPath();
  let open = false;
  for (let i = 0; i < x.length; i++) {
    const drawable = !Number.isNaN(y[i]);
    if (drawable && open) context.lineTo(x[i], y[i]);
    else if (drawable) context.moveTo(x[i], y[i]);
    open = drawable;
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
