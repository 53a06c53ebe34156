import assert from "node:assert/strict";
import { test } from "node:test";
import { spectrumAxes } from "../../static/plots/densityChart.js";
import { axisOf, CEILING } from "../../static/plots/eigenChart.js";
import { entryAt, fromSignedLog, largestOf, signedLog, squareIn } from "../../static/plots/heatmap.js";
import { eigen2, isoline, mesh, stepsWithin, valueAt } from "../../static/plots/quadratic.js";
import { factorOf, rangeOfSizes } from "../../static/plots/scatter.js";
import { logTicks } from "../../static/plots/ticks.js";
import { curvatureCsvOf } from "../../static/race/downloads.js";
import { adopt, runSpec, shared } from "../../static/race/state.js";
import { FIRST, measured } from "../../static/rooms/curvature/first.js";
import { questionOf, runUntil } from "../../static/rooms/curvature/inspector.js";
import {
  edgeName,
  edgeOf,
  endsOf,
  leftOut,
  measuredAt,
  rangeOf,
  seriesOf,
  stabilityOf,
  verdictOf,
} from "../../static/rooms/curvature/measures.js";
import { factsOf, leadOf } from "../../static/rooms/curvature/numbers.js";
import { fromAbove, inSpace, shownSteps, windowFor } from "../../static/rooms/curvature/sketches.js";
import { RunBuffer } from "../../static/run.js";
import { randomness } from "./helpers.js";

/** @typedef {import("../../static/types.js").CurvatureEvent} CurvatureEvent */

/** @param {number} step @param {Partial<CurvatureEvent>} [facts] @returns {CurvatureEvent} */
const event = (step, facts = {}) => ({
  kind: "curvature",
  run: 0,
  step,
  eigenvalues: [6, 2, -1],
  top: 2,
  bottom: 1,
  unconverged: 0,
  threshold: 8,
  threshold_kind: "hessian",
  ...facts,
});

/** @param {CurvatureEvent[]} events */
function track(events) {
  const buffer = new RunBuffer();
  buffer.curvature = events;
  return { buffer, title: "", colour: 0 };
}

test("the measurement of a step is the last at or before it", () => {
  const events = [0, 10, 20].map((step) => event(step));
  for (const [step, found] of [
    [0, 0],
    [9.9, 0],
    [10, 10],
    [1e9, 20],
  ])
    assert.equal(measuredAt(events, step)?.step, found);
  assert.equal(measuredAt(events, -1), null);
  assert.equal(measuredAt([], 5), null);
});

test("stability is judged on the matrix that the threshold belongs to", () => {
  const plain = stabilityOf(event(0));
  assert.equal(plain?.ratio, 0.75);
  assert.equal(plain?.verdict, "stable");
  const adam = { threshold_kind: /** @type {const} */ ("preconditioned_hessian"), threshold: 100 };
  const own = { preconditioned_eigenvalues: [120, 3], preconditioned_top: 2, preconditioned_bottom: 0 };
  const preconditioned = stabilityOf(event(0, { ...adam, ...own }));
  assert.equal(preconditioned?.ratio, 1.2);
  assert.equal(preconditioned?.verdict, "unstable");
  assert.equal(stabilityOf(event(0, { threshold: null, threshold_kind: null }))?.verdict, "unknown");
  assert.equal(stabilityOf(null), null);
});

test("a step at a learning rate of 0 leaves a gap in both curves", () => {
  const events = [event(0), event(1, { threshold: null, threshold_kind: null })];
  const drawn = [...seriesOf([track(events)], "hessian"), ...seriesOf([track(events)], "ratio")];
  const [threshold, ratio] = [drawn.find(({ role }) => role === "threshold"), drawn.at(-1)];
  assert.deepEqual(
    [threshold?.values, ratio?.values],
    [
      [8, Number.NaN],
      [0.75, Number.NaN],
    ],
  );
});

test("a rate that single precision rounds to 0 names no edge", () => {
  assert.equal(edgeName(8, 0.25), "2/η");
  assert.deepEqual(
    [0, 1e-45, Number.NaN].map((rate) => edgeName(2e50, rate)),
    Array(3).fill("threshold"),
  );
});

test("the edge is a band about the threshold", () => {
  assert.deepEqual([0.94, 0.96, 1, 1.04, 1.06, Number.NaN].map(verdictOf), [
    "stable",
    "edge",
    "edge",
    "edge",
    "unstable",
    "unknown",
  ]);
});

test("what did not converge is a gap, is counted, and moves no other line", () => {
  const lost = event(10, { eigenvalues: [6, -1], top: 1, unconverged: 1 });
  const tracks = [track([event(0), lost, event(20)])];
  assert.equal(leftOut(tracks), 1);
  const lines = seriesOf(tracks, "hessian");
  assert.deepEqual(
    lines.map(({ role, values }) => [role, ...values]),
    [
      ["lead", 6, 6, 6],
      ["rest", 2, Number.NaN, 2],
      ["rest", -1, -1, -1],
      ["threshold", 8, 8, 8],
    ],
  );
  assert.deepEqual(endsOf(lost, false), { top: [6], bottom: [-1] });
});

test("a racer without a preconditioner has no line among preconditioned eigenvalues, one without a threshold no ratio", () => {
  assert.deepEqual(seriesOf([track([event(0)])], "preconditioned"), []);
  assert.deepEqual(seriesOf([track([event(0, { threshold: null, threshold_kind: null })])], "ratio"), []);
  assert.deepEqual(seriesOf([track([event(0)])], "ratio")[0].values, [0.75]);
});

test("values that a log scale has no place for are counted", () => {
  const series = seriesOf([track([event(0)])], "hessian");
  assert.deepEqual(rangeOf(series, "log"), { low: 2, high: 8, gaps: 1 });
  assert.deepEqual(rangeOf(series, "linear"), { low: -1, high: 8, gaps: 0 });
});

test("a threshold times the rate names its edge: 2, 3 and 38", () => {
  assert.equal(edgeOf(2 / 0.3, Math.fround(0.3)), 2);
  assert.equal(edgeOf(3 / 0.25, 0.25), 3);
  assert.equal(edgeOf(38 / 0.003, Math.fround(0.003)), 38);
});

test("the axis of ratios holds the edge, whatever the ratios are", () => {
  for (const high of [1e-3, 0.5, 3]) {
    const shown = { lines: [], range: { low: high / 2, high, gaps: 0 }, edge: "edge" };
    for (const scale of /** @type {const} */ (["linear", "log"])) {
      const { low, high: top } = axisOf(shown, scale);
      assert.ok(low < 1 && top > 1 && top > Math.min(high, CEILING), `${high} ${scale}`);
    }
  }
});

test("one run that blows up does not flatten the ratios of the others, but it does on a log axis", () => {
  const shown = { lines: [], range: { low: -1e9, high: 1e9, gaps: 0 }, edge: "edge" };
  const { low, high } = axisOf(shown, "linear");
  assert.ok(high > CEILING && high < 2 * CEILING && low < 0 && low > -2 * CEILING);
  assert.ok(axisOf({ ...shown, range: { low: 0.1, high: 1e9, gaps: 0 } }, "log").high > 1e9);
  assert.ok(axisOf({ ...shown, edge: null }, "linear").high > 1e9);
});

test("measurements leave as a table: one row each, with all their eigenvalues", () => {
  const [head, first, ...rest] = curvatureCsvOf([track([event(0), event(10)])]).split("\n");
  assert.equal(head.split(",").length, first.split(",").length);
  assert.equal(first, '0,"",0,8,hessian,2,1,0,6 2 -1,');
  assert.equal(rest.length, 1);
});

test("log ticks are powers of ten, or 1, 2 and 5 where there is less than a decade", () => {
  assert.deepEqual(
    logTicks(0.5, 200).map(({ value }) => value),
    [1, 10, 100],
  );
  assert.deepEqual(
    logTicks(1.5, 9).map(({ value }) => value),
    [2, 5],
  );
  assert.deepEqual(
    logTicks(3, 25).map(({ value }) => value),
    [5, 10, 20],
  );
});

test("a spec that measures curvature is left as it is; another is given measurements", () => {
  assert.equal(measured(FIRST), FIRST);
  const bare = { ...FIRST, record: undefined, steps: 777 };
  const { record } = measured(bare);
  assert.equal(record.curvature.every, 8);
  assert.deepEqual(measured({ ...bare, record: { every: 5 } }).record.every, 5);
});

test("what a spec records stays in the address and in the request", () => {
  const record = { every: 2, curvature: { every: 4, top: 1 } };
  const opened = adopt({ ...FIRST, record });
  assert.ok(opened);
  assert.deepEqual(/** @type {any} */ (shared(opened.spec, opened.page)).record, record);
  assert.deepEqual(runSpec(opened.spec).record, record);
  assert.ok(!("record" in runSpec({ ...opened.spec, record: null })));
});

test("a racer is run again up to its step and no further, alone, with its parameters at the end", () => {
  const until = runUntil(FIRST, 3, 250);
  assert.deepEqual(until.optimisers, [FIRST.optimisers[3]]);
  assert.deepEqual([until.steps, until.seed, until.record], [250, 1, { every: 250, parameters: true }]);
  assert.equal(runUntil(FIRST, 0, 0).steps, 1);
});

test("each look asks for what it shows, and for the ends of a spectrum that is long", () => {
  const page = { ...(adopt(FIRST)?.page ?? assert.fail()) };
  assert.deepEqual(questionOf({ ...page, panel: "hessian" }, 100), { matrix: true });
  assert.deepEqual(questionOf({ ...page, panel: "spectrum" }, 2000), { density: true, top: 10, bottom: 10 });
  assert.deepEqual(questionOf({ ...page, panel: "plane", pair: "top_and_bottom" }, 9).plane, {
    kind: "eigenvectors",
    pair: "top_and_bottom",
  });
});

test("the colour scale is odd, monotone, reaches its ends, and has an inverse", () => {
  for (const largest of [1e-6, 1, 300]) {
    assert.equal(signedLog(0, largest), 0);
    assert.ok(Math.abs(signedLog(largest, largest) - 1) < 1e-12);
    for (const share of [-1, -0.5, -1e-3, 0.2, 0.9])
      assert.ok(Math.abs(signedLog(fromSignedLog(share, largest), largest) - share) < 1e-12);
  }
  assert.ok(signedLog(0.2, 1) > signedLog(0.1, 1));
  assert.equal(largestOf([1, -7, 3]), 7);
});

test("a point of the picture is an entry of the matrix, row first", () => {
  const square = squareIn({ left: 10, right: 110, top: 20, bottom: 80 });
  assert.deepEqual(square, { left: 30, right: 90, top: 20, bottom: 80 });
  assert.deepEqual(entryAt(square, 3, 31, 79), [2, 0]);
  assert.deepEqual(entryAt(square, 3, 89.9, 20), [0, 2]);
  assert.equal(entryAt(square, 3, 91, 30), null);
});

test("the density's axes hold a threshold that is near, and let a far one go", () => {
  const curves = [{ density: [0, 2, 0], error: [0, 0, 0], colour: null }];
  const at = (/** @type {number} */ value) =>
    spectrumAxes({ x: [0, 5, 10], curves, rug: [], mark: { value, label: "" } }).x.high;
  assert.ok(at(12) > 12);
  assert.equal(at(500), 10);
});

test("the line of perfect agreement goes through a cloud that agrees up to a factor", () => {
  const x = [1e-3, -0.2, 0, 40];
  assert.ok(
    Math.abs(
      (factorOf(
        x,
        x.map((v) => 7 * Math.abs(v)),
      ) ?? 0) - 7,
    ) < 1e-12,
  );
  assert.equal(factorOf([0], [1]), null);
  const range = rangeOfSizes([x]);
  assert.ok(range && range.low < 1e-3 && range.low > 1e-4 && range.high > 40);
  assert.equal(rangeOfSizes([[0, 0]]), null);
});

/** @param {number[]} matrix @param {number[]} gradient @param {number[]} [point] */
const quadratic = (matrix, gradient, point = [0.3, -0.2]) => ({ point, loss: 2, gradient, matrix });

test("a symmetric 2 × 2 matrix is its eigenvalues and vectors", () => {
  const random = randomness(3);
  for (let trial = 0; trial < 50; trial++) {
    const [a, b, c] = [random() - 0.5, random() - 0.5, random() - 0.5];
    for (const {
      value,
      vector: [x, y],
    } of eigen2([a, b, b, c])) {
      assert.ok(Math.abs(a * x + b * y - value * x) < 1e-12);
      assert.ok(Math.abs(b * x + c * y - value * y) < 1e-12);
      assert.ok(Math.abs(x * x + y * y - 1) < 1e-12);
    }
  }
});

test("Newton's step ends where the quadratic is still; the saddle-free step goes down", () => {
  const q = quadratic([2, 0.5, 0.5, -1], [0.4, 0.3]);
  const steps = stepsWithin(q);
  assert.ok(steps);
  const [x, y] = steps.newton;
  const slope = [
    (valueAt(q, x + 1e-4, y) - valueAt(q, x - 1e-4, y)) / 2e-4,
    (valueAt(q, x, y + 1e-4) - valueAt(q, x, y - 1e-4)) / 2e-4,
  ];
  assert.ok(Math.hypot(...slope) < 1e-8);
  assert.ok(valueAt(q, ...steps.saddle_free) < q.loss);
  assert.equal(stepsWithin(quadratic([1, 0, 0, 0], [1, 1])), null);
});

test("isolines and wires lie on the quadratic", () => {
  const q = quadratic([3, 0, 0, 1], [0.1, -0.2]);
  const window = /** @type {[number, number, number, number]} */ ([-1, 1, -1, 1]);
  const segments = isoline((x, y) => valueAt(q, x, y), 2.3, window);
  assert.ok(segments.length > 50);
  for (const [x, y, level] of segments.flat()) assert.ok(Math.abs(valueAt(q, x, y) - level) < 2e-3);
  for (const [x, y, height] of mesh(q, window).flat()) assert.equal(height, valueAt(q, x, y));
});

const WHOLE = { position: [0.1, 0.1], predicted_loss: 1.5, loss: 1.6, captured: 0.4, reason: null };
const NONE = { position: null, predicted_loss: null, loss: null, captured: null, reason: "the Hessian is singular" };

test("a step that does not exist is drawn by its part in the plane, and is marked", () => {
  const steps = shownSteps({
    quadratic: quadratic([2, 0, 0, -1], [1, 1], [0, 0]),
    gradient: WHOLE,
    newton: NONE,
    saddle_free: NONE,
  });
  assert.deepEqual(
    steps.map(({ within }) => within),
    [false, true, true],
  );
  assert.deepEqual(
    Array.from(steps[1].position ?? []).map((v) => Number(v.toFixed(12))),
    [-0.5, 1],
  );
  assert.deepEqual(
    Array.from(steps[2].position ?? []).map((v) => Number(v.toFixed(12))),
    [-0.5, -1],
  );
});

test("the window holds the steps, and zooms", () => {
  const q = quadratic([2, 0, 0, 1], [1, 1], [0, 0]);
  const steps = shownSteps({ quadratic: q, gradient: WHOLE, newton: WHOLE, saddle_free: NONE });
  const [x0, x1, y0, y1] = windowFor(steps, q, 1);
  for (const { position } of steps) {
    assert.ok(position && position[0] > x0 && position[0] < x1 && position[1] > y0 && position[1] < y1);
  }
  assert.ok(Math.abs(windowFor(steps, q, 2)[1] - 2 * x1) < 1e-12);
  const valley = quadratic([1000, 0, 0, 1], [1, 1], [0, 0]);
  const along = shownSteps({ quadratic: valley, gradient: WHOLE, newton: NONE, saddle_free: NONE });
  assert.ok(along[1].position && Math.abs(along[1].position[1]) < windowFor(along, valley, 1)[3]);
  const lost = [{ ...along[0], position: [1e9, 0] }];
  assert.ok(windowFor([...along, ...lost], valley, 1)[1] === windowFor(along, valley, 1)[1]);
  const flat = windowFor([], quadratic([0, 0, 0, 0], [0, 0], [0, 0]), 1);
  assert.ok(flat[1] > flat[0]);
});

test("steps that end together are one arrow with both names; in space each drops to the true loss", () => {
  const q = quadratic([2, 0, 0, 1], [1, 1], [0, 0]);
  const steps = shownSteps({
    quadratic: q,
    gradient: WHOLE,
    newton: { ...WHOLE, position: [0.9, 0] },
    saddle_free: WHOLE,
  });
  const window = windowFor(steps, q, 1);
  const labels = fromAbove(steps, q, [2.2], window).arrows.map(({ label }) => label);
  assert.deepEqual(labels, ["Gradient = Saddle-free", "Newton"]);
  const drops = inSpace(steps, q, window).curves.filter(({ dashed }) => dashed);
  assert.deepEqual(drops[0].points, [
    [0.1, 0.1, 1.5],
    [0.1, 0.1, 1.6],
  ]);
});

test("the numbers say what is exact, what is estimated and what is not known", () => {
  const reply = {
    ...{ eigenvalues: [3, 1], top: 1, bottom: 1, dim: 5000, index: null, zero: null, unconverged: 2, exact: false },
    ...{ trace: 12.3456, trace_standard_error: 0.5, gradient_norm: 0.1, loss: 1 },
  };
  const facts = Object.fromEntries(factsOf(reply));
  assert.match(facts.trace, /12\.35 ± 0\.50/);
  assert.match(facts.index, /not all known/);
  assert.equal(facts.eigenvalues, "2 by Lanczos, 2 left out");
  assert.equal(factsOf({ ...reply, exact: true }).at(-1)?.[1], "all, exact");
  const words = (/** @type {any} */ kind) => leadOf(kind).map(String).join("");
  assert.match(words({ kind: null, critical: null }), /do not decide/);
});
