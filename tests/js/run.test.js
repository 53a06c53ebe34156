import assert from "node:assert/strict";
import { test } from "node:test";
import { Column, RunBuffer } from "../../static/run.js";
import { randomness } from "./helpers.js";

/** @param {number} first @param {number} count @param {number} [every] @returns {import("../../static/types.js").FramesEvent} */
function frames(first, count, every = 1) {
  const steps = Array.from({ length: count }, (_, i) => (first + i) * every);
  return {
    kind: "frames",
    run: 0,
    step: steps,
    position: Float64Array.from(steps.flatMap((step) => [step / 10, -step])),
    gradient: steps.map((step) => [2 * step, 3 * step]),
    loss: Float64Array.from(steps, (step) => 1 / (1 + step)),
    gradient_norm: Float32Array.from(steps, (step) => step),
    layers: { output: { gradient_norm: steps.map((step) => step + 0.5), delta_norm: steps } },
  };
}

test("batches of any size add up to the run", () => {
  const random = randomness(21);
  const buffer = new RunBuffer();
  for (let step = 0; step < 5000; ) {
    const count = Math.min(5000 - step, 1 + Math.floor(random() * 300));
    buffer.append(frames(step, count));
    step += count;
  }
  assert.equal(buffer.length, 5000);
  assert.equal(buffer.lastStep, 4999);
  for (const index of [0, 1, 64, 1234, 4999]) {
    const { step, x, y, loss, gradientNorm, gradient, learningRate } = buffer.frame(index);
    assert.deepEqual([step, x, y, loss, gradientNorm], [index, index / 10, -index, 1 / (1 + index), index]);
    assert.deepEqual(gradient, [2 * index, 3 * index]);
    assert.ok(Number.isNaN(learningRate));
    assert.equal(buffer.layers.get("output")?.gradientNorm.at(index), index + 0.5);
  }
});

test("look-up by step finds the last frame at or before it, as a linear search does", () => {
  const buffer = new RunBuffer();
  buffer.append(frames(0, 40, 7));
  const steps = Array.from({ length: 40 }, (_, i) => 7 * i);
  for (let step = -1; step < 300; step += 0.5) {
    assert.equal(
      buffer.at(step),
      steps.findLastIndex((recorded) => recorded <= step),
    );
  }
});

test("an empty run has no frames and no numbers", () => {
  const buffer = new RunBuffer();
  assert.deepEqual([buffer.length, buffer.lastStep, buffer.at(10)], [0, -1, -1]);
  assert.ok(Number.isNaN(buffer.frame(0).loss));
});

test("a column of n numbers was copied at most 2n times", () => {
  const column = new Column();
  let [copied, capacity] = [0, column.array.length];
  for (let i = 0; i < 100_000; i++) {
    column.append([i]);
    if (column.array.length !== capacity) copied += i;
    capacity = column.array.length;
  }
  assert.ok(copied <= 200_000, `${copied} numbers were copied`);
  assert.equal(column.at(99_999), 99_999);
});
