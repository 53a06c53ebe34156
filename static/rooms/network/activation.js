// @ts-check
/** Activations: f and its slopes at a z that can be dragged, and what many slopes make of an error. */
import { entryControl, tagged } from "../../controls/entry.js";
import { disposal, fill, h } from "../../dom.js";
import { latest } from "../../failure.js";
import { createForm } from "../../form.js";
import { postJson } from "../../stream.js";
import { depthCard } from "./depthCard.js";
import { slopesCard } from "./slopesCard.js";

/**
 * @typedef {import("./inside.js").NetworkContext} NetworkContext
 * @typedef {{low: ArrayLike<number>, median: ArrayLike<number>, high: ArrayLike<number>}} Spread log₁₀, layer by layer; NaN or null: zero
 * @typedef {object} Reply of `POST /api/activations`
 * @property {ArrayLike<number>} z
 * @property {ArrayLike<number>} value
 * @property {ArrayLike<number>} first
 * @property {ArrayLike<number>} second
 * @property {number} bound of |f′|
 * @property {{layer: ArrayLike<number>, bound: ArrayLike<number>, slope: Spread, delta: Spread, gradient: Spread}} depth
 */

/** The fields of the request that are numbers of its own. @type {import("../../schema.js").Schema} */
const DEPTH = {
  type: "object",
  properties: {
    scale: {
      type: "number",
      title: "Scale of the start",
      description: "multiplies the weights that the initialiser draws",
      exclusiveMinimum: 0,
      maximum: 100,
      slider: [0.1, 5],
      scale: "log",
      default: 1,
    },
    depth: { type: "integer", title: "Layers", minimum: 1, maximum: 64, slider: [2, 40], default: 20 },
  },
};

/** @param {HTMLElement} host @param {NetworkContext} context */
export function activationPanel(host, context) {
  const { objective } = context.store.get().spec;
  const own = tagged(objective.layers?.[0]?.activation, "tanh");
  /** @type {Record<string, any>} */
  let spec = { activation: own, initialiser: tagged(objective.initialiser, "glorot_uniform"), scale: 1, depth: 20 };
  const slopes = slopesCard(context);
  const depth = depthCard(context);
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const asking = latest(
    async (/** @type {Record<string, any>} */ wanted, signal) => {
      const reply = /** @type {Reply} */ (await postJson("api/activations", wanted, { signal }));
      error.hidden = true;
      slopes.set(reply);
      depth.set(reply);
    },
    (failure) => {
      error.hidden = false;
      fill(error, failure.detail);
    },
  );
  /** @param {Record<string, any>} change */
  const ask = (change) => {
    spec = { ...spec, ...change };
    asking.start(spec);
  };
  host.append(error, h("div", { class: "scope" }, slopes.element, depth.element));
  ask({});
  context.services.catalogue().then(
    (catalogue) => {
      if (!host.contains(slopes.element)) return;
      const activation = entryControl({
        title: "Activation",
        entries: catalogue.activations,
        value: spec.activation,
        onChange: (value) => ask({ activation: value }),
      });
      const initialiser = entryControl({
        title: "Initialiser",
        entries: catalogue.initialisers,
        value: spec.initialiser,
        summary: false,
        onChange: (value) => ask({ initialiser: value }),
      });
      const form = createForm({ schema: DEPTH, value: spec, onChange: ask });
      slopes.controls.append(activation.element);
      depth.controls.append(initialiser.element, form.element);
    },
    () => {},
  );
  return disposal([slopes.dispose, depth.dispose, asking.stop]);
}
