import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsFor } from "../../static/rooms/bayes/answers.js";
import { rowsOf } from "../../static/rooms/bayes/autocorrelation.js";
import { scaleOf } from "../../static/rooms/bayes/convergence.js";
import { densityOf } from "../../static/rooms/bayes/density.js";
import { BINS, Draws } from "../../static/rooms/bayes/draws.js";
import { ellipse, gaussianOf } from "../../static/rooms/bayes/ellipses.js";
import { frameOf } from "../../static/rooms/bayes/frame.js";
import { inPlane, momentsOf } from "../../static/rooms/bayes/gaussians.js";
import { pathAt } from "../../static/rooms/bayes/live.js";
import { placeOf, read, titleOf } from "../../static/rooms/bayes/quantities.js";
import { massLevels, outline, windowOfMass } from "../../static/rooms/bayes/regions.js";
import { begin, first, posteriorSpec, shared } from "../../static/rooms/bayes/state.js";

/** @param {number} low @param {number} high @param {number} count */
const axis = (low, high, count) =>
  Float64Array.from({ length: count }, (_, i) => low + (i / (count - 1)) * (high - low));

/** A standard Gaussian in the plane. */
function gaussian() {
  const [x, y] = [axis(-6, 6, 121), axis(-6, 6, 121)];
  const density = Float64Array.from({ length: x.length * y.length }, (_, i) => {
    const [a, b] = [x[i % x.length], y[Math.floor(i / x.length)]];
    return Math.exp(-(a * a + b * b) / 2) / (2 * Math.PI);
  });
  return { x, y, density };
}

test("regions of highest density of a Gaussian are discs of the chi-squared radius", () => {
  const grid = gaussian();
  const shares = [0.5, 0.9, 0.99];
  for (const [i, level] of massLevels(grid.density, shares).entries()) {
    const radius = Math.sqrt(-2 * Math.log(1 - shares[i]));
    const segments = outline(grid, level);
    assert.ok(segments.length > 20);
    for (const [x0, y0] of segments)
      assert.ok(Math.abs(Math.hypot(x0, y0) - radius) < 0.05, `${Math.hypot(x0, y0)} ${radius}`);
  }
});

test("an outline is closed: every point ends as many segments as it begins", () => {
  const grid = gaussian();
  // Just off the value of a cell, where lines would meet in a corner.
  const level = 0.999999 * massLevels(grid.density, [0.9])[0];
  const ends = new Map();
  for (const [x0, y0, x1, y1] of outline(grid, level))
    for (const key of [`${x0.toFixed(9)} ${y0.toFixed(9)}`, `${x1.toFixed(9)} ${y1.toFixed(9)}`])
      ends.set(key, (ends.get(key) ?? 0) + 1);
  assert.deepEqual(new Set(ends.values()), new Set([2]));
});

test("the window holds the mass and little more", () => {
  const [x0, x1, y0, y1] = windowOfMass(gaussian());
  for (const edge of [-x0, x1, -y0, y1]) assert.ok(edge > 3.7 && edge < 5, String(edge));
});

test("a density of one dimension has a window of its own height", () => {
  const x = axis(-6, 6, 121);
  const [x0, x1, y0, y1] = windowOfMass({ x, y: [0], density: x.map((a) => Math.exp((-a * a) / 2)) });
  assert.deepEqual([y0, y1], [-1, 1]);
  assert.ok(x0 < -3 && x1 > 3);
});

/** Two chains, of which the second always breaks down. @param {boolean} warm_up @param {number[]} step @param {number[]} position */
const draws = (warm_up, step, position) => ({
  warm_up,
  step,
  position: Float32Array.from(position),
  divergent: Int32Array.from(step.flatMap(() => [0, 1])),
  acceptance: step.map(() => 0.5),
  energy: [],
  log_density: [],
});

test("warm-up is shown and not counted; what is counted has an area of one inside of the window", () => {
  const buffer = new Draws([0, 1, 0, 1]);
  buffer.append(draws(true, [1], [0.1, 0.1, 0.9, 0.9]));
  buffer.append(draws(false, [2, 3], [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 2, 2]));
  assert.equal(buffer.chains, 2);
  assert.equal(buffer.density(0, 0), null);
  const area = (/** @type {Float64Array | null} */ density) =>
    (density ?? new Float64Array()).reduce((sum, value) => sum + value / BINS, 0);
  assert.ok(Math.abs(area(buffer.density(0, 1)) - 1) < 1e-12);
  assert.ok(Math.abs(area(buffer.density(0, 2)) - 0.75) < 1e-12, "one of four draws lies outside");
  assert.ok(Math.abs(area(buffer.now(1, 0)) - 1) < 1e-12);
  assert.deepEqual([buffer.at(0), buffer.at(1), buffer.at(2.9), buffer.at(99)], [-1, 0, 1, 2]);
  assert.deepEqual(
    buffer.divergences.map((d) => d.step),
    [1, 2, 3],
  );
  assert.ok(Math.abs(buffer.divergences[0].x - 0.9) < 1e-6);
});

test("the density of the sheets is the product over its volume", () => {
  const { density } = densityOf({
    x: [0, 1],
    y: [0, 1],
    product: [
      [1, 2],
      [3, 4],
    ],
    volume: 2,
    marginals: [],
  });
  assert.deepEqual([...density], [0.5, 1, 1.5, 2]);
});

test("quantities are read by name, and what is not known is null", () => {
  const estimate = { log_evidence: -4.4, mean: [1, 2, 3], variance: [4, null, 6] };
  assert.equal(read(estimate, "log_evidence", [0, 2]), -4.4);
  assert.equal(read(estimate, "mean_1", [0, 2]), 3);
  assert.equal(read(estimate, "variance_0", [1, 2]), null);
  assert.equal(read(null, "mean_0", [0, 1]), null);
  assert.equal(titleOf("variance_1", ["a", "b"]), "Var[b]");
  assert.equal(placeOf("mean_1", [0]).index, -1);
});

test("the chart's range holds the exact answer and where every line ends", () => {
  const reports = [
    { cost: 1, value: 100, error: null },
    { cost: 10, value: 3, error: 1 },
    { cost: 100, value: 2, error: 0.5 },
  ];
  const scale = scaleOf({ lines: [{ colour: 0, selected: true, reports }], exact: 0 }, { width: 300, height: 200 });
  assert.ok(scale && scale.low < 0 && scale.high > 4.5 && scale.high < 10);
  assert.equal(scaleOf({ lines: [], exact: 0 }, { width: 300, height: 200 }), null);
});

test("an ellipse holds its share: every point has the Mahalanobis distance of the chi-squared quantile", () => {
  const covariance = new Float64Array([2, 0.5, 0, 0.5, 1, 0, 0, 0, 9]);
  const gaussian = gaussianOf({ mean: [1, -1, 0], covariance }, [0, 1]);
  assert.ok(gaussian);
  const determinant = 2 * 1 - 0.25;
  for (const [x, y] of ellipse(gaussian, 0.9)) {
    const [a, b] = [x - 1, y + 1];
    const distance = (1 * a * a - 2 * 0.5 * a * b + 2 * b * b) / determinant;
    assert.ok(Math.abs(distance + 2 * Math.log(0.1)) < 1e-9);
  }
  assert.equal(gaussianOf({ mean: [1], covariance: [[1]] }, [0, 1]), null);
  assert.equal(gaussianOf(undefined, [0, 1]), null);
});

test("a mode with a covariance is a Gaussian, wherever its mean is told", () => {
  const laplace = {
    mean: [1, -1],
    diagnostics: {
      mode: [1, -1],
      covariance: [
        [2, 0.5],
        [0.5, 1],
      ],
    },
  };
  assert.deepEqual(inPlane(momentsOf(laplace), [0, 1]), { mean: [1, -1], covariance: [2, 0.5, 1] });
  assert.equal(inPlane(momentsOf({ mean: [1, -1], diagnostics: {} }), [0, 1]), null);
});

test("the memory shown is that of the shown coordinates", () => {
  const values = [1, 0.5, 0.2, 1, 0.1, 0, 1, 0.9, 0.8];
  assert.deepEqual(
    rowsOf(values, 3, [2, 0]).map((row) => [...row]),
    [
      [1, 0.9, 0.8],
      [1, 0.5, 0.2],
    ],
  );
  assert.deepEqual(
    rowsOf([[1, 0.5]], 1, [0, 1]).map((row) => [...row]),
    [[1, 0.5]],
  );
});

test("the path shown is the last one at or before the step", () => {
  const path = (/** @type {number} */ step) => ({
    step,
    position: [],
    energy: [],
    acceptance: 1,
    accepted: true,
    divergent: false,
  });
  const paths = new Map([1, 3, 7].map((step) => [step, path(step)]));
  assert.deepEqual(
    [0, 1, 6.5, 99].map((step) => pathAt(paths, step)?.step),
    [undefined, 1, 3, 7],
  );
  assert.equal(pathAt(undefined, 3), null);
});

test("a number is told as far as its error can vouch for it, and one digit more", () => {
  assert.equal(digitsFor(1.2345, 0.01), 4);
  assert.equal(digitsFor(123, 10), 3);
  assert.equal(digitsFor(1, 0), 5);
});

test("a frame maps there and back, and knows what lies outside", () => {
  const frame = frameOf({ left: 10, right: 110, top: 20, bottom: 220 }, [-1, 1, 0, 4]);
  const [x, y] = frame.invert(frame.across(0.5), frame.down(3)) ?? [Number.NaN, Number.NaN];
  assert.ok(Math.abs(x - 0.5) < 1e-12 && Math.abs(y - 3) < 1e-12);
  assert.equal(frame.invert(5, 100), null);
});

test("the address carries the spec and what differs on the page, and is read back", () => {
  const state = begin({ ...first(), page: { scene: "volume", colours: [3, 1, 0, 2, 4, 5] } });
  const again = begin(shared(state.spec, state.page));
  assert.deepEqual(again, state);
  assert.deepEqual(begin({ target: 7 }).spec, first());
});

test("what is posted shows the first thousand chains in the chosen plane, and page state stays here", () => {
  const body = posteriorSpec({ ...first(), chains: 4096, view: [1, 0] });
  assert.deepEqual(body.record, { every: 1, chains: 1000, warm_up: true, leapfrog: true, view: [1, 0] });
  assert.ok(!("view" in body) && body.predictive === true);
});
