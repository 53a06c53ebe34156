// @ts-check
/** What happens at each stage of the microscope, in plain words with the numbers at hand. Pure. */
import { formatNumber } from "../../format.js";

/**
 * @typedef {import("./reveal.js").Stage} Stage
 * @typedef {object} Facts
 * @property {"one" | "batch"} mode
 * @property {number} of all training examples
 * @property {string} inputs “x₁ = 0.3, x₂ = −0.5”
 * @property {string} target “class 1” or a number
 * @property {string} answer likewise, of the network
 * @property {number} loss of what is followed
 * @property {string} toll how it comes out of the answer, up to its colon or equals sign
 * @property {string} layer name of the layer
 * @property {string} activation its title
 * @property {number} last column
 * @property {string} sum z of the first output
 * @property {Criterion} criterion
 * @property {string} error δ of the output in numbers, where one number says it
 * @property {{unit: string, seen: import("./reveal.js").UnitSeen, skipped: number | null} | null} back the way back through the
 *   unit that is followed; `skipped`: the part of it that came through a skip connection
 *
 * @typedef {{entropy: boolean, half: boolean, bend: string}} Criterion cross-entropy or squared error (or ½ of it), and
 *   the activation of the output where it has one
 */

/** @type {Record<Stage["kind"], (stage: Stage, facts: Facts) => {title: string, text: string}>} */
const CAPTIONS = {
  inputs: (_, { mode, inputs, target, of }) => ({
    title: mode === "one" ? "An example comes in" : "A batch comes in",
    text:
      mode === "one"
        ? `Its inputs are ${inputs}; the right answer is ${target}. Press Next to send it through the network.`
        : `All ${of} training examples at once. Units show averages of their values over them; derivatives are those of L, the mean of their losses.`,
  }),
  forward: ({ layer }, { layer: name, activation, last, ...facts }) => ({
    title: `Forward: ${name}`,
    text:
      layer === last
        ? `The output adds up what arrives, each value times the weight of its line, plus a bias. Sum and value go into the cache.${readingOf(facts)}`
        : `Each unit adds up what arrives, each value times the weight of its line, plus a bias: z. Then ${activation} bends the sum: a. Both go into the cache, since the way back needs them.`,
  }),
  loss: (_, { mode, answer, target, loss, toll }) => ({
    title: "The loss",
    text: `${mode === "one" ? `The network answers ${answer}; right is ${target}. The loss ℓ says in one number how wrong that is${toll}` : "The loss L is the mean over all examples: "}${formatNumber(loss, 3)}. There is no derivative yet: the way back has not begun.`,
  }),
  backward: ({ layer }, { layer: name, activation, last, ...facts }) => ({
    title: `Backward: ${name}`,
    text:
      layer === last
        ? `How much would the loss change if the output’s sum z changed a little? That number is δ, written green. ${originOf(facts)} Times the value that came in along a line, it is the derivative of that line’s weight; as it is, that of the bias.`
        : `Each line carries the δ above it back, times its weight. What arrives at a unit is added up and multiplied by the slope of ${activation} at the cached z: the unit’s δ.${wayBack(facts)} Times the cached value that came in along a line, δ is the derivative of that line’s weight.${layer === 1 ? " Now every weight has its derivative." : ""}`,
  }),
};

/** The way back through one unit, in numbers. @param {Pick<Facts, "mode" | "back">} facts */
function wayBack({ mode, back }) {
  if (!back) return "";
  const { unit, seen, skipped } = back;
  const part = (/** @type {number | null} */ value) => formatNumber(value ?? Number.NaN, 3);
  const through = skipped === null ? "" : ` (${part(skipped)} of it through the skip connection, times no weight)`;
  const came = ` At ${unit}, ${part(seen.upstream)} comes back${through}`;
  return mode === "one"
    ? `${came}; times the slope ${part(seen.slope)} that is δ = ${part(seen.delta)}.`
    : `${came} in all.`;
}

/** How a probability comes out of a sum. @param {Pick<Facts, "mode" | "criterion" | "sum" | "answer" | "error">} facts */
function readingOf({ mode, criterion, sum, answer, error }) {
  if (!criterion.entropy) return "";
  if (mode !== "one") return " The loss reads sums as probabilities.";
  return error
    ? ` The loss reads the sum ${sum} as a probability: ${answer}.`
    : ` The loss reads the sums as probabilities: ${answer} is the highest.`;
}

/** Where the first δ comes from. @param {Pick<Facts, "mode" | "criterion" | "error">} facts */
function originOf({ criterion: { entropy, half, bend }, error }) {
  const name = entropy ? "cross-entropy" : "squared error";
  const right = entropy ? "the probability minus the right one (1 or 0)" : "the answer minus the right one";
  const times = bend ? `, times the slope of ${bend} at z` : "";
  return `For the ${name} it is ${entropy || half ? "" : "twice "}${right}${times}${error && `: ${error}`}.`;
}

/** @param {Stage} stage @param {Facts} facts */
export const captionOf = (stage, facts) => CAPTIONS[stage.kind](stage, facts);

/** What the cache holds at a stage, and what the stage reads of it. @param {Stage} stage @param {number} layers @returns {{label: string, column: number, state: "empty" | "stored" | "read"}[]} */
export function cacheOf({ kind, layer }, layers) {
  return Array.from({ length: layers + 1 }, (_, column) => {
    const filled = kind === "loss" || kind === "backward" || column <= layer;
    const read = kind === "backward" && (column === layer || column === layer - 1);
    return {
      label: column === 0 ? "x" : `z${sub(column)}, a${sub(column)}`,
      column,
      state: read ? "read" : filled ? "stored" : "empty",
    };
  });
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} whole */
const sub = (whole) => [...String(whole)].map((digit) => SUBSCRIPTS[Number(digit)]).join("");
