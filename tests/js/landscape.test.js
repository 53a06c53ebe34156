import assert from "node:assert/strict";
import { test } from "node:test";
import { holds, tightWindow, windowOf } from "../../static/race/extent.js";
import { keysOf, landscapeSpec } from "../../static/race/requests.js";
import { level } from "../../static/race/standing.js";
import { adopt, begin, coloursFor, FIRST, freeColour, runSpec, shared } from "../../static/race/state.js";
import { offSteepest } from "../../static/rooms/landscape/inside.js";
import { RunBuffer } from "../../static/run.js";

/** @param {number[][]} position @param {boolean} [diverged] */
function track(position, diverged = false) {
  const buffer = new RunBuffer();
  const step = position.map((_, i) => i);
  buffer.append({ kind: "frames", run: 0, step, position, loss: step, gradient_norm: step });
  if (diverged) buffer.diverged = { kind: "diverged", run: 0, step: 1, reason: "overshoot", message: "" };
  return { buffer, title: "", colour: 0 };
}

test("what the address carries is adopted as it was", () => {
  for (const first of Object.values(FIRST)) {
    const state = begin(first());
    state.page.step = 12;
    state.page.colours = coloursFor(state.spec.optimisers.length, [3, 1]);
    assert.deepEqual(adopt(JSON.parse(JSON.stringify(shared(state.spec, state.page)))), state);
  }
});

test("an address that is no experiment is refused", () => {
  for (const given of [null, 3, {}, { objective: "x" }, { objective: { kind: 3 } }]) assert.equal(adopt(given), null);
});

test("fields of the page of the wrong type are left at their defaults", () => {
  const state = adopt({ ...FIRST.function(), page: { step: "now", speed: {}, height: "log", unknown: 1 } });
  assert.equal(state?.page.step, null);
  assert.equal(state?.page.speed, 60);
  assert.equal(state?.page.height, "log");
  assert.ok(!("unknown" in (state?.page ?? {})));
});

test("every racer has a colour of its own, and keeps it", () => {
  assert.deepEqual(coloursFor(3), [0, 1, 2]);
  assert.deepEqual(coloursFor(3, [2, 2, 0]), [2, 1, 0]);
  assert.equal(new Set(coloursFor(8, [7, 7, 7])).size, 8);
  assert.equal(freeColour([0, 2]), 1);
});

test("a run goes without the plane that is fitted to it", () => {
  const spec = { ...FIRST.network(), view: { plane: { kind: "pca" }, resolution: [65, 65] } };
  assert.equal(runSpec(spec).view, null);
  const asked = landscapeSpec(spec, null);
  assert.deepEqual(asked.resolution, [65, 65]);
  assert.ok("run" in asked);
});

test("a landscape is not asked for anew when only the racers change", () => {
  const spec = FIRST.function();
  const other = { ...spec, optimisers: [{ kind: "adam" }], steps: 5, start: { point: [1, 1] } };
  assert.equal(keysOf(spec, null).landscape, keysOf(other, null).landscape);
  assert.notEqual(keysOf(spec, null).run, keysOf(other, null).run);
});

test("a start that is a point of the plane does not move the plane", () => {
  const spec = FIRST.network();
  assert.equal(keysOf(spec, null).landscape, keysOf({ ...spec, start: { point: [0.5, 0.5] } }, null).landscape);
});

test("a window grows to hold the paths, those that diverged left out", () => {
  const calm = track([
    [0, 0],
    [2, 1],
  ]);
  const wild = track(
    [
      [0, 0],
      [1e9, 0],
    ],
    true,
  );
  const window = windowOf([calm, wild], [-1, 1, -1, 1]);
  assert.ok(window && holds(window, [-1, 2, -1, 1]));
  assert.ok(window && window[1] < 10);
  assert.equal(windowOf([calm], [-3, 3, -3, 3]), null);
});

test("a path that is a point is given room", () => {
  const [x0, x1, y0, y1] = tightWindow([track([[1, 2]])]) ?? [];
  assert.ok(x0 < 1 && x1 > 1 && y0 < 2 && y1 > 2);
});

test("the angle off steepest descent", () => {
  assert.equal(Math.round(offSteepest([1, 0], [-2, 0])), 0);
  assert.equal(Math.round(offSteepest([1, 0], [0, 3])), 90);
  assert.equal(Math.round(offSteepest([0, 2], [0, 1])), 180);
  assert.ok(Number.isNaN(offSteepest([0, 0], [1, 0])));
});

test("losses alike in every digit that is shown are level", () => {
  assert.ok(level(0.81011, 0.81012));
  assert.ok(level(0, 0));
  assert.ok(!level(1e-9, 2e-9));
});
