import assert from "node:assert/strict";
import { test } from "node:test";
import { closer, gapsOf, gridOf, lossAt, peakOf, shadesOf } from "../../static/rooms/bayes/elboGrid.js";
import { alongAxis, bell, rowsAt } from "../../static/rooms/bayes/gaussians.js";
import { measured } from "../../static/rooms/bayes/gaussianTables.js";
import { begin, first, posteriorSpec, shared } from "../../static/rooms/bayes/state.js";
import { drawnMethod, elboSpec, reportAt, waysOf, windowFor } from "../../static/rooms/bayes/variational.js";

/** @param {number} low @param {number} high @param {number} count */
const axis = (low, high, count) =>
  Float64Array.from({ length: count }, (_, i) => low + (i / (count - 1)) * (high - low));

/** @param {(x: number, y: number) => number} f @param {number[]} window */
function grid(f, [x0, x1, y0, y1]) {
  const [x, y] = [axis(x0, x1, 37), axis(y0, y1, 33)];
  return gridOf({ x, y, loss: Array.from(y, (b) => Array.from(x, (a) => f(a, b))) });
}

const bowl = (/** @type {number} */ x, /** @type {number} */ y) =>
  2 * (x - 0.33) ** 2 + (y + 0.21) ** 2 + 0.8 * (x - 0.33) * (y + 0.21) + 1.7;

test("the maximum of a quadratic is found between the points of the grid, exactly", () => {
  const peak = peakOf(grid(bowl, [-2, 2, -2, 2]));
  assert.ok(peak && !peak.edge);
  assert.ok(Math.abs(peak.x - 0.33) < 1e-12 && Math.abs(peak.y + 0.21) < 1e-12);
  assert.ok(Math.abs(peak.loss - 1.7) < 1e-12);
});

test("of −ELBO of a Gaussian, −ln s + s²/2 + m²/2, a closer look ends at m = 0, s = 1", () => {
  const loss = (/** @type {number} */ m, /** @type {number} */ s) => 0.5 * m * m + 0.5 * Math.exp(2 * s) - s;
  const whole = grid(loss, [-4.1, 4, -2.3, 2]);
  const peak = peakOf(whole);
  assert.ok(peak);
  const near = peakOf(grid(loss, closer(whole, peak)));
  assert.ok(near && Math.hypot(near.x, near.y) < 2e-3 && Math.abs(near.loss - 0.5) < 1e-5);
});

test("a maximum at the border is told as such, holes are not looked at, and nothing but holes has none", () => {
  assert.equal(peakOf(grid((x) => x, [0, 1, 0, 1]))?.edge, true);
  const holed = grid(bowl, [-2, 2, -2, 2]);
  holed.loss[0] = Number.NaN;
  assert.ok(Math.abs((peakOf(holed)?.x ?? 0) - 0.33) < 1e-12);
  assert.equal(peakOf({ ...holed, loss: holed.loss.map(() => Number.NaN) }), null);
});

test("shades fall with the gap below the maximum, from 1; holes stay holes", () => {
  const gaps = gapsOf({ x: axis(0, 1, 2), y: axis(0, 1, 2), loss: Float64Array.of(3, 4, 13, Number.NaN) }, 3);
  const [top, next, last, hole] = shadesOf(gaps);
  assert.ok(top === 1 && next < 1 && next > last && last === 0 && Number.isNaN(hole));
});

test("between the points the ELBO is bilinear, and outside there is none", () => {
  const plane = grid((x, y) => 1 + 2 * x - 3 * y + x * y, [0, 4, 0, 3]);
  assert.ok(Math.abs(lossAt(plane, [1.37, 2.11]) - (1 + 2.74 - 6.33 + 1.37 * 2.11)) < 1e-12);
  assert.ok(Math.abs(lossAt(plane, [4, 3]) - (1 + 8 - 9 + 12)) < 1e-12);
  assert.ok(Number.isNaN(lossAt(plane, [4.01, 1])));
});

/** Two fits of one family and one of another, in two dimensions. */
function live() {
  const method = (/** @type {string} */ family) => ({
    title: "VI",
    method: { kind: "variational", family: { kind: family } },
  });
  const report = (/** @type {number} */ t) => ({
    mean: [t, -t],
    diagnostics: {
      start: [0, 0, -1, -2],
      now: [t, -t, 0.1 * t, 0.2 * t],
      parameters: [t, -t, 0, 0],
      covariance: [1, 0, 0, 4],
    },
  });
  return /** @type {any} */ ({
    status: "finished",
    started: {
      dim: 2,
      view: [1, 0],
      window: [-3, 5, -6, 6],
      spec: { target: { kind: "banana" } },
      methods: [{ method: { kind: "hmc" } }, method("mean_field"), method("full_rank"), method("mean_field")],
    },
    sheets: null,
    estimates: [[], [report(1), report(2)], [report(3)], [report(4)]],
    finished: {
      methods: [null, { divergences: { elbo: null, reverse: { value: 0.3, error: 0 }, forward: null } }, null, null],
      moment_matches: [{ family: "full_rank", mean: [0, 0], covariance: [9, 0, 0, 9] }],
    },
  });
}
const page = /** @type {any} */ ({ selected: 1, coordinate: 0, colours: [0, 1, 2, 3] });

test("the ELBO drawn is the selected method's, or the first that has one", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((selected) => drawnMethod(live(), selected)),
    [1, 1, 2, 3],
  );
  assert.equal(drawnMethod(/** @type {any} */ ({ started: { methods: [{ method: { kind: "hmc" } }] } }), 0), -1);
});

test("ways begin at the start, show one coordinate, and are of one family", () => {
  const ways = waysOf(live(), page, 1, 1);
  assert.deepEqual(
    ways.map((way) => [way.method, way.selected]),
    [
      [1, true],
      [3, false],
    ],
  );
  assert.deepEqual(ways[0].points, [
    [0, -2],
    [-1, 0.2],
    [-2, 0.4],
  ]);
  assert.deepEqual(ways[0].answers.at(-1), [-2, 0]);
});

test("the landscape is asked for in the plane of m and ln s through the fit, once there is a fit", () => {
  const spec = elboSpec(live(), page, 1);
  assert.deepEqual(spec.plane, { kind: "weights", x: 1, y: 3 });
  assert.deepEqual(spec.origin, { parameters: [2, -2, 0, 0] });
  assert.deepEqual(spec.objective, {
    kind: "elbo",
    target: { kind: "banana" },
    family: { kind: "mean_field" },
  });
  assert.deepEqual(elboSpec(live(), { ...page, coordinate: 1 }, 1).plane, { kind: "weights", x: 0, y: 2 });
  assert.equal(elboSpec({ ...live(), status: "running" }, page, 1), null);
});

test("the window holds the ways that stay near, and none that flew off", () => {
  const [x0, x1, y0, y1] = windowFor(
    [-1, 1],
    [
      {
        points: [
          [1.5, -5],
          [1e9, 0],
          [Number.NaN, 0],
        ],
      },
    ],
  );
  assert.ok(x0 === -1 && x1 > 1.5 && x1 < 2 && y0 < -5 && y0 > -6 && y1 === 0);
});

test("reports are spread over the steps, the last at the last", () => {
  assert.deepEqual(
    [0, 49, 50, 99, 100, Infinity].map((step) => reportAt(step, 100, 2)),
    [0, 0, 1, 1, 1, 1],
  );
});

test("the Gaussians are those of the step, then the ones that match moments, with their numbers", () => {
  const state = { ...begin(first()), page };
  const rows = rowsAt(live(), state, Infinity);
  assert.deepEqual(
    rows.map((row) => [row.colour, alongAxis(row.moments, 1)[1]]),
    [
      [1, 2],
      [2, 2],
      [3, 2],
      [null, 3],
    ],
  );
  assert.equal(rows[0].numbers?.reverse?.value, 0.3);
  assert.deepEqual(alongAxis(rowsAt(live(), state, 0)[0].moments, 0), [1, 1]);
});

test("a bell has an area of one and its deviation", () => {
  const x = axis(-10, 10, 2001);
  const heights = bell(x, [0.5, 1.3]);
  const sum = (/** @type {(x: number) => number} */ f) =>
    x.reduce((total, v, i) => total + f(v) * heights[i] * 0.01, 0);
  assert.ok(Math.abs(sum(() => 1) - 1) < 1e-9 && Math.abs(sum((v) => (v - 0.5) ** 2) - 1.69) < 1e-9);
});

test("a divergence is told with the error that its figures cannot vouch for", () => {
  assert.equal(measured(null), "–");
  assert.equal(measured({ value: -4e-16, error: 0 }), "0");
  assert.equal(measured({ value: 0.342974, error: 4e-9 }), "0.3430");
  assert.equal(measured({ value: 0.298, error: 0.011 }), "0.298 ± 0.01");
});

test("the scene and the coordinate stay in the address, and divergences are asked for", () => {
  const state = begin({ ...first(), page: { scene: "gaussians", coordinate: 1 } });
  assert.deepEqual(begin(shared(state.spec, state.page)), state);
  assert.equal(posteriorSpec(state.spec).divergences, true);
});
