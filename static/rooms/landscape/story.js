// @ts-check
/** One or two plain sentences on the race, computed from what is shown and nothing else. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { comparable, ofWhat } from "../../race/scope.js";
import { level, standing } from "../../race/standing.js";
import { isNetwork } from "../../race/state.js";

/** @typedef {import("../../race/standing.js").Standing} Standing @typedef {import("../../race/context.js").Context} Context */
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
  if (!comparable(racing)) return [...racing.flatMap(apart), NO_ORDER, ...fallen(racers)];
  return [...opening(step, racers, racing), ...middle(step, racing, context), ...fallen(racers)];
}

/** @param {Standing} racer */
const who = (racer) =>
  h("b", { class: `who line-${racer.colour + 1}` }, h("i", { class: "dot", "aria-hidden": "true" }), racer.title);

/** “A, B and C”. @param {Standing[]} racers @returns {Word[]} */
const names = (racers) =>
  racers.flatMap((racer, i) => [i === 0 ? "" : i === racers.length - 1 ? " and " : ", ", who(racer)]);

/** A racer by itself. @param {Standing} racer @returns {Word[]} */
const apart = (racer) => [
  who(racer),
  ` is at loss ${formatNumber(racer.loss)} ${racer.scope === "batch" ? `of its batch of ${racer.batch}` : "of all examples"}. `,
];

const NO_ORDER = "Losses of different examples do not compare: none leads. ";

/** @param {number} step @param {Standing[]} all @param {Standing[]} racing best first @returns {Word[]} */
function opening(step, all, racing) {
  if (!racing.length) return [];
  const loss = `loss${ofWhat(racing[0].scope)} ${formatNumber(racing[0].loss)}`;
  if (step === 0) return [all.length === 1 ? "At the start: " : `${all.length} racers, one start: `, `${loss}. `];
  const ahead = racing.filter((racer) => level(racer.loss, racing[0].loss));
  if (racing.length === 1) return [who(racing[0]), ` is at ${loss} after ${step} steps. `];
  if (ahead.length > 1) return [...names(ahead), ` are level at step ${step}, at ${loss}. `];
  const next = racing[1];
  return [
    who(racing[0]),
    ` leads at step ${step} with ${loss}; `,
    who(next),
    ` follows at ${formatNumber(next.loss)}. `,
  ];
}

/** @param {number} step @param {Standing[]} racing @param {Context} context @returns {Word[]} */
function middle(step, racing, context) {
  if (step === 0 || racing.length < 2) return [];
  const valley = valleys(racing, context);
  if (valley) return valley;
  const last = racing[racing.length - 1];
  if (racing.length === 2 || level(last.loss, racing[0].loss)) return [];
  const words = last.words === "at rest" ? "has come to rest" : "trails";
  return [who(last), ` ${words} at ${formatNumber(last.loss)}. `];
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
    ` came to another minimum, near ${place(minima[reached[other]].point)}. `,
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
  if (!gone.length) return [];
  return [...names(gone), gone.length === 1 ? ` diverged at step ${gone[0].diverged?.step}. ` : " diverged. "];
}
