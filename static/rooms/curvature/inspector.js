// @ts-check
/**
 * The Hessian at the step that is shown. The stream of a run carries no parameters, so a racer is run again up to that
 * step: a run is a pure function of its spec, and its first t steps do not depend on how many follow.
 */
import { failureOf, latest } from "../../failure.js";
import { isNetwork, runSpec } from "../../race/state.js";
import { postJson, postStream } from "../../stream.js";

/**
 * @typedef {import("../../race/state.js").Spec} Spec
 * @typedef {import("../../race/state.js").Page} Page
 * @typedef {import("../../race/context.js").Context & {seen: import("../../store.js").Store<Seen>}} CurvatureContext
 * @typedef {{step: number, colour: number, title: string, parameters: Float64Array}} Place where a racer was
 * @typedef {object} Seen
 * @property {"empty" | "loading" | "ready" | "failed"} status
 * @property {any} reply of /api/hessian
 * @property {Place | null} place that the reply belongs to
 * @property {string} look that it was asked for
 * @property {import("./sketches.js").Shown[] | null} steps as they are drawn, once they are
 * @property {import("../../failure.js").Failure | null} failure that stands until the next answer; with a reply: what
 *   the look asks for was refused, and the reply does not hold it
 */

/** @returns {Seen} */
export const nothingSeen = () => ({ status: "empty", reply: null, place: null, look: "", steps: null, failure: null });

const QUIET = 220;
// While it plays, answers that come at least this fast follow the race; slower ones wait until it rests.
const QUICK = 700;
const PERIOD = 450;
/** From here on the ends of the spectrum stand for all of it: solving the whole would keep people waiting. */
const WHOLE_SPECTRUM = 500;
const WHOLE_DENSITY = 1100;
const ENDS = { top: 10, bottom: 10 };

/** @param {Page["pair"]} pair */
export const planeOf = (pair) => ({ kind: "eigenvectors", pair });

/**
 * The run whose last frame is a racer at a step.
 *
 * @param {Spec} spec
 * @param {number} run
 * @param {number} step
 */
export function runUntil(spec, run, step) {
  const steps = Math.max(1, step);
  return { ...runSpec(spec), optimisers: [spec.optimisers[run]], steps, record: { every: steps, parameters: true } };
}

/**
 * What a look asks of /api/hessian. Its limits are the server's own: what is too large is refused there, with a remedy.
 *
 * @param {Page} page
 * @param {number} dim
 */
export function questionOf({ panel: look, pair }, dim) {
  if (look === "plane") return { steps: true, plane: planeOf(pair) };
  if (look === "hessian") return { matrix: true, ...(dim > WHOLE_SPECTRUM ? ENDS : {}) };
  if (look === "spectrum") return { density: true, ...(dim > WHOLE_DENSITY ? ENDS : {}) };
  return { ...(dim > WHOLE_SPECTRUM ? ENDS : {}) };
}

/** @param {CurvatureContext} context */
export function createInspector(context) {
  const { store, live, seen } = context;
  let asked = "";
  let started = 0;
  let took = 0;
  let busy = false;
  let timer = 0;
  let awaited = "";

  const job = latest(
    async (/** @type {{spec: Spec, page: Page, step: number}} */ { spec, page, step }, signal) => {
      seen.set({ status: "loading" });
      const place = await placeAt(context, page.selected, step, signal);
      const { objective, seed } = spec;
      const dim = place.parameters.length;
      const question = questionOf(page, dim);
      const parts = isNetwork(spec) ? { gauss_newton: true } : {};
      const base = { objective, seed, parameters: Array.from(place.parameters), ...parts };
      const { reply, failure } = await answered(base, question, questionOf({ ...page, panel: "run" }, dim), signal);
      seen.set({ status: "ready", reply, place, look: page.panel, steps: null, failure });
    },
    (failure) => seen.set({ status: "failed", failure, look: store.get().page.panel }),
  );

  const wish = () => {
    const { spec, page } = store.get();
    const step = Math.round(context.step());
    return { spec, page, step, key: JSON.stringify([runSpec(spec), page.selected, page.panel, page.pair, step]) };
  };

  async function start() {
    clearTimeout(timer);
    awaited = "";
    const { key, ...now } = wish();
    if (key === asked || !live.get().run.tracks[now.page.selected]?.buffer.length) return;
    asked = key;
    busy = true;
    started = performance.now();
    await job.start(now);
    if (key !== asked) return;
    busy = false;
    took = performance.now() - started;
    consider();
  }

  /** Ask at once where the race plays and answers are quick, else when it has come to rest. */
  function consider() {
    const { playing, waiting } = context.player.state();
    const { key } = wish();
    // Steps that arrive while nothing moves are no reason to wait longer.
    if (key === awaited && (!playing || waiting)) return;
    awaited = key;
    clearTimeout(timer);
    if (!playing || waiting) timer = window.setTimeout(start, QUIET);
    else if (!busy && took < QUICK) timer = window.setTimeout(start, Math.max(0, started + PERIOD - performance.now()));
  }

  const again = () => {
    asked = "";
    consider();
  };
  const stops = [
    context.onPulse(consider),
    store.subscribe((s) => s.spec, consider),
    store.subscribe((s) => s.page, consider),
    live.subscribe((l) => l.player, consider),
    live.subscribe((l) => l.run.status, consider),
  ];
  return {
    again,
    dispose() {
      clearTimeout(timer);
      for (const stop of [...stops, job.stop]) stop();
    },
  };
}

/**
 * What was asked; where that is refused, the refusal and the answer to a plainer question.
 *
 * @param {object} base
 * @param {object} question
 * @param {object} plain
 * @param {AbortSignal} signal
 * @returns {Promise<{reply: any, failure: import("../../failure.js").Failure | null}>}
 */
async function answered(base, question, plain, signal) {
  const ask = (/** @type {object} */ asked) => postJson("api/hessian", { ...base, ...asked }, { signal });
  try {
    return { reply: await ask(question), failure: null };
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.kind !== "refused") throw error;
    return { reply: await ask(plain), failure };
  }
}

/**
 * A racer's parameters at a step, or at its last one where it diverged before.
 *
 * @param {CurvatureContext} context
 * @param {number} run
 * @param {number} step
 * @param {AbortSignal} signal
 * @returns {Promise<Place>}
 */
export async function placeAt({ store, live }, run, step, signal) {
  const track = live.get().run.tracks[run];
  const wanted = Math.min(step, track.buffer.lastStep);
  const place = { step: 0, colour: track.colour, title: track.title, parameters: new Float64Array() };
  for await (const event of postStream("api/runs", runUntil(store.get().spec, run, wanted), { signal })) {
    signal.throwIfAborted();
    if (event.kind !== "frames") continue;
    const index = Array.from(event.step).findLastIndex((/** @type {number} */ at) => at <= wanted);
    if (index < 0) continue;
    const dim = event.parameters.length / event.step.length;
    place.step = event.step[index];
    place.parameters = Float64Array.from(event.parameters.slice(index * dim, (index + 1) * dim));
  }
  return place;
}
