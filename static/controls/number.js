// @ts-check
import { h, uniqueId } from "../dom.js";
import { bounds } from "../schema.js";
import { frame } from "./frame.js";

const TRAVEL = 1000;
// Past this a slider hits nothing that was meant, as with seeds.
const WIDEST = 1e8;
const FINE = { linear: 0.01, log: 0.02 };

/** @typedef {ReturnType<typeof bounds>} Bounds */

/**
 * Where a value stands on a slider of length 1, and back.
 *
 * @param {Bounds} b
 */
export function travel(b) {
  const log = b.scale === "log";
  const [low, high] = log ? [Math.log(b.low), Math.log(b.high)] : [b.low, b.high];
  return {
    /** @param {number} value */
    of: (value) =>
      Math.min(1, Math.max(0, ((log ? Math.log(Math.max(value, Number.MIN_VALUE)) : value) - low) / (high - low))),
    /** @param {number} at */
    at: (at) => tidy(log ? Math.exp(low + at * (high - low)) : low + at * (high - low), b),
  };
}

/** Three significant digits of the span: what a hand on a slider can mean. @param {number} value @param {Bounds} b */
function tidy(value, b) {
  if (b.whole) return Math.round(value);
  if (b.scale === "log") return Number(value.toPrecision(3));
  const unit = 10 ** Math.floor(Math.log10((b.high - b.low) / 100));
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

/**
 * What is wrong with a typed number; null when nothing is.
 *
 * @param {string} text
 * @param {import("../schema.js").Schema} schema
 */
export function complaint(text, schema) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return `“${text}” is not a number; write it like 0.01 or 1e-3.`;
  if (schema.type === "integer" && !Number.isInteger(value)) return `${text} must be a whole number.`;
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (minimum !== undefined && value < minimum) return `${text} must be at least ${minimum}.`;
  if (maximum !== undefined && value > maximum) return `${text} must be at most ${maximum}.`;
  if (above !== undefined && value <= above) return `${text} must be above ${above}.`;
  if (below !== undefined && value >= below) return `${text} must be below ${below}.`;
  return null;
}

/**
 * A number with a slider: `travel` maps it linearly or by its logarithm.
 *
 * @param {import("./frame.js").ControlOptions} options
 * @returns {import("./frame.js").Control}
 */
export function numberControl(options) {
  const b = bounds(options.schema);
  const scale = travel(b);
  const name = options.context ? `${options.title} of ${options.context}` : options.title;
  const box = h("input", {
    class: "input input-number",
    id: uniqueId("number"),
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
  });
  const range = h("input", {
    class: "range",
    type: "range",
    min: 0,
    max: TRAVEL,
    step: 1,
    "aria-label": `${name}, slider`,
  });
  const shell = frame(options, { input: box });
  shell.head.append(box);
  if (b.high - b.low <= WIDEST) shell.body(range);

  /** @param {number} value */
  const place = (value) => {
    range.value = String(scale.of(value) * TRAVEL);
    range.setAttribute("aria-valuetext", String(value));
  };
  /** @param {any} value */
  const set = (value) => {
    if (document.activeElement !== box || Number(box.value) !== value) box.value = String(value);
    place(Number(value));
  };
  /** @param {number} value */
  const give = (value) => {
    box.value = String(value);
    accept();
  };
  const accept = () => {
    const wrong = complaint(box.value, options.schema);
    shell.report(wrong ? [{ path: [], detail: wrong }] : []);
    if (wrong) return;
    place(Number(box.value));
    options.onChange(Number(box.value));
  };
  range.addEventListener("input", () => give(scale.at(Number(range.value) / TRAVEL)));
  box.addEventListener("change", accept);
  box.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    give(nudged(Number(box.value), direction, b, scale));
  });
  set(options.value);
  return { element: shell.element, set, report: shell.report };
}

/** @param {number} value @param {number} direction @param {Bounds} b @param {ReturnType<typeof travel>} scale */
function nudged(value, direction, b, scale) {
  if (b.whole) return value + direction;
  return scale.at(Math.min(1, Math.max(0, scale.of(value) + direction * FINE[b.scale])));
}
