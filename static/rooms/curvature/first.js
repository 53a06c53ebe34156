// @ts-check
/** The room's first experiment: the network on which Cohen et al. 2021 measured the edge of stability, made smaller. */

/** @typedef {import("../../race/state.js").Spec} Spec */

const MEASUREMENTS = 100;
const LAYER = { units: 16, activation: { kind: "tanh" } };

/** @type {Spec} */
export const FIRST = {
  objective: {
    kind: "network",
    layers: [LAYER, LAYER],
    data: { kind: "chebyshev" },
    loss: { kind: "squared_error", half: true },
    initialiser: { kind: "lecun_normal" },
  },
  optimisers: [
    { kind: "gradient_descent", learning_rate: 0.15 },
    { kind: "gradient_descent", learning_rate: 0.25 },
    { kind: "gradient_descent", learning_rate: 0.4 },
    { kind: "heavy_ball", learning_rate: 0.25, momentum: 0.5 },
    { kind: "adam", learning_rate: 0.003, beta2: 0.99 },
  ],
  start: null,
  steps: 1000,
  seed: 1,
  batch_size: null,
  record: { curvature: { every: 20, top: 2, bottom: 0, diagonal: true } },
  view: null,
};

/**
 * A spec that measures curvature on its way: as it says, else about a hundred times.
 *
 * @param {Spec} spec
 * @returns {Spec}
 */
export function measured(spec) {
  if (spec.record?.curvature) return spec;
  const every = Math.max(1, Math.round(spec.steps / MEASUREMENTS));
  return { ...spec, record: { ...spec.record, curvature: { every, top: 2, bottom: 0 } } };
}
