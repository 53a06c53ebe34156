// @ts-check
/** One or two plain sentences on stability, computed from what was measured and nothing else. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { measuredAt, stabilityOf } from "./measures.js";

/** @typedef {import("../../race/context.js").Context} Context @typedef {import("../../types.js").Track} Track */
/** @typedef {{track: Track, now: import("./measures.js").Stability}} Standing */
/** @typedef {string | Node} Word */

/** @param {HTMLElement} host @param {Context} context */
export function story(host, context) {
  const line = h("p", { class: "story" });
  host.append(line);
  const tell = () => fill(line, ...sentences(context));
  tell();
  return disposal([context.onPulse(tell), context.live.subscribe((l) => l.run, tell)]);
}

/** @param {Context} context @returns {Word[]} */
function sentences(context) {
  const { run } = context.live.get();
  if (run.status === "empty") return ["Add an optimiser to see how it changes the curvature under its feet."];
  if (run.status === "failed" && !run.tracks.length) return ["The run did not start."];
  const step = context.step();
  const standing = run.tracks.flatMap((track) => {
    const now = stabilityOf(measuredAt(track.buffer.curvature, step));
    return now ? [{ track, now }] : [];
  });
  if (!standing.length) return ["Setting off…"];
  const known = standing.filter(({ now }) => now.verdict !== "unknown");
  return [`At step ${Math.floor(step)}, `, ...groups(known), ...first(known, step)];
}

/** @type {[import("./measures.js").Verdict, string, string][]} */
const GROUPS = [
  ["unstable", "is over the edge of stability", "are over the edge of stability"],
  ["edge", "is at the edge", "are at the edge"],
  ["stable", "is below the edge", "are below the edge"],
];

/** @param {Standing[]} standing @returns {Word[]} */
function groups(standing) {
  const said = GROUPS.flatMap(([verdict, one, many]) => {
    const those = standing.filter(({ now }) => now.verdict === verdict);
    return those.length ? [[...names(those), ` ${those.length === 1 ? one : many}`]] : [];
  });
  if (!said.length) return ["no threshold is known for these steps. "];
  return said.flatMap((words, i) => [i ? "; " : "", ...words]).concat(". ");
}

/** When the selected racers first came to the edge. @param {Standing[]} standing @param {number} step @returns {Word[]} */
function first(standing, step) {
  const reached = standing.flatMap(({ track, now }) => {
    const event = track.buffer.curvature.find((e) => e.step <= step && (stabilityOf(e)?.ratio ?? 0) >= 1 && e.step > 0);
    return event ? [{ track, now, step: event.step }] : [];
  });
  if (!reached.length) return [];
  const earliest = reached.reduce((best, racer) => (racer.step < best.step ? racer : best));
  const { now } = earliest;
  const share = `${formatNumber(now.value, 3)} against ${formatNumber(now.threshold, 3)}`;
  return [who(earliest.track), ` came there first, at step ${earliest.step}; now its λmax is ${share}.`];
}

/** @param {Standing[]} those @returns {Word[]} */
const names = (those) =>
  those.flatMap(({ track }, i) => [i === 0 ? "" : i === those.length - 1 ? " and " : ", ", who(track)]);

/** @param {Track} track */
const who = ({ title, colour }) =>
  h("b", { class: `who line-${colour + 1}` }, h("i", { class: "dot", "aria-hidden": "true" }), title);
