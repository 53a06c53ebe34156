// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { sentenceOf } from "../../static/race/earlyStops.js";

test("says where the held-out loss was least and where patience ended", () => {
  const ended = sentenceOf("Adam", { step: 1240, best_step: 1140, loss: 0.21 });
  assert.equal(ended, "Adam: held-out loss least (0.210) at step 1140; patience ended at step 1240");
});

test("a run whose held-out loss kept falling never ended patience", () => {
  assert.match(sentenceOf("Adam", { step: null, best_step: 300, loss: 0.2 }), /patience lasted to the end$/);
});

test("a held-out loss that was never finite has no least", () => {
  const never = sentenceOf("Adam", { step: 20, best_step: 0, loss: null });
  assert.equal(never, "Adam: held-out loss never a finite number; patience ended at step 20");
});
