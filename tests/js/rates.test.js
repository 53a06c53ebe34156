import assert from "node:assert/strict";
import { test } from "node:test";
import { retuned, suitedRate } from "../../static/race/rates.js";

const entry = (
  /** @type {string} */ kind,
  /** @type {string} */ learning_rate_unit,
  /** @type {any} */ properties,
) => ({
  kind,
  title: kind,
  summary: "",
  reference: "",
  formula: "",
  learning_rate_unit,
  schema: { properties },
});
const catalogue = {
  optimisers: [
    entry("descent", "inverse_curvature", {}),
    entry("rolling", "inverse_curvature", { momentum: { default: 0.75 } }),
    entry("stepping", "length", {}),
    entry("free", "none", {}),
  ],
};
const bowl = { suggested_learning_rate: 0.1, window: [-2, 2, -1, 1] };
const dale = { suggested_learning_rate: 0.01, window: [-10, 10, -10, 10] };
const kinds = catalogue.optimisers.map(({ kind }) => ({ kind }));
const ratesOf = (/** @type {any[]} */ racers) => racers.map((racer) => racer.learning_rate);

test("a rate is a share of 1/λmax, a share of the window, or left alone, as its unit says", () => {
  assert.deepEqual(ratesOf(retuned(kinds, [], bowl, catalogue)), [0.05, 0.025, 0.02, undefined]);
  assert.equal(suitedRate({ kind: "rolling", momentum: 0 }, bowl, catalogue), 0.05);
});

test("rates that the page gave follow the surface; rates chosen by hand stay", () => {
  const racers = [...retuned(kinds, [], bowl, catalogue), { kind: "stepping", learning_rate: 0.7 }];
  assert.deepEqual(ratesOf(retuned(racers, [bowl], dale, catalogue)), [0.005, 0.0025, 0.2, undefined, 0.7]);
});

test("without a description no rate counts as given, and a network leaves all rates as they are", () => {
  const racers = retuned(kinds, [], bowl, catalogue);
  assert.deepEqual(ratesOf(retuned(racers, [undefined], dale, catalogue)), ratesOf(racers));
  assert.deepEqual(retuned(racers, [bowl], { suggested_learning_rate: null }, catalogue), racers);
});
