// @ts-check
/** What the room asks the server for, as functions of the spec. */
import { isPca, runSpec } from "./state.js";

/**
 * @typedef {import("./state.js").Spec} Spec
 * @typedef {{of: string, window: number[]}} Fitted a window that holds the paths, and the plane it belongs to
 */

const RESOLUTION = [129, 129];

/**
 * What each request depends on; equal keys are not asked for twice.
 *
 * @param {Spec} spec
 * @param {Fitted | null} fitted
 * @returns {Record<"description" | "run" | "landscape", string>}
 */
export function keysOf(spec, fitted) {
  return {
    description: JSON.stringify(spec.objective),
    run: JSON.stringify(runSpec(spec)),
    landscape: JSON.stringify([landscapeSpec(spec, fitted), isPca(spec)]),
  };
}

/** @param {Spec} spec @param {Fitted | null} fitted */
export function landscapeSpec(spec, fitted) {
  const window = spec.view?.window ?? (fitted?.of === planeKey(spec) ? fitted.window : null);
  const base = { ...planeSpec(spec), window, resolution: spec.view?.resolution ?? RESOLUTION };
  return isPca(spec) ? { ...base, run: runSpec(spec) } : base;
}

/** The landscape but for its window: a start that is a point of the plane does not move the plane. @param {Spec} spec */
function planeSpec({ objective, start, seed, view }) {
  if (objective.kind !== "network") return { objective };
  return { objective, plane: view?.plane ?? null, origin: view?.origin ?? (start?.point ? null : start), seed };
}

/** @param {Spec} spec */
export const planeKey = (spec) => JSON.stringify(planeSpec(spec));
