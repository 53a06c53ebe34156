import assert from "node:assert/strict";
import { test } from "node:test";
import { namesOf } from "../../static/race/names.js";
import { tracksOf } from "../../static/race/tracks.js";

const adam = (/** @type {Record<string, any>} */ settings) => ({ kind: "adam", beta1: 0.9, ...settings });

test("a racer alone of its kind is called by its title", () => {
  assert.deepEqual(namesOf(["Adam", "Lion"], [adam({ learning_rate: 0.1 }), { kind: "lion" }]), ["Adam", "Lion"]);
});

test("racers of a kind are told apart by the learning rate, else by what differs, else by counting", () => {
  const twice = ["Adam", "Adam"];
  /** @param {Record<string, any>} a @param {Record<string, any>} b */
  const names = (a, b) => namesOf(twice, [adam({ learning_rate: 0.01, ...a }), adam({ learning_rate: 0.01, ...b })]);
  assert.deepEqual(names({}, { learning_rate: 0.0003 }), ["Adam 0.01", "Adam 3·10⁻⁴"]);
  assert.deepEqual(names({}, { beta2: 0.99 }), ["Adam beta2 none", "Adam beta2 0.99"]);
  assert.deepEqual(names({ amsgrad: true }, { amsgrad: false }), ["Adam amsgrad on", "Adam amsgrad off"]);
  assert.deepEqual(names({ schedule: { kind: "cosine", steps: 50 } }, { schedule: null }), [
    "Adam schedule cosine 50",
    "Adam schedule none",
  ]);
  assert.deepEqual(names({}, {}), ["Adam (1)", "Adam (2)"]);
});

test("names are all different, whatever the settings, and a setting more than it takes is not told", () => {
  const settings = [0.1, 0.1, 0.2, 0.2, 0.2].map((learning_rate, i) =>
    adam({ learning_rate, momentum: i % 2, seed: 3 }),
  );
  const names = namesOf(Array(5).fill("Adam"), settings);
  assert.equal(new Set(names).size, 5);
  assert.ok(names.every((name) => !name.includes("seed") && !name.includes("beta1")));
});

test("tracks carry the names", () => {
  const runs = [0.1, 0.2].map((learning_rate) => ({ title: "Adam", optimiser: adam({ learning_rate }) }));
  const tracks = tracksOf(/** @type {any} */ ({ kind: "started", runs, spec: {} }), [0, 1]);
  assert.deepEqual(
    tracks.map(({ title }) => title),
    ["Adam 0.1", "Adam 0.2"],
  );
});
