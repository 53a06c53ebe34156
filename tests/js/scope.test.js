import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../static/race/downloads.js";
import { noisyNote, ofWhat, recordIn, scopeOf } from "../../static/race/scope.js";
import { standing } from "../../static/race/standing.js";
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
    const { scope: told, batch } = tracksOf(started, [0])[0].buffer;
    assert.equal(batch !== null, told === "batch");
    return told;
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

/** A racer at its start. @param {import("../../static/race/scope.js").Scope} scope @param {number} loss @param {number} [size] */
function track(scope, loss, size) {
  const buffer = new RunBuffer(scope, size);
  const one = { step: [0], position: [[1, 2]], loss: [loss], gradient_norm: [0.5], learning_rate: [0.1] };
  buffer.append(/** @type {any} */ ({ kind: "frames", run: 0, ...one }));
  return { buffer, title: "SGD", colour: 0 };
}

/** How a race stands at its start. @param {any[]} tracks */
const words = (tracks) =>
  standing(/** @type {any} */ ({ step: () => 0, live: { get: () => ({ run: { tracks } }) } })).map((one) => one.words);

test("losses of batches of different sizes have no order, and those of all examples at the end have one", () => {
  const [small, large] = [track("batch", 3, 8), track("batch", 4, 16)];
  assert.deepEqual(words([small, large]), ["", ""]);
  assert.match(noisyNote([small, large]), /in no order/);
  assert.deepEqual(words([small, track("batch", 4, 8)]), ["leading", ""]);
  small.buffer.final = { loss: 2, gradient_norm: 1 };
  assert.deepEqual(words([small, large]), ["", ""]);
  large.buffer.final = { loss: 1, gradient_norm: 1 };
  assert.deepEqual(words([small, large]), ["", "leading"]);
});

test("numbers that came in single precision are written so that they come back in it, and no longer", () => {
  const { buffer } = track("objective", Math.fround(0.1));
  assert.match(csvOf([{ buffer, title: "SGD", colour: 0 }]), /,0\.10000000149011612,0\.5,0\.1$/);
  const single = { step: [0], position: [[0, 0]], loss: [1], gradient_norm: Float32Array.of(1 / 3) };
  const other = new RunBuffer();
  other.append(/** @type {any} */ ({ kind: "frames", run: 0, ...single, learning_rate: Float32Array.of(0.05) }));
  assert.match(csvOf([{ buffer: other, title: "SGD", colour: 0 }]), /,1,0\.33333334,0\.05$/);
});

test("a racer with batches of its own beside one without is told apart from it", () => {
  const [whole, batch] = [track("objective", 3), track("batch", 4)];
  assert.deepEqual(csvOf([whole, batch]).split("\n"), [
    "run,optimiser,step,x,y,loss,batch_loss,gradient_norm,batch_gradient_norm,learning_rate",
    '0,"SGD",0,1,2,3,,0.5,,0.1',
    '1,"SGD",0,1,2,,4,,0.5,0.1',
  ]);
  assert.equal(noisyNote([whole]), "");
  assert.match(noisyNote([batch]), /^Of each step’s batch/);
  assert.match(noisyNote([whole, batch]), /^Partly/);
  assert.deepEqual(words([whole, batch]), ["", ""]);
  assert.deepEqual(words([batch, track("batch", 5)]), ["leading", ""]);
});
