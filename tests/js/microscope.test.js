import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheOf, captionOf } from "../../static/rooms/network/captions.js";
import { fromLogs, verdict } from "../../static/rooms/network/depthCard.js";
import { edgeWords, unitWords } from "../../static/rooms/network/detail.js";
import { errorOf, inText, meaningOf, tollOf } from "../../static/rooms/network/facts.js";
import { linesOf } from "../../static/rooms/network/paint.js";
import { addends, productOf } from "../../static/rooms/network/product.js";
import {
  followed,
  gradientOf,
  isDifferentiated,
  isFilled,
  reveal,
  stagesOf,
  traceOf,
} from "../../static/rooms/network/reveal.js";
import { hasWeight } from "../../static/rooms/network/weights.js";
import { randomness } from "./helpers.js";

/** A trace of a random network with linear output, its passes done here by hand. @param {number[]} widths @param {number} seed */
function randomTrace(widths, seed) {
  const random = randomness(seed);
  const draw = (/** @type {number} */ n) => Float64Array.from({ length: n }, () => 2 * random() - 1);
  const rows = widths.slice(1).map((units, l) => ({
    name: `layer ${l}`,
    weights: draw(units * widths[l]),
    inputs: draw(widths[l]),
    preactivations: draw(units),
    slope: draw(units),
    outputs: draw(units),
    upstream: draw(units),
    delta: draw(units),
  }));
  return { rows, batch: false, widths };
}

/** @param {number} layer @param {number} to @param {number} from */
const edge = (layer, to, from) => ({
  layer,
  to: { x: 0, y: 0, index: to, tile: 30, breadth: 48 },
  from: { x: 0, y: 0, index: from, tile: 30, breadth: 48 },
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
  const trace = randomTrace(widths, 2);
  stagesOf(3).forEach((stage) => {
    const seen = reveal(trace, stage, null);
    for (let column = 1; column <= 3; column++) {
      const done = stage.kind === "backward" && column >= stage.layer;
      for (let unit = 0; unit < widths[column]; unit++) {
        const { delta, upstream, slope } = seen.atUnit(column, unit);
        for (const derivative of [delta, upstream, slope]) assert.equal(derivative !== null, done);
      }
      assert.equal(seen.differentiated(column - 1), done);
      const found = seen.atEdge({ layer: column - 1, to: 0, from: 0 });
      assert.equal(found?.gradient !== null, done);
      assert.equal(found?.above !== null, done);
      assert.ok(done || !edgeWords(/** @type {any} */ (found)).includes("∂ℓ"));
    }
  });
});

test("on the way back each line that brings δ to the unit has its weight, and each line into it its derivative", () => {
  const trace = randomTrace([2, 3, 3, 1], 6);
  const follow = { layer: 1, to: 2, from: 1 };
  const stages = stagesOf(3);
  const told = (/** @type {number} */ at, /** @type {[number, number, number]} */ place) => {
    const { factor, gradient } = reveal(trace, stages[at], follow).told(edge(...place));
    return `${factor ? "w" : ""}${gradient ? "∂" : ""}`;
  };
  assert.equal(told(2, [1, 2, 0]), "w");
  assert.equal(told(2, [1, 1, 0]), "");
  assert.deepEqual(
    [told(6, [2, 0, 2]), told(6, [2, 0, 1]), told(6, [1, 2, 0]), told(6, [1, 0, 0])],
    ["w", "", "∂", ""],
  );
  assert.deepEqual([told(7, [1, 0, 1]), told(7, [0, 1, 0]), told(7, [0, 0, 0])], ["w", "∂", ""]);
  assert.deepEqual(stages[6], { kind: "backward", layer: 2 });
  assert.equal(followed({ layer: 3, to: 0, from: 1 }, 0, 3), 1);
});

test("the factors told of a unit multiply to its δ, and those of a line to what they are said to be", () => {
  const trace = randomTrace([2, 3, 1], 7);
  trace.rows[0].delta = trace.rows[0].upstream.map((up, i) => up * trace.rows[0].slope[i]);
  const seen = reveal(trace, stagesOf(2)[5], null, 8);
  for (let unit = 0; unit < 3; unit++) {
    const { slope, upstream, delta } = seen.atUnit(1, unit);
    assert.ok(Math.abs((slope ?? 0) * (upstream ?? 0) - (delta ?? 1)) < 1e-14);
    const { input, above, gradient } = /** @type {any} */ (seen.atEdge({ layer: 0, to: unit, from: 1 }));
    assert.equal(above, delta);
    assert.ok(Math.abs(input * (delta ?? 0) - gradient) < 1e-14);
  }
});

test("direct connections have their factors and derivatives too", () => {
  const trace = randomTrace([2, 3, 1], 8);
  trace.rows[1] = Object.assign(trace.rows[1], { direct: Float64Array.of(0.25, -4) });
  const found = reveal(trace, stagesOf(2)[4], null, 1).atEdge({ layer: 2, to: 0, from: 1 });
  assert.equal(found?.weight, -4);
  assert.equal(found?.gradient, trace.rows[1].delta[0] * trace.rows[0].inputs[1]);
  assert.equal(reveal(randomTrace([2, 3, 1], 8), stagesOf(2)[4], null).atEdge({ layer: 2, to: 0, from: 1 }), null);
});

/** All examples of a random network together, their sums done here. @param {number} seed */
function randomBatch(seed) {
  const rows = randomTrace([2, 3, 2], seed).rows;
  const layers = randomTrace([2, 3, 2], seed + 1).rows.map((row) => ({ ...row, direct: null }));
  return { layers, trace: traceOf({ trace: rows, batch: { layers } }, [2, 3, 2]) };
}

test("over a batch no slope is told: the product of two means is not the mean of the products", () => {
  const { trace } = randomBatch(9);
  const shown = reveal(trace, stagesOf(2)[5], null);
  const seen = shown.atUnit(1, 0);
  assert.ok(shown.batch && seen.slope === null && seen.z === null);
  assert.ok(seen.delta !== null && seen.value !== null);
  assert.match(unitWords(seen), /^value .*; δ = /);
  const line = shown.atEdge({ layer: 1, to: 1, from: 2 });
  assert.match(edgeWords(/** @type {any} */ (line), "L"), /; ∂L\/∂w = \S+$/);
});

test("the derivatives of a batch are those that all of its examples add up to", () => {
  const { layers, trace } = randomBatch(4);
  assert.equal(gradientOf(trace, { layer: 1, to: 1, from: 2 }), layers[1].weights[1 * 3 + 2]);
  assert.equal(gradientOf(trace, { layer: 1, to: 1, from: null }), layers[1].delta[1]);
  const direct = Float64Array.of(1, 2, 3, 4);
  trace.rows[1] = { ...trace.rows[1], direct, gradients: { weights: direct, direct: direct.map((v) => -v) } };
  assert.equal(gradientOf(trace, { layer: 2, to: 1, from: 0 }), -3);
  const shown = reveal(trace, stagesOf(2)[5], null);
  assert.equal(shown.atUnit(2, 1).delta, layers[1].delta[1]);
  assert.equal(shown.atUnit(1, 2).value, layers[0].outputs[2]);
  assert.equal(shown.atEdge({ layer: 0, to: 1, from: 1 })?.weight, trace.rows[0].weights[3]);
});

test("the way back shows slope and δ; the value as well where there is room, and no slope of 1 at the output", () => {
  const seen = { z: 1, value: 0.5, slope: 0.25, upstream: 2, delta: 0.5 };
  const kinds = (
    /** @type {import("../../static/rooms/network/reveal.js").UnitSeen} */ unit,
    tile = 38,
    output = false,
  ) => linesOf(unit, tile, output).map(([what]) => what);
  assert.deepEqual(kinds(seen), ["value", "slope", "delta"]);
  assert.deepEqual(kinds(seen, 26), ["slope", "delta"]);
  assert.deepEqual(kinds({ ...seen, slope: 1 }, 26, true), ["value", "delta"]);
  assert.deepEqual(kinds({ ...seen, slope: null, upstream: null, delta: null }, 26), ["value"]);
  assert.equal(unitWords(seen), "z = 1.00, a = 0.500; δ = ∂ℓ/∂a · f′(z) = 2.00 · 0.250 = 0.500");
});

test("a line tells how δ goes back along it, and the product that is its derivative", () => {
  const words = edgeWords({ weight: -2, input: 0.5, above: 0.25, gradient: 0.125 });
  assert.equal(words, "; brings w · δ = (−2.00) · 0.250 = −0.500 back; ∂ℓ/∂w = a · δ = 0.500 · 0.250 = 0.125");
  assert.match(edgeWords({ weight: -2, input: 0.5, above: 0.25, gradient: 0.3 }), /∂ℓ\/∂w = 0\.300$/);
});

test("all of the sum from above is there, the last of many terms together, and what skips", () => {
  for (const count of [1, 3, 12, 40]) {
    const terms = Array.from({ length: count }, (_, i) => /** @type {[number, number]} */ ([i - 3, 0.1 * (i + 1)]));
    const parts = addends(terms, 0.7);
    const sum = parts.reduce((total, { numbers }) => total + numbers.reduce((a, b) => a * b, 1), 0);
    assert.ok(Math.abs(sum - terms.reduce((total, [w, d]) => total + w * d, 0.7)) < 1e-12);
    assert.ok(parts.length <= 13);
    assert.equal(parts[parts.length - 1].words, "(skip)");
  }
  assert.equal(addends([[1, 2]], null).length, 1);
});

test("values appear layer by layer and stay", () => {
  const trace = randomTrace([2, 3, 1], 3);
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

test("the derivative of a weight is δ times what came in, that of a bias δ itself", () => {
  const trace = randomTrace([2, 3, 2], 4);
  const { delta, inputs } = trace.rows[1];
  assert.equal(gradientOf(trace, { layer: 1, to: 1, from: 2 }, 10), 10 * delta[1] * inputs[2]);
  assert.equal(gradientOf(trace, { layer: 1, to: 1, from: null }, 10), 10 * delta[1]);
  assert.equal(reveal(trace, stagesOf(2)[5], null, 10).atUnit(2, 1).delta, 10 * delta[1]);
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
    of: 200,
    inputs: "x₁ = 1",
    target: "class 1",
    answer: "70 % for class 1",
    loss: 0.36,
    toll: ", minus a logarithm: −ln 0.70 = ",
    layer: "hidden layer 1",
    activation: "tanh",
    last: 2,
    sum: "0.847",
    criterion: { entropy: true, half: false, bend: "" },
    error: "0.700 − 1 = −0.300",
    back: null,
  };
  const captions = stagesOf(2).map((stage) => captionOf(stage, facts));
  assert.equal(new Set(captions.map(({ text }) => text)).size, captions.length);
  assert.match(captions[3].text, /−ln 0\.70 = 0\.360/);
  assert.match(captions[2].text, /reads the sum 0\.847 as a probability: 70 % for class 1/);
  assert.match(captions[4].text, /the probability minus the right one \(1 or 0\): 0\.700 − 1 = −0\.300/);
  const seen = { z: 0, value: 0, slope: 0.5, upstream: 0.8, delta: 0.4 };
  const skipped = captionOf(stagesOf(2)[5], { ...facts, back: { unit: "unit 2", seen, skipped: 0.3 } });
  assert.match(
    skipped.text,
    /At unit 2, 0\.800 comes back \(0\.300 of it through the skip connection, times no weight\)/,
  );
  assert.match(skipped.text, /times the slope 0\.500 that is δ = 0\.400/);
  const bent = { ...facts, criterion: { entropy: false, half: false, bend: "sigmoid" }, error: "" };
  assert.match(
    captionOf(stagesOf(2)[4], bent).text,
    /twice the answer minus the right one, times the slope of sigmoid at z\./,
  );
  assert.match(captionOf(stagesOf(2)[0], { ...facts, mode: "batch" }).text, /All 200 training examples/);
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

test("the loss is told in numbers, where it is one term", () => {
  const squared = { entropy: false, half: false, bend: "" };
  const entropy = { ...squared, entropy: true };
  assert.match(tollOf(entropy, [0.25], [1], -Math.log(0.25)), /: −ln 0\.2500 = $/);
  assert.match(tollOf(entropy, [0.25], [0], -Math.log(0.75)), /: −ln 0\.7500 = $/);
  assert.match(tollOf(entropy, [0.1, 0.7, 0.2], [2], -Math.log(0.2)), /: −ln 0\.2000 = $/);
  assert.match(tollOf(entropy, [0.99999], [1], -Math.log(0.99999)), /what is right: $/);
  assert.match(tollOf(squared, [0.5], [-1], 2.25), /: \(0\.500 − \(−1\.00\)\)² = $/);
  assert.match(tollOf({ ...squared, half: true }, [0.5], [1], 0.125), /half the square.*: ½ \(0\.500 − 1\.00\)² = $/);
  assert.equal(tollOf(squared, [0.5], [1], 7), ": ");
});

test("activations are named as people write them", () => {
  assert.deepEqual(["Tanh", "ReLU", "Leaky ReLU", "SiLU"].map(inText), ["tanh", "ReLU", "Leaky ReLU", "SiLU"]);
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
