import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../static/race/downloads.js";
import { ofWhat, recordIn, scopeOf } from "../../static/race/scope.js";
import { tracksOf } from "../../static/race/tracks.js";
import { recordOf } from "../../static/rooms/network/state.js";
import { RunBuffer } from "../../static/run.js";

const curvature = { every: 20, top: 2 };

test("a scope is recorded beside what else is, and the usual one is not written down", () => {
  assert.deepEqual(recordIn("batch", { record: { curvature } }), { curvature, scope: "batch" });
  assert.deepEqual(recordIn("objective", { record: { curvature, scope: "batch" } }), { curvature });
  assert.equal(recordIn("objective", { record: { scope: "batch" } }), null);
  assert.equal(recordIn(undefined, {}), null);
  assert.equal(scopeOf({}), "objective");
  assert.equal(scopeOf({ record: recordIn("batch", {}) }), "batch");
});

test("the Network room's own record keeps the scope that was chosen", () => {
  const description = { dim: 9, layers: [{ fan_in: 2, fan_out: 3 }] };
  const spec = /** @type {any} */ ({ steps: 10 });
  assert.equal(recordOf({ ...spec, record: { scope: "batch" } }, description).scope, "batch");
  assert.ok(!("scope" in recordOf(spec, description)));
});

test("tracks say what their numbers are of, as the server said that it ran", () => {
  const seen = (/** @type {string} */ scope, /** @type {any} */ spec, /** @type {any} */ optimiser = {}) => {
    const runs = [{ title: "Adam", optimiser }];
    const started = /** @type {any} */ ({ kind: "started", examples: 60, runs, spec: { ...spec, record: { scope } } });
    return tracksOf(started, [0])[0].buffer.scope;
  };
  assert.equal(seen("batch", { batch_size: 8 }), "batch");
  assert.equal(seen("batch", { batch_size: null }, { batch_size: 8 }), "batch");
  assert.equal(seen("batch", { batch_size: null, noise: { dropout: 0.1 } }), "batch");
  assert.equal(seen("objective", { batch_size: 8 }), "objective");
  assert.equal(seen("batch", { batch_size: 60 }), "objective");
  assert.equal(seen("batch", { batch_size: null }), "objective");
  assert.equal(`loss${ofWhat("batch")}`, "loss of the batch");
  assert.equal(`loss${ofWhat("objective")}`, "loss");
});

test("a column of losses of batches is named so", () => {
  const track = (/** @type {import("../../static/race/scope.js").Scope} */ scope) => ({
    buffer: new RunBuffer(scope),
    title: "Adam",
    colour: 0,
  });
  assert.equal(csvOf([track("batch")]), "run,optimiser,step,x,y,batch_loss,batch_gradient_norm,learning_rate");
  assert.equal(csvOf([track("objective")]), "run,optimiser,step,x,y,loss,gradient_norm,learning_rate");
});
