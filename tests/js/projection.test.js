import assert from "node:assert/strict";
import { test } from "node:test";
import { createCamera, eyeOf, invert, multiply, project, unproject } from "../../static/plots/projection.js";
import { IDENTITY, lookAt, perspective, randomness } from "./helpers.js";

/** @param {ArrayLike<number>} actual @param {ArrayLike<number>} expected @param {number} tolerance */
function near(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  for (let k = 0; k < actual.length; k++) {
    assert.ok(
      Math.abs(actual[k] - expected[k]) <= tolerance,
      `${k}: ${actual[k]} is not ${expected[k]} ± ${tolerance}`,
    );
  }
}

/** @param {() => number} random */
const randomMatrix = (random) => Float64Array.from({ length: 16 }, () => 2 * random() - 1);

const EYE = [1.2, -2.4, 1.9];
const SCALE = [0.5, 2, 0.01];
const camera = createCamera(
  { projection: perspective(0.8, 640 / 480, 0.1, 50), view: lookAt(EYE, [0.1, 0.2, -0.1]), model: IDENTITY },
  SCALE,
  640,
  480,
);
const toData = (/** @type {number[]} */ point) =>
  /** @type {[number, number, number]} */ (point.map((v, k) => v / SCALE[k]));

test("a matrix times its inverse is the identity, from either side", () => {
  const random = randomness(1);
  for (let round = 0; round < 200; round++) {
    const matrix = randomMatrix(random);
    near(multiply(matrix, invert(matrix)), IDENTITY, 1e-9);
    near(multiply(invert(matrix), matrix), IDENTITY, 1e-9);
  }
});

test("a matrix with zeros on its diagonal has an inverse", () => {
  const permutation = Float64Array.from([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
  near(multiply(permutation, invert(permutation)), IDENTITY, 0);
});

test("the product is associative", () => {
  const random = randomness(2);
  const [a, b, c] = [0, 1, 2].map(() => randomMatrix(random));
  near(multiply(multiply(a, b), c), multiply(a, multiply(b, c)), 1e-12);
});

test("the target of the camera is the middle of the picture", () => {
  const [px, py] = project(camera, ...toData([0.1, 0.2, -0.1]));
  near([px, py], [320, 240], 1e-9);
});

test("a point h above the view axis at distance d is h / (d·tan(angle/2)) half-heights above the middle", () => {
  const level = createCamera(
    { projection: perspective(0.8, 1, 0.1, 50), view: lookAt([0, -4, 0], [0, 0, 0]), model: IDENTITY },
    [1, 1, 1],
    400,
    400,
  );
  const [px, py, depth] = project(level, 0, 0, 0.7);
  near([px, py, depth], [200, 200 - (200 * 0.7) / (4 * Math.tan(0.4)), 4], 1e-9);
});

test("the eye is where the camera stands, in data coordinates", () => {
  near(eyeOf(camera), toData(EYE), 1e-6);
});

test("a point unprojects to itself at its own depth", () => {
  const random = randomness(3);
  for (let round = 0; round < 100; round++) {
    const point = toData([2 * random() - 1, 2 * random() - 1, 2 * random() - 1]);
    const [px, py] = project(camera, ...point);
    const m = camera.matrix;
    const clip = [2, 3].map((row) => m[row] * point[0] + m[4 + row] * point[1] + m[8 + row] * point[2] + m[12 + row]);
    near(unproject(camera, px, py, clip[0] / clip[1]), point, 1e-7);
  }
});

test("a point behind the eye has a negative depth", () => {
  assert.ok(project(camera, ...toData([2.4, -4.8, 3.8]))[2] < 0);
});
