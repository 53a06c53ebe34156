import assert from "node:assert/strict";
import { test } from "node:test";
import { curveOf, domainOf } from "../../static/plots/curves.js";
import { bandScale, fieldOf, heightScale, heightsOf, rowsOf } from "../../static/plots/field.js";
import { leftEnd, placeLabels } from "../../static/plots/labels.js";
import { orbited, zoomed } from "../../static/plots/orbit.js";
import { colourscale, rampColour } from "../../static/plots/palette.js";
import { logTicks } from "../../static/plots/ticks.js";
import { RunBuffer } from "../../static/run.js";
import { randomness } from "./helpers.js";

/** @param {(x: number, y: number) => number} of @param {number} [size] */
function fieldFrom(of, size = 65) {
  const axis = Array.from({ length: size }, (_, i) => -2 + (4 * i) / (size - 1));
  return fieldOf({ x: axis, y: axis, loss: axis.map((y) => axis.map((x) => of(x, y))) });
}

const ravine = fieldFrom((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2);

test("a field is the same from nested rows and from one flat column", () => {
  const { x, y, loss } = ravine;
  const nested = Array.from(y, (_, row) => Array.from(loss.subarray(row * x.length, (row + 1) * x.length)));
  assert.deepEqual(fieldOf({ x, y, loss }), fieldOf({ x, y, loss: nested }));
});

test("holes are null or NaN, are counted, and stay holes in every scale", () => {
  const field = fieldOf({
    x: [0, 1],
    y: [0, 1, 2],
    loss: [
      [1, null],
      [Number.NaN, 4],
      [2, 3],
    ],
  });
  assert.deepEqual([field.holes, field.minimum, field.maximum], [2, 1, 4]);
  for (const scale of [
    heightScale(field, "log"),
    bandScale(field, "quantile"),
    bandScale(field, "log"),
    bandScale(field, "linear"),
  ]) {
    const rows = rowsOf(field, scale);
    assert.deepEqual(
      rows.map((row) => Array.from(row, Number.isNaN)),
      [
        [false, true],
        [true, false],
        [false, false],
      ],
    );
  }
});

for (const [name, scale] of /** @type {const} */ ([
  ["log height", heightScale(ravine, "log")],
  ["linear height", heightScale(ravine, "linear")],
  ["quantile bands", bandScale(ravine, "quantile")],
  ["log bands", bandScale(ravine, "log")],
  ["linear bands", bandScale(ravine, "linear")],
])) {
  test(`${name}: the map ascends, and its inverse undoes it`, () => {
    const { minimum, maximum } = ravine;
    let before = Number.NEGATIVE_INFINITY;
    for (let i = 0; i <= 200; i++) {
      const loss = minimum + (maximum - minimum) * (i / 200) ** 3;
      const value = scale.of(loss);
      assert.ok(value >= before);
      before = value;
      assert.ok(Math.abs(scale.invert(value) - loss) <= 1e-9 * (maximum - minimum), `${loss} → ${scale.invert(value)}`);
    }
  });
}

test("the log height is odd about the minimum, and blind to a constant added to the loss", () => {
  const scale = heightScale(ravine, "log");
  for (const u of [1e-9, 0.3, 20]) {
    const [above, below] = [scale.of(ravine.minimum + u), scale.of(ravine.minimum - u)];
    assert.ok(Math.abs(above + below) <= 1e-6 * above);
  }
  const raised = fieldOf({ ...ravine, loss: ravine.loss.map((loss) => loss + 1000) });
  const [low, high] = [heightsOf(ravine, scale), heightsOf(raised, heightScale(raised, "log"))];
  assert.ok(low.z.every((z, i) => Math.abs(z - high.z[i]) < 1e-6));
});

test("quantile bands share the window equally", () => {
  const scale = bandScale(ravine, "quantile");
  const counts = new Array(10).fill(0);
  for (const loss of ravine.loss) counts[Math.min(9, Math.floor(10 * scale.of(loss)))]++;
  for (const count of counts)
    assert.ok(Math.abs(count - ravine.loss.length / 10) < 0.02 * ravine.loss.length, String(counts));
});

test("a constant loss is a level surface, not an error", () => {
  const flat = fieldFrom(() => 3, 5);
  const { low, high, z } = heightsOf(flat, heightScale(flat, "log"));
  assert.ok(low < high && z.every((value) => value === low));
  for (const mode of /** @type {const} */ (["quantile", "log", "linear"]))
    assert.ok(Number.isFinite(bandScale(flat, mode).of(3)));
});

test("a log axis has no more ticks than it was given room for, powers of ten where they fit", () => {
  for (const most of [2, 3, 5, 9]) {
    for (const [low, high] of [
      [0.1, 10],
      [0.2, 0.9],
      [3, 4000],
    ]) {
      const { length } = logTicks(low, high, most);
      assert.ok(length >= 1 && length <= most);
    }
  }
  assert.deepEqual(
    logTicks(0.1, 10, 3).map(({ value }) => value),
    [0.1, 1, 10],
  );
});

test("log height ticks are powers of ten above the minimum, where the surface has them", () => {
  const scale = heightScale(ravine, "log");
  const { low, high } = heightsOf(ravine, scale);
  const ticks = scale.ticks(low, high, 5);
  assert.ok(ticks.length >= 3);
  for (const { at } of ticks) {
    const exponent = Math.log10(scale.invert(at) - ravine.minimum);
    assert.ok(at >= low && at <= high && Math.abs(exponent - Math.round(exponent)) < 1e-6);
  }
});

const BOUNDS = { left: 0, top: 0, right: 300, bottom: 200 };
/** @param {{left: number, right: number, top: number, bottom: number}} a @param {typeof a} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test("labels overlap neither each other nor heads nor obstacles, and stay within the plot", () => {
  const random = randomness(41);
  let placed = 0;
  for (let round = 0; round < 200; round++) {
    const anchors = Array.from({ length: 6 }, () => ({
      x: 300 * random(),
      y: 200 * random(),
      width: 40 + 60 * random(),
    }));
    const obstacles = [{ left: 100, top: 80, right: 160, bottom: 100 }];
    const boxes = placeLabels(anchors, BOUNDS, obstacles).flatMap((label) => (label ? [label.box] : []));
    placed += boxes.length;
    boxes.forEach((box, i) => {
      assert.ok(box.left >= 0 && box.right <= 300 && box.top >= 0 && box.bottom <= 200);
      for (const other of [...boxes.slice(i + 1), ...obstacles]) assert.ok(!overlap(box, other));
      for (const { x, y } of anchors)
        assert.ok(!overlap(box, { left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
    });
  }
  assert.ok(placed > 1100, `${placed} of 1200 labels found a place`);
});

test("six optimisers at one point all keep their names", () => {
  const anchors = Array.from({ length: 6 }, () => ({ x: 150, y: 100, width: 80 }));
  assert.ok(placeLabels(anchors, BOUNDS).every((label) => label !== null));
});

test("a label keeps its place while that is free", () => {
  const anchor = { x: 150, y: 100, width: 60 };
  const [first] = placeLabels([anchor], BOUNDS);
  assert.equal(first?.place, 0);
  const [kept] = placeLabels([{ ...anchor, x: 151 }], BOUNDS, [], [5]);
  assert.equal(kept?.place, 5);
});

test("turning by an angle and back is where it was, and turning keeps the distance", () => {
  const camera = { eye: { x: 1, y: -2, z: 1.1 }, center: { x: 0, y: 0, z: -0.1 } };
  const there = orbited(camera, 0.7, 0.2);
  const back = orbited(there, -0.7, -0.2);
  const length = (/** @type {{x: number, y: number, z: number}} */ { x, y, z }) => Math.hypot(x, y, z);
  for (const key of /** @type {const} */ (["x", "y", "z"]))
    assert.ok(Math.abs(back.eye[key] - camera.eye[key]) < 1e-12);
  assert.ok(Math.abs(length(there.eye) - length(camera.eye)) < 1e-12);
  assert.deepEqual(there.center, camera.center);
  assert.ok(Math.abs(length(zoomed(camera, 2).eye) - length(camera.eye) / 2) < 1e-12);
});

test("a tilt stops short of the poles", () => {
  const { eye } = orbited({ eye: { x: 1, y: -2, z: 1.1 } }, 0, 10);
  assert.ok(Math.hypot(eye.x, eye.y) > 0.01 && eye.z > 0);
});

/** @param {number[]} losses */
function trackOf(losses) {
  const buffer = new RunBuffer();
  const step = losses.map((_, i) => i);
  buffer.append({
    kind: "frames",
    run: 0,
    step,
    position: losses.flatMap(() => [0, 0]),
    loss: losses,
    gradient_norm: losses,
  });
  return { buffer, title: "", colour: 0 };
}

test("a log axis counts what it has no place for, and the curve has a gap there", () => {
  const track = trackOf([10, 1, 0, -2, 0.1]);
  const domain = domainOf([track], { quantity: "loss", scale: "log" });
  assert.deepEqual(domain, { low: 0.1, high: 100, gaps: 2 });
  const { y } = curveOf(
    track.buffer,
    "loss",
    (step) => step,
    (value) => Math.log10(value),
    100,
  );
  assert.deepEqual(y.map(Number.isFinite), [true, true, false, false, true]);
});

test("a linear axis holds every value", () => {
  const { low, high, gaps } = domainOf([trackOf([3, -1, 2])], { quantity: "loss", scale: "linear" });
  assert.ok(low < -1 && high > 3 && gaps === 0);
});

test("one vanishing loss does not flatten the axis of the others", () => {
  const { low, high } = domainOf([trackOf([1, 1e-3, 1e-300])], { quantity: "loss", scale: "log" });
  assert.ok(high / low <= 1e20);
});

test("a thinned curve keeps the extremes of every pixel, its ends and its gaps", () => {
  const random = randomness(42);
  const losses = Array.from({ length: 50_000 }, () => random());
  for (let i = 20_000; i < 21_000; i++) losses[i] = Number.NaN;
  const { buffer } = trackOf(losses);
  const { x, y } = curveOf(
    buffer,
    "loss",
    (step) => step / 500,
    (value) => value,
    100,
  );
  assert.ok(x.length <= 100 * 8, `${x.length} points`);
  assert.deepEqual([x[0], x.at(-1)], [0, 49_999 / 500]);
  assert.ok(y.some(Number.isNaN));
  for (let column = 0; column < 100; column++) {
    const all = losses.slice(500 * column, 500 * (column + 1)).filter((value) => !Number.isNaN(value));
    const kept = y.filter((value, i) => Math.floor(x[i]) === column && !Number.isNaN(value));
    if (all.length) assert.deepEqual([Math.min(...kept), Math.max(...kept)], [Math.min(...all), Math.max(...all)]);
  }
});

test("the colour of a share is the ramp's own at its stops, and between them between", () => {
  const ramp = ["#000000", "#102030", "#ffffff"];
  assert.deepEqual(
    [0, 0.25, 0.5, 1].map((share) => rampColour(ramp, share)),
    ["rgb(0 0 0)", "rgb(8 16 24)", "rgb(16 32 48)", "rgb(255 255 255)"],
  );
  assert.deepEqual(
    colourscale(ramp).map(([share]) => share),
    [0, 0.5, 1],
  );
});

test("a text beside a point stays within the picture", () => {
  assert.equal(leftEnd(100, -1, 40, 300), 60);
  assert.equal(leftEnd(100, 1, 40, 300), 100);
  assert.equal(leftEnd(100, 0, 40, 300), 80);
  assert.ok(leftEnd(10, -1, 40, 300) >= 0);
  assert.ok(leftEnd(290, 1, 40, 300) + 40 <= 300);
});
