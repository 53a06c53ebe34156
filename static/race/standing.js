// @ts-check
/** How the race stands at the step that is shown, read off the data. */

/**
 * @typedef {"" | "good" | "bad"} Mood
 * @typedef {{index: number, title: string, colour: number, loss: number, scope: import("./scope.js").Scope, gradientNorm: number, words: string, mood: Mood,
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
  return shown.map((racer) =>
    described(racer, running.length > 1 && ahead.length === 1 && ahead[0].index === racer.index),
  );
}

/** @param {import("../types.js").Track} track @param {number} index @param {number} step @returns {Standing} */
function at({ buffer, title, colour }, index, step) {
  const frame = buffer.frame(buffer.at(step));
  const over = buffer.diverged && step >= buffer.lastStep ? buffer.diverged : null;
  return {
    index,
    title,
    colour,
    loss: frame.loss,
    scope: buffer.scope,
    gradientNorm: frame.gradientNorm,
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
