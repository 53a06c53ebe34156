import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheOf, captionOf } from "../../static/rooms/network/captions.js";
import { fromLogs, verdict } from "../../static/rooms/network/depthCard.js";
import { errorOf, meaningOf } from "../../static/rooms/network/facts.js";
import { productOf } from "../../static/rooms/network/product.js";
import { gradientOf, isDifferentiated, isFilled, reveal, stagesOf } from "../../static/rooms/network/reveal.js";
import { hasWeight } from "../../static/rooms/network/weights.js";
import { randomness } from "./helpers.js";

/** A trace of a random network with linear output, its passes done here by hand. @param {number[]} widths @param {number} examples @param {number} seed */
function traceOf(widths, examples, seed) {
  const random = randomness(seed);
  const draw = (/** @type {number} */ n) => Float64Array.from({ length: n }, () => 2 * random() - 1);
  const rows = widths.slice(1).map((units, l) => ({
    name: `layer ${l}`,
    weights: draw(units * widths[l]),
    inputs: draw(examples * widths[l]),
    preactivations: draw(examples * units),
    slope: draw(examples * units),
    outputs: draw(examples * units),
    upstream: draw(examples * units),
    delta: draw(examples * units),
  }));
  return { rows, examples, widths };
}

/** @param {number} layer @param {number} to @param {number} from */
const edge = (layer, to, from) => ({
  layer,
  to: { x: 0, y: 0, index: to },
  from: { x: 0, y: 0, index: from },
  back: 1,
});

test("the passes go forward through every layer, over the loss, and back through every layer", () => {
  assert.deepEqual(
    stagesOf(2).map(({ kind, layer }) => `${kind} ${layer}`),
    ["inputs 0", "forward 1", "forward 2", "loss 2", "backward 2", "backward 1"],
  );
});

test("before the backward pass has reached a layer no derivative of it can be seen", () => {
  const widths = [2, 4, 3, 1];
  const trace = traceOf(widths, 1, 2);
  stagesOf(3).forEach((stage) => {
    const seen = reveal(trace, stage, null);
    for (let column = 1; column <= 3; column++) {
      const done = stage.kind === "backward" && column >= stage.layer;
      for (let unit = 0; unit < widths[column]; unit++) assert.equal(seen.atUnit(column, unit).delta !== null, done);
      assert.equal(seen.differentiated(column - 1), done);
      assert.equal(seen.onEdge(edge(column - 1, 0, 0)).startsWith("∂"), done);
    }
  });
});

test("values appear layer by layer and stay", () => {
  const trace = traceOf([2, 3, 1], 1, 3);
  const known = stagesOf(2).map((stage) =>
    [0, 1, 2].map((column) => reveal(trace, stage, null).atUnit(column, 0).value !== null),
  );
  assert.deepEqual(known.slice(0, 3), [
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
  assert.ok(known.slice(3).flat().every(Boolean));
  assert.ok(stagesOf(2).every((stage) => isDifferentiated(stage, 0) === false && isFilled(stage, 0)));
});

test("the derivative of a weight is the sum over examples of δ times what came in", () => {
  const trace = traceOf([2, 3, 2], 5, 4);
  const { delta, inputs } = trace.rows[1];
  let sum = 0;
  for (let e = 0; e < 5; e++) sum += delta[e * 2 + 1] * inputs[e * 3 + 2];
  assert.ok(Math.abs(gradientOf(trace, { layer: 1, to: 1, from: 2 }, 10) - 10 * sum) < 1e-12);
  const biased = gradientOf(trace, { layer: 1, to: 1, from: null }, 10);
  assert.ok(
    Math.abs(biased - 10 * Array.from({ length: 5 }, (_, e) => delta[e * 2 + 1]).reduce((a, b) => a + b, 0)) < 1e-12,
  );
  const last = stagesOf(2)[5];
  const shown = reveal(trace, last, null, 10).atUnit(2, 1).delta ?? 0;
  const deltas = Array.from({ length: 5 }, (_, e) => delta[e * 2 + 1]).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(shown - 10 * deltas) < 1e-12);
});

test("a unit has a bias where its layer has them", () => {
  const layer = { name: "hidden 1", fan_in: 2, fan_out: 3, start: 0 };
  const blocks = [
    { ...layer, parameters: 9, biases: true },
    { ...layer, parameters: 6, biases: false },
  ];
  const has = (/** @type {[number, number, number | null]} */ [layer, to, from]) =>
    hasWeight(blocks, { layer, to, from });
  const weights = /** @type {[number, number, number | null][]} */ ([
    [0, 2, null],
    [0, 2, 1],
    [1, 2, null],
    [0, 3, null],
    [0, 0, 2],
    [2, 0, 0],
  ]);
  assert.deepEqual(weights.map(has), [true, true, false, false, false, false]);
});

test("the factors of an example multiply to its own derivative, and its terms add up to what comes back", () => {
  const weights = [0.5, -2];
  const delta = [0.01, 0.03];
  const upstream = 0.5 * 0.01 - 2 * 0.03;
  const factors = { input: 0.7, slope: 0.4, upstream, delta: 0.4 * upstream, product: 0.7 * 0.4 * upstream };
  const product = productOf({ ...factors, terms: { weight: weights, delta }, skipped: null }, 50);
  assert.ok(Math.abs(product.gradient - 50 * factors.product) < 1e-12);
  const sum = product.terms.reduce((total, [w, d]) => total + w * d, 0);
  assert.ok(Math.abs(sum - product.upstream) < 1e-12);
  assert.ok(Math.abs(product.input * product.slope * product.upstream - product.gradient) < 1e-15);
});

test("the cache is filled on the way forward and read on the way back", () => {
  const states = (/** @type {import("../../static/rooms/network/reveal.js").Stage} */ stage) =>
    cacheOf(stage, 2).map(({ state }) => state);
  const [inputs, , forward, loss, backward] = stagesOf(2);
  assert.deepEqual(states(inputs), ["stored", "empty", "empty"]);
  assert.deepEqual(states(forward), ["stored", "stored", "stored"]);
  assert.deepEqual(states(loss), ["stored", "stored", "stored"]);
  assert.deepEqual(states(backward), ["stored", "read", "read"]);
});

test("every stage has words of its own", () => {
  const facts = {
    mode: /** @type {const} */ ("one"),
    shown: 1,
    of: 200,
    inputs: "x₁ = 1",
    target: "class 1",
    answer: "70 % for class 1",
    loss: 0.36,
    layer: "hidden layer 1",
    activation: "tanh",
    last: 2,
    sum: "0.847",
    criterion: { entropy: true, half: false, bend: "" },
    error: "0.700 − 1 = −0.300",
  };
  const captions = stagesOf(2).map((stage) => captionOf(stage, facts));
  assert.equal(new Set(captions.map(({ text }) => text)).size, captions.length);
  assert.match(captions[3].text, /0\.360/);
  assert.match(captions[2].text, /reads the sum 0\.847 as a probability: 70 % for class 1/);
  assert.match(captions[4].text, /the probability minus the right one \(1 or 0\): 0\.700 − 1 = −0\.300/);
  const bent = { ...facts, criterion: { entropy: false, half: false, bend: "sigmoid" }, error: "" };
  assert.match(
    captionOf(stagesOf(2)[4], bent).text,
    /twice the answer minus the right one, times the slope of sigmoid at z\./,
  );
  assert.match(captionOf(stagesOf(2)[0], { ...facts, mode: "batch", shown: 64 }).text, /first 64 of 200/);
});

test("answers are told as people read them", () => {
  const two = { task: "classification", classes: 2, targets: ["no", "yes"] };
  assert.equal(meaningOf([1], two, false), "yes");
  assert.match(meaningOf([0.25], two, true), /^25\.0.% for yes$/);
  assert.match(meaningOf([0.1, 0.7, 0.2], { ...two, classes: 3, targets: ["a", "b", "c"] }, true), /^b \(/);
  assert.equal(meaningOf([1.5], { task: "regression" }, true), "1.50");
});

test("the first δ is told in numbers, as the loss makes it", () => {
  const squared = { entropy: false, half: false, bend: "" };
  assert.equal(errorOf({ ...squared, entropy: true }, 0.25, 1), "0.250 − 1.00 = −0.750");
  assert.equal(errorOf(squared, 0.5, -1), "2 · (0.500 − (−1.00)) = 3.00");
  assert.equal(errorOf({ ...squared, half: true }, 0.5, 1), "0.500 − 1.00 = −0.500");
  assert.equal(errorOf({ ...squared, bend: "sigmoid" }, 0.5, 1), "");
});

test("what is left of an error is told as it is", () => {
  const depth = (/** @type {(number | null)[]} */ median) => {
    const spread = { low: [], median, high: [] };
    return /** @type {any} */ ({ layer: median, bound: median, slope: spread, delta: spread, gradient: spread });
  };
  assert.match(verdict(depth([-6, -3, 0])), /vanishes/);
  assert.match(verdict(depth([-1, 0])), /fades/);
  assert.match(verdict(depth([4, 0])), /explodes/);
  assert.match(verdict(depth([0.1, 0])), /arrives/);
  assert.match(verdict(depth([null, 0])), /Nothing/);
  assert.deepEqual(fromLogs([2, -1]), [100, 0.1]);
});
