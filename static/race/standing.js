// @ts-check
/** How the race stands at the step that is shown, read off the data. */
import { comparable } from "./scope.js";

/**
 * @typedef {"" | "good" | "bad"} Mood
 * @typedef {{index: number, title: string, colour: number, loss: number, scope: import("./scope.js").Scope, batch: number | null, gradientNorm: number, words: string, mood: Mood,
 *   diverged: import("../types.js").DivergedEvent | null}} Standing `diverged` is set once the step shown has reached it
 */

const STILL = 1e-6;
const LEVEL = 1e-4;

/** Too close to call: alike in every digit that is shown. @param {number} a @param {number} b */
export const level = (a, b) => Math.abs(a - b) <= LEVEL * Math.max(Math.abs(a), Math.abs(b));

/** @param {import("./context.js").Context} context @returns {Standing[]} */
export function standing(context) {
  const step = context.step();
  const shown = context.live.get().run.tracks.map((track, index) => at(track, index, step));
  const running = shown.filter((racer) => !racer.diverged && Number.isFinite(racer.loss));
  const best = Math.min(...running.map((racer) => racer.loss));
  const ahead = running.filter((racer) => level(racer.loss, best));
  const led = running.length > 1 && ahead.length === 1 && comparable(running);
  return shown.map((racer) => described(racer, led && ahead[0].index === racer.index));
}

/**
 * What is known of a racer at a step: of the last one all examples, whatever the others tell of.
 *
 * @param {import("../types.js").Track} track @param {number} index @param {number} step @returns {Standing}
 */
function at({ buffer, title, colour }, index, step) {
  const frame = buffer.frame(buffer.at(step));
  const ended = step >= buffer.lastStep;
  const over = ended ? buffer.diverged : null;
  const whole = ended && buffer.scope === "batch" && Number.isFinite(buffer.final?.loss) ? buffer.final : null;
  return {
    index,
    title,
    colour,
    loss: whole?.loss ?? frame.loss,
    scope: whole ? "objective" : buffer.scope,
    batch: whole ? null : buffer.batch,
    gradientNorm: whole?.gradient_norm ?? frame.gradientNorm,
    words: "",
    mood: "",
    diverged: over,
  };
}

/** @param {Standing} racer @param {boolean} leads @returns {Standing} */
function described(racer, leads) {
  if (racer.diverged) return { ...racer, words: "diverged", mood: "bad" };
  if (racer.gradientNorm < STILL) return { ...racer, words: leads ? "leading" : "at rest", mood: "good" };
  return { ...racer, words: leads ? "leading" : "", mood: leads ? "good" : "" };
}
