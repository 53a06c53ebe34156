import assert from "node:assert/strict";
import { test } from "node:test";
import { dialAt, nameOf, placeOf, STOPS } from "../../static/rooms/bayes/dialPlace.js";
import { told } from "../../static/rooms/bayes/settled.js";

const cold = { kind: "langevin_dial", step_size: 0.5, temperature: 0, gradient_noise: 0, corrected: false };

test("the stops are gradient descent, SGLD, unadjusted Langevin and MALA", () => {
  assert.deepEqual(
    STOPS.map((_, place) => nameOf(dialAt(place, cold))),
    ["Gradient descent", "SGLD", "Unadjusted Langevin", "MALA"],
  );
  const { temperature, gradient_noise, corrected } = dialAt(3, cold);
  assert.deepEqual([temperature, gradient_noise, corrected], [1, 0, true]);
});

test("at SGLD the noise of the gradient is as loud as the one that is wanted, whatever the step: ε²σ²/4 = 1", () => {
  for (const step_size of [0.1, 0.5, 2]) {
    const { gradient_noise } = dialAt(1, { ...cold, step_size });
    assert.ok(Math.abs((step_size * gradient_noise) ** 2 / 4 - 1) < 1e-9);
  }
});

test("a place is read back from its settings, all along the dial", () => {
  for (let place = 0; place <= 2; place += 0.05)
    assert.ok(Math.abs(placeOf(dialAt(place, cold)) - place) < 2e-3, String(place));
  assert.deepEqual(
    [2.4, 2.6, 3].map((place) => placeOf(dialAt(place, cold))),
    [2, 3, 3],
  );
});

test("the dial never asks for what cannot be corrected, nor leaves mini-batches in", () => {
  const batches = { ...cold, batch_size: 4, gradient_noise: 3, temperature: 0.5 };
  assert.equal(nameOf({ ...batches, temperature: 0 }), "SGD");
  for (const place of [0, 0.7, 1, 2, 3]) {
    const { corrected, gradient_noise, temperature, batch_size } = dialAt(place, batches);
    assert.ok(batch_size === null && (!corrected || (gradient_noise === 0 && temperature === 1)));
  }
  assert.ok(!("batch_size" in dialAt(1, cold)));
});

test("settings that are on no stop are named for what they are", () => {
  assert.equal(nameOf({ ...cold, temperature: 0.3 }), "Between descent and sampling");
  assert.equal(nameOf({ ...cold, temperature: 0.5, corrected: true }), "MALA at temperature 0.5");
  assert.equal(nameOf({ ...cold, temperature: 3 }), "Langevin at temperature 3");
});

test("a bias is told against the exact answer, with the error of what was measured", () => {
  const reference = { variance: [1] };
  assert.deepEqual(told({ variance: [1.25] }, reference, "variance_0", [0]), { words: "1.250", bias: "+0.25" });
  assert.equal(told({ variance: [1] }, reference, "variance_0", [0]).bias, "no bias");
  assert.equal(
    told({ variance: [0.9], standard_error: { variance: [0.05] } }, reference, "variance_0", [0]).bias,
    "−0.10 ± 0.05",
  );
  assert.equal(told({ variance: null, how: "none" }, reference, "variance_0", [0]).words, "–");
  assert.equal(told({ variance: [2] }, null, "variance_0", [0]).bias, "");
});
