import assert from "node:assert/strict";
import { test } from "node:test";
import { classColour, classPixels, magnitude, rgbOf, signedPixels } from "../../static/plots/diverging.js";
import { isoline, lead } from "../../static/plots/isolines.js";
import { spanOf, valueNear, windowOf } from "../../static/plots/xyChart.js";
import { pointsOf } from "../../static/rooms/network/answer.js";

const COLOURS = { negative: rgbOf("#00f"), zero: rgbOf("#000000"), positive: rgbOf("#ff0000") };

test("a signed picture has row 0 at the bottom, and holes are transparent", () => {
  const pixels = signedPixels([1, -1, 0, Number.NaN], 2, 2, COLOURS, 1);
  const at = (/** @type {number} */ i) => [...pixels.slice(4 * i, 4 * i + 4)];
  assert.deepEqual(at(2), [255, 0, 0, 255]);
  assert.deepEqual(at(3), [0, 0, 255, 255]);
  assert.deepEqual(at(0), [0, 0, 0, 255]);
  assert.deepEqual(at(1), [0, 0, 0, 0]);
});

test("beyond its scale a picture keeps full colour", () => {
  assert.deepEqual([...signedPixels([7], 1, 1, COLOURS, 2)], [255, 0, 0, 255]);
  assert.equal(magnitude([1, -9, Number.POSITIVE_INFINITY, Number.NaN]), 9);
});

test("a certain class has its own colour, and an even bet their mean", () => {
  const hues = [rgbOf("#ff0000"), rgbOf("#0000ff")];
  assert.deepEqual([...classPixels([1, 0], 1, 1, hues, [0, 0, 0], 1)], [255, 0, 0, 255]);
  assert.deepEqual([...classPixels([0.5, 0.5], 1, 1, hues, [0, 0, 0], 1)], [128, 0, 128, 255]);
});

test("of two classes the second has the colour of positive answers", () => {
  const lines = ["amber", "blue", "teal"];
  assert.deepEqual(
    [0, 1].map((k) => classColour(k, 2, lines)),
    ["blue", "amber"],
  );
  assert.equal(classColour(4, 5, lines), "blue");
});

test("the line of a plane is straight, at the level, and joined from cell to cell", () => {
  const [columns, rows] = [6, 5];
  const values = Float64Array.from({ length: 30 }, (_, i) => (i % columns) + 2 * Math.floor(i / columns));
  const segments = isoline(values, columns, rows, 4.5);
  assert.ok(segments.length > 0);
  for (const [x0, y0, x1, y1] of segments) {
    assert.ok(Math.abs(x0 + 2 * y0 - 4.5) < 1e-12);
    assert.ok(Math.abs(x1 + 2 * y1 - 4.5) < 1e-12);
  }
  const ends = segments.flatMap(([x0, y0, x1, y1]) => [`${x0},${y0}`, `${x1},${y1}`]);
  const alone = ends.filter((end) => ends.filter((other) => other === end).length === 1);
  assert.equal(alone.length, 2);
});

test("no line runs where there is no crossing or a hole", () => {
  assert.deepEqual(isoline([1, 1, 1, 1], 2, 2, 0), []);
  assert.deepEqual(isoline([1, -1, Number.NaN, 1], 2, 2, 0), []);
});

test("a class leads where it is the likeliest", () => {
  assert.deepEqual(
    [...lead([0.6, 0.2, 0.3, 0.3, 0.1, 0.5], 3, 2, 0)].map((v) => Math.round(10 * v)),
    [3, -3],
  );
});

test("a value between two points of a curve lies between theirs", () => {
  const line = { x: [0, 1, 3], y: [0, 10, 30] };
  assert.equal(valueNear(line, 2), 20);
  assert.equal(valueNear(line, 0), 0);
  assert.ok(Number.isNaN(valueNear(line, 4)));
});

test("the window of a log figure is whole decades and leaves out what has no place", () => {
  const series = [{ x: [1, 2, 3], y: [0.02, 0, 5], colour: "" }];
  assert.deepEqual(spanOf(series, "y", true), [0.02, 5]);
  const [x0, x1, y0, y1] = windowOf({ series, log: true });
  assert.deepEqual([x0, x1], [1, 3]);
  assert.ok(Math.abs(y0 - 0.01) < 1e-12 && y1 === 10);
  assert.equal(windowOf({ series: [], log: true }).every(Number.isFinite), true);
});

test("examples are told apart by feature, flat or by rows", () => {
  const rows = { inputs: Float64Array.of(1, 2, 3, 4), targets: Int32Array.of(0, 1), test_inputs: [], test_targets: [] };
  const { train, test: held } = pointsOf(rows, 2);
  assert.deepEqual(train, { x: [1, 3], y: [2, 4], labels: [0, 1] });
  assert.equal(held?.x.length, 0);
  const line = pointsOf({ ...rows, targets: Float64Array.of(5, 6, 7, 8) }, 1);
  assert.deepEqual(line.train?.y, [5, 6, 7, 8]);
  assert.equal(pointsOf(rows, 4).train, null);
});
