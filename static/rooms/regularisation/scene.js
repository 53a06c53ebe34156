// @ts-check
/** What moves over the rings at one strength: ball, ring, arrows, points. Pure. */
import { ball, penaltyAt, slopeAt } from "./geometry.js";

/** @typedef {import("./charts.js").Path} Path @typedef {import("./picture.js").Scene} Scene @typedef {import("./state.js").Choice} Choice */

/** An arrow as long as the pull at the strength that makes everything zero is this share of the picture's half. */
const LONGEST = 0.8;

/**
 * @param {Path} pair
 * @param {Choice} choice
 * @param {[number, number] | null} probe a point that was picked; null: the optimum
 * @param {number} half of the window's side
 * @returns {Scene}
 */
export function penaltyScene(pair, choice, probe, half) {
  const { index } = choice;
  const at = [pair.coefficients[2 * index], pair.coefficients[2 * index + 1]];
  const penalty = { kind: choice.penalty, ratio: choice.ratio };
  return {
    ball: ball(penalty, penaltyAt(penalty, at)),
    level: pair.train.loss[index],
    path: pair.coefficients,
    index,
    arrows: probe ? probed(probe, half) : balanced(pair, penalty, index, at, half),
    points: [
      { at, label: probe ? "" : nameOf(at), mark: "dot" },
      ...(probe ? [{ at: probe, label: "", mark: /** @type {"ring"} */ ("ring") }] : []),
    ],
  };
}

/** @param {number[]} at */
function nameOf(at) {
  const zeros = at.filter((value) => value === 0).length;
  return zeros === 2 ? "both exactly zero" : zeros ? "one exactly zero" : "";
}

/** The loss's pull and what holds against it: at an optimum they cancel. @param {Path} pair @param {import("./geometry.js").Penalty} penalty @param {number} index @param {number[]} at @param {number} half @returns {Scene["arrows"]} */
function balanced(pair, penalty, index, at, half) {
  const scale = scaleOf(pair, half);
  const slope = [pair.gradient[2 * index], pair.gradient[2 * index + 1]];
  const held = at.some((value) => value === 0) && penalty.kind !== "l2";
  return [
    { from: at, by: [-slope[0] * scale, -slope[1] * scale], colour: (palette) => palette.lines[2], label: "−∂L/∂w" },
    {
      from: at,
      by: [slope[0] * scale, slope[1] * scale],
      colour: (palette) => palette.lines[0],
      label: held ? "∈ −∂R/∂w" : "−∂R/∂w",
    },
  ];
}

/** ∂R/∂w of both penalties at a point of one's own, to one scale of their own. @param {[number, number]} probe @param {number} half @returns {Scene["arrows"]} */
function probed(probe, half) {
  const [l1, l2] = ["l1", "l2"].map((kind) => slopeAt({ kind, ratio: 1 }, probe));
  const longer = Math.max(Math.hypot(...l1), Math.hypot(...l2)) || 1;
  const scale = (LONGEST * half) / longer / 2;
  return [
    {
      from: probe,
      by: [-l1[0] * scale, -l1[1] * scale],
      colour: (palette) => palette.lines[0],
      label: "−λ sign w",
      side: 1,
    },
    {
      from: probe,
      by: [-l2[0] * scale, -l2[1] * scale],
      colour: (palette) => palette.lines[3],
      label: "−2λw",
      side: -1,
    },
  ];
}

/** Picture units per unit of slope, the same along the whole path. @param {Path} pair @param {number} half */
function scaleOf(pair, half) {
  let most = 0;
  for (let i = 0; i < pair.gradient.length; i++) most = Math.max(most, Math.abs(pair.gradient[i]));
  return (LONGEST * half) / (most || 1);
}

/** The posterior: where it peaks and where its mean is. @param {any} posterior @returns {Scene} */
export const posteriorScene = (posterior) => ({
  ball: [],
  level: null,
  path: [],
  index: -1,
  arrows: [],
  points: [
    { at: posterior.mode, label: "", mark: "dot" },
    { at: posterior.mean, label: "", mark: "cross" },
  ],
});
