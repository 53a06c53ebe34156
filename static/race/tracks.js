// @ts-check
/** Streams of events as tracks: one buffer of frames for each racer. */
import { RunBuffer } from "../run.js";
import { namesOf } from "./names.js";
import { scopeSeen } from "./scope.js";

/** @typedef {import("../types.js").Track} Track @typedef {import("../types.js").StreamEvent} StreamEvent */

/** Empty tracks for the racers of a run. @param {StreamEvent} started @param {number[]} colours @returns {Track[]} */
export function tracksOf(started, colours) {
  const runs = /** @type {{title: string, optimiser: Record<string, any>}[]} */ (started.runs);
  const titles = namesOf(
    runs.map(({ title }) => title),
    runs.map(({ optimiser }) => optimiser),
  );
  return titles.map((title, i) => {
    const { scope, batch } = scopeSeen(started, i);
    return { buffer: new RunBuffer(scope, batch), title, colour: colours[i] ?? i };
  });
}

/** @param {Track[]} tracks */
export const lastStep = (tracks) => Math.max(0, ...tracks.map((track) => track.buffer.lastStep));

/**
 * The projected paths of a landscape as tracks of their own.
 *
 * @param {any[]} paths
 * @param {Track[]} tracks of the run they come from
 * @returns {Track[]}
 */
export function tracksOfPaths(paths, tracks) {
  return paths.map((path) => {
    const buffer = new RunBuffer();
    buffer.append({ ...path, kind: "frames", gradient_norm: [] });
    buffer.diverged = tracks[path.run]?.buffer.diverged ?? null;
    return { ...tracks[path.run], buffer };
  });
}
