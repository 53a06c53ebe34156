import assert from "node:assert/strict";
import { test } from "node:test";
import { createCamera, project } from "../../static/plots/projection.js";
import { heightAt, isHidden, pickSurface, surfacePoint } from "../../static/plots/raymarch.js";
import { heightsFrom, IDENTITY, lookAt, perspective, randomness } from "./helpers.js";

/** @param {number[]} eye */
const cameraAt = (eye) =>
  createCamera(
    { projection: perspective(0.8, 1, 0.1, 50), view: lookAt(eye, [0, 0, 0]), model: IDENTITY },
    [1, 1, 1],
    500,
    500,
  );

const hill = (/** @type {number} */ x, /** @type {number} */ y) => Math.exp(-(x * x + y * y) / 0.08);
const HILL = heightsFrom(hill, 129);

test("interpolation reproduces every function a + bx + cy + dxy exactly", () => {
  const bilinear = (/** @type {number} */ x, /** @type {number} */ y) => 0.3 - 2 * x + 0.7 * y + 1.5 * x * y;
  const heights = heightsFrom(bilinear, 9);
  const random = randomness(4);
  for (let round = 0; round < 200; round++) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    assert.ok(Math.abs(heightAt(heights, x, y) - bilinear(x, y)) < 1e-12);
  }
});

test("the last row and column belong to the surface, and nothing beyond", () => {
  assert.equal(heightAt(HILL, 1, 1), hill(1, 1));
  assert.ok(Number.isNaN(heightAt(HILL, 1.0001, 0)));
  assert.ok(Number.isNaN(heightAt(HILL, 0, -1.0001)));
  assert.ok(Number.isNaN(heightAt(HILL, Number.NaN, 0)));
});

test("there is no height next to a hole", () => {
  const heights = heightsFrom((x, y) => (x === 0 && y === 0 ? Number.NaN : 1), 9);
  assert.ok(Number.isNaN(heightAt(heights, 0.1, 0.1)));
  assert.equal(heightAt(heights, 0.3, 0.3), 1);
});

test("nothing on a plane hides anything of it from above", () => {
  const plane = heightsFrom((x, y) => 0.2 * x - 0.1 * y, 33);
  const random = randomness(5);
  for (let round = 0; round < 200; round++) {
    const [x, y] = [1.8 * random() - 0.9, 1.8 * random() - 0.9];
    assert.equal(isHidden(plane, [0.5, -3, 1.5], x, y, 0.2 * x - 0.1 * y, 1e-9), false);
  }
});

test("from below, a plane hides what lies on it", () => {
  const plane = heightsFrom(() => 0.5, 33);
  assert.equal(isHidden({ ...plane, low: -1, high: 1 }, [0, -3, -2], 0.1, 0.2, 0.51, 0.001), true);
});

test("a hill hides exactly what lies in its shadow", () => {
  const eye = /** @type {[number, number, number]} */ ([0, -4, 0.8]);
  // From a point on the floor behind the hill, the ray is hidden where the hill's profile is above it: closed form.
  const hidden = (/** @type {number} */ x, /** @type {number} */ y) => {
    const z = hill(x, y);
    for (let s = 0.001; s < 1; s += 0.001) {
      if (hill(x + (eye[0] - x) * s, y + (eye[1] - y) * s) > z + (eye[2] - z) * s + 0.01) return true;
    }
    return false;
  };
  const random = randomness(6);
  let [shaded, wrong] = [0, 0];
  for (let round = 0; round < 500; round++) {
    const [x, y] = [1.8 * random() - 0.9, 1.8 * random() - 0.9];
    const expected = hidden(x, y);
    shaded += Number(expected);
    wrong += Number(isHidden(HILL, eye, x, y, hill(x, y), 0.01) !== expected);
  }
  assert.ok(shaded > 20, `${shaded} of 500 points are in the shadow`);
  assert.ok(wrong <= 5, `${wrong} of 500 points differ from the closed form`);
});

test("picking the pixel of a visible point finds the point", () => {
  const eye = /** @type {[number, number, number]} */ ([1.1, -2.6, 2.2]);
  const camera = cameraAt(eye);
  const random = randomness(7);
  let visible = 0;
  for (let round = 0; round < 200; round++) {
    const [x, y] = [1.9 * random() - 0.95, 1.9 * random() - 0.95];
    if (isHidden(HILL, eye, x, y, heightAt(HILL, x, y), 0.004)) continue;
    visible++;
    const [px, py] = /** @type {[number, number]} */ (surfacePoint(camera, HILL, x, y));
    const found = pickSurface(camera, HILL, px, py);
    assert.ok(found, `nothing is found at (${x}, ${y})`);
    assert.ok(Math.hypot(found.x - x, found.y - y) < 0.02, `(${x}, ${y}) is found at (${found.x}, ${found.y})`);
    assert.ok(Math.abs(found.z - heightAt(HILL, found.x, found.y)) < 1e-9);
  }
  assert.ok(visible > 150);
});

test("picking beside the surface, or through a hole, finds nothing", () => {
  const camera = cameraAt([0.01, -0.01, 4]);
  assert.equal(pickSurface(camera, HILL, 2, 2), null);
  const holed = heightsFrom((x, y) => (Math.hypot(x, y) < 0.4 ? Number.NaN : 0.1), 65);
  const [px, py] = project(camera, 0, 0, 0.1);
  assert.equal(pickSurface(camera, holed, px, py), null);
  assert.ok(
    pickSurface(
      camera,
      { ...holed, low: 0, high: 1 },
      .../** @type {[number, number]} */ (project(camera, 0.7, 0.7, 0.1).slice(0, 2)),
    ),
  );
});

test("a point outside of the surface is on no pixel", () => {
  assert.equal(surfacePoint(cameraAt([1, -3, 2]), HILL, 1.5, 0), null);
});
