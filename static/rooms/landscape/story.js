// @ts-check
/** One or two plain sentences on the race, computed from what is shown and nothing else. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { standing } from "./standing.js";
import { isNetwork } from "./state.js";

/** @typedef {import("./standing.js").Standing} Standing @typedef {import("./context.js").Context} Context */
/** @typedef {string | Node} Word */

const NEAR = 0.02;

/** @param {HTMLElement} host @param {Context} context */
export function story(host, context) {
  const line = h("p", { class: "story" });
  host.append(line);
  const tell = () => fill(line, ...sentences(context));
  tell();
  return disposal([
    context.onPulse(tell),
    context.live.subscribe((l) => l.run, tell),
    context.live.subscribe((l) => l.landscape, tell),
  ]);
}

/** @param {Context} context @returns {Word[]} */
function sentences(context) {
  const { run } = context.live.get();
  if (run.status === "empty") return ["Add an optimiser, then click the map to choose where it starts."];
  if (run.status === "failed" && !run.tracks.length) return ["The race did not start."];
  if (!run.tracks.length) return ["Setting off…"];
  const step = Math.floor(context.step());
  const racers = standing(context);
  const racing = racers.filter((r) => !r.diverged && Number.isFinite(r.loss)).sort((a, b) => a.loss - b.loss);
  return [...opening(step, racers, racing), ...middle(step, racing, context), ...fallen(racers)];
}

/** @param {Standing} racer */
const who = (racer) =>
  h("b", { class: `who line-${racer.colour + 1}` }, h("i", { class: "dot", "aria-hidden": "true" }), racer.title);

/** @param {number} step @param {Standing[]} all @param {Standing[]} racing @returns {Word[]} */
function opening(step, all, racing) {
  if (step === 0)
    return [
      all.length === 1 ? "At the start: " : `${all.length} racers, one start: `,
      `loss ${formatNumber(racing[0]?.loss ?? all[0].loss)}. `,
    ];
  if (!racing.length) return [];
  const [first, second] = racing;
  if (!second) return [who(first), ` is at loss ${formatNumber(first.loss)} after ${step} steps. `];
  if (first.loss === second.loss)
    return [who(first), " and ", who(second), ` are level at step ${step}, at loss ${formatNumber(first.loss)}. `];
  return [
    who(first),
    ` leads at step ${step} with loss ${formatNumber(first.loss)}; `,
    who(second),
    ` follows at ${formatNumber(second.loss)}. `,
  ];
}

/** @param {number} step @param {Standing[]} racing @param {Context} context @returns {Word[]} */
function middle(step, racing, context) {
  if (step === 0 || racing.length < 2) return [];
  const apart = valleys(racing, context);
  if (apart) return apart;
  const last = racing[racing.length - 1];
  if (racing.length > 2)
    return [
      who(last),
      last.words === "at rest"
        ? ` has come to rest at ${formatNumber(last.loss)}. `
        : ` trails at ${formatNumber(last.loss)}. `,
    ];
  return [];
}

/** Which known minimum each racer has reached, where they reached different ones. @param {Standing[]} racing @param {Context} context @returns {Word[] | null} */
function valleys(racing, context) {
  if (isNetwork(context.store.get().spec)) return null;
  const { description, landscape, run } = context.live.get();
  const minima = description.value?.minima ?? [];
  const window = landscape.reply?.window;
  if (minima.length < 2 || !window) return null;
  const reach = NEAR * Math.hypot(window[1] - window[0], window[3] - window[2]);
  const reached = racing.map((racer) => nearest(run.tracks[racer.index].buffer, context.step(), minima, reach));
  const other = reached.findIndex((valley) => valley >= 0 && reached[0] >= 0 && valley !== reached[0]);
  if (other < 0) return null;
  return [
    "From the same start, ",
    who(racing[other]),
    ` reached another minimum, near ${place(minima[reached[other]].point)}. `,
  ];
}

/** @param {number[]} point */
const place = (point) => `(${point.map((v) => formatNumber(v, 3)).join(", ")})`;

/** @param {import("../../run.js").RunBuffer} buffer @param {number} step @param {{point: number[]}[]} minima @param {number} reach */
function nearest(buffer, step, minima, reach) {
  const { x, y } = buffer.frame(buffer.at(step));
  return minima.findIndex(({ point }) => Math.hypot(point[0] - x, point[1] - y) < reach);
}

/** @param {Standing[]} racers @returns {Word[]} */
function fallen(racers) {
  const gone = racers.filter((racer) => racer.diverged);
  if (gone.length === 1) return [who(gone[0]), ` diverged at step ${gone[0].diverged?.step}. `];
  const names = gone.flatMap((racer, i) => [i === 0 ? "" : i === gone.length - 1 ? " and " : ", ", who(racer)]);
  return gone.length ? [...names, " diverged. "] : [];
}
