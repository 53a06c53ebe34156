// @ts-check
/** What the Network room begins with, and what it asks a run to record. */
import { adopt, initialPage } from "../../race/state.js";

/** @typedef {import("../../race/state.js").Spec} Spec @typedef {import("../../race/state.js").Page} Page */

export const PANELS = /** @type {const} */ ({
  layers: "Layers",
  chain: "Chain rule",
  activation: "Activations",
  export: "Export",
});

/** @typedef {keyof typeof PANELS} Panel */

/** The panel that is open. @param {Page} page @returns {Panel} */
export const panelOf = ({ panel }) => (panel in PANELS ? /** @type {Panel} */ (panel) : "layers");

/** @returns {Spec} */
const first = () => ({
  start: null,
  seed: 0,
  batch_size: null,
  view: null,
  objective: {
    kind: "network",
    layers: [
      { units: 8, activation: { kind: "tanh" } },
      { units: 6, activation: { kind: "tanh" } },
    ],
    data: { kind: "spirals", classes: 2, noise: 0.03 },
  },
  steps: 300,
  optimisers: [{ kind: "adam", learning_rate: 0.03 }],
});

/** The experiment of the address where that is a network, else the room's own. @param {any} given @returns {{spec: Spec, page: Page}} */
export function begin(given) {
  const adopted = given?.objective?.kind === "network" ? adopt(given) : null;
  return adopted ?? { spec: first(), page: { ...initialPage(), colours: [0] } };
}

const PICTURES = 100;
const NUMBERS_A_PICTURE = 14_000;
const NUMBERS_OF_THETA = 2_000_000;
const CURVE = 100;
const GRID = { least: 10, most: 40 };
const BINS = 24;

/**
 * What a run of this room records: θ, so that every weight can be drawn at every step, and pictures of what units
 * answer, as many and as fine as a page can hold.
 *
 * @param {Spec} spec
 * @param {{dim: number, layers: {fan_in: number, fan_out: number}[]}} description
 */
export function recordOf({ steps, record }, { dim, layers }) {
  const inputs = layers[0].fan_in;
  return {
    every: Math.max(1, Math.ceil((steps * dim) / NUMBERS_OF_THETA)),
    parameters: true,
    ...(record?.scope ? { scope: record.scope } : {}),
    network: {
      every: Math.max(1, Math.ceil(steps / PICTURES)),
      grid: gridOf(inputs, layers),
      units: inputs <= 2,
      histogram: BINS,
    },
  };
}

/** Points along each input: a line is fine, a plane shares its numbers out among the units. @param {number} inputs @param {{fan_out: number}[]} layers */
function gridOf(inputs, layers) {
  if (inputs > 2) return 0;
  if (inputs === 1) return CURVE;
  const channels = layers.reduce((sum, layer) => sum + layer.fan_out, 0);
  return Math.max(GRID.least, Math.min(GRID.most, Math.floor(Math.sqrt(NUMBERS_A_PICTURE / channels))));
}
