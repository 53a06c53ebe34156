import assert from "node:assert/strict";
import { test } from "node:test";
import { aligned, coefficientsChart, errorsChart, nearest, zerosAt } from "../../static/rooms/regularisation/charts.js";
import { ball, isoline, penaltyAt, ringLevels, slopeAt } from "../../static/rooms/regularisation/geometry.js";
import { BINS, countsOf, zeroShare } from "../../static/rooms/regularisation/histogram.js";
import { penaltyScene } from "../../static/rooms/regularisation/scene.js";
import { begin, halfOf, pairPath, STRENGTHS, wholePath } from "../../static/rooms/regularisation/state.js";

const PENALTIES = ["l1", "l2", "elastic_net", "group"].map((kind) => ({ kind, ratio: 0.3 }));
const POINTS = [
  [0.3, -1.2],
  [-2, 0.5],
];

/** @param {number} a @param {number} b */
const near = (a, b, within = 1e-9) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

for (const penalty of PENALTIES) {
  test(`the border of the ball of ${penalty.kind} is a level of the penalty`, () => {
    for (const point of ball(penalty, 0.7)) near(penaltyAt(penalty, point), 0.7);
  });

  test(`the slope of ${penalty.kind} is the difference quotient of its value`, () => {
    const h = 1e-6;
    for (const [x, y] of POINTS) {
      const slope = slopeAt(penalty, [x, y]);
      near(slope[0], (penaltyAt(penalty, [x + h, y]) - penaltyAt(penalty, [x - h, y])) / (2 * h), 1e-7);
      near(slope[1], (penaltyAt(penalty, [x, y + h]) - penaltyAt(penalty, [x, y - h])) / (2 * h), 1e-7);
    }
  });

  test(`the slope of ${penalty.kind} is zero at zero`, () => {
    assert.deepEqual(slopeAt(penalty, [0, 0]), [0, 0]);
    assert.equal(penaltyAt(penalty, [0, 0]), 0);
  });
}

test("the ball of L1 has its corners on the axes", () => {
  const corners = ball({ kind: "l1", ratio: 1 }, 2).filter(([x, y]) => Math.abs(x) < 1e-12 || Math.abs(y) < 1e-12);
  assert.equal(corners.length, 4);
  for (const [x, y] of corners) near(Math.abs(x) + Math.abs(y), 2);
});

const axis = Array.from({ length: 41 }, (_, i) => -2 + i / 10);
const bowl = { x: axis, y: axis, z: axis.flatMap((y) => axis.map((x) => x * x + y * y)) };

test("an isoline of a bowl is a circle of that radius, closed", () => {
  const pieces = isoline(bowl, 1);
  let length = 0;
  for (let k = 0; k < pieces.length; k += 4) {
    near(Math.hypot(pieces[k], pieces[k + 1]), 1, 0.01);
    length += Math.hypot(pieces[k + 2] - pieces[k], pieces[k + 3] - pieces[k + 1]);
  }
  near(length, 2 * Math.PI, 0.03);
});

test("cells with a hole draw nothing", () => {
  const holey = { ...bowl, z: bowl.z.map((value, i) => (i % 41 < 20 ? Number.NaN : value)) };
  const pieces = isoline(holey, 1);
  assert.ok(pieces.length > 0);
  assert.ok(pieces.every((value, k) => k % 2 === 1 || value >= 0));
});

test("ring levels rise strictly between the lowest and the highest point", () => {
  const levels = ringLevels(bowl.z, 8);
  assert.ok(levels.every((level, i) => level > (levels[i - 1] ?? 0) && level < 8));
});

/** @type {any} */
const path = {
  strengths: [1, 0.1, 0.01],
  features: ["a", "b"],
  coefficients: [0, 0, 5, 0.5, 0, 5, 0.7, -0.2, 5],
  penalised: [1, 1, 0],
  nonzero: [0, 1, 2],
  train: { loss: [3, 2, 1], accuracy: null },
  test: null,
  validation: { folds: 2, mean: [3, 2, 2.5], standard_error: [0.1, 0.2, 0.3] },
  chosen: { by: "cross-validation", minimum: 1, one_standard_error: 1 },
};

test("a ring marks the strength at which a coefficient is last exactly zero", () => {
  assert.deepEqual(coefficientsChart(path).rings, [
    { x: 1, y: 0 },
    { x: 0.1, y: 0 },
  ]);
});

test("the intercept is no coefficient, and zeros are counted among the penalised", () => {
  assert.deepEqual(
    coefficientsChart(path).lines.map(({ label }) => label),
    ["a", "b"],
  );
  assert.deepEqual(zerosAt(path, 1), { zeros: 1, of: 2 });
});

test("the errors of the folds carry a band of one standard error, and one mark where both rules agree", () => {
  const { lines, marks } = errorsChart(path);
  const [above, below] = aligned([coefficientsChart(path), errorsChart(path)]).map(({ beside }) => beside);
  assert.deepEqual(above, below);
  for (const { label } of [...lines, ...coefficientsChart(path).lines]) assert.ok(!label || above?.includes(label));
  assert.deepEqual(Array.from(lines.at(-1)?.band?.high ?? []), [3.1, 2.2, 2.8]);
  assert.equal(marks?.length, 1);
});

test("the nearest strength is nearest by its logarithm", () => assert.equal(nearest([1, 0.1, 0.01], 0.4), 0));

test("at an optimum the two arrows are opposite; at a probe both penalties pull", () => {
  const pair = {
    ...path,
    features: ["a", "b"],
    coefficients: [0, 0, 0.5, 0, 0.7, -0.2],
    gradient: [-3, -1, -2, 0.5, -1, 1],
  };
  const choice = { ...begin(null), index: 1 };
  const [loss, penalty] = penaltyScene(pair, choice, null, 1).arrows;
  assert.deepEqual(
    loss.by,
    penalty.by.map((value) => -value),
  );
  const probed = penaltyScene(pair, choice, [0.5, -0.25], 1).arrows;
  near(probed[0].by[0] / probed[1].by[0], 1);
  near(probed[0].by[1] / probed[1].by[1], 2);
});

test("every ball of a path fits into the window", () => {
  const coefficients = [0, 0, 0.5, 0, 0.7, -0.2];
  const half = halfOf(coefficients);
  for (const penalty of PENALTIES)
    for (let i = 0; i < 6; i += 2)
      for (const point of ball(penalty, penaltyAt(penalty, [coefficients[i], coefficients[i + 1]])))
        assert.ok(Math.max(...point.map(Math.abs)) <= half);
});

test("an address that makes no sense gives the room's own choice, a run on a linear model its data and penalty", () => {
  assert.deepEqual(begin({ data: "nothing", columns: [1, 1], penalty: 3, ratio: 7, index: -2 }), begin(null));
  const run = { objective: { data: { kind: "breast_cancer" }, regularisers: [{ kind: "elastic_net", ratio: 0.2 }] } };
  const { data, penalty, ratio } = begin(run);
  assert.deepEqual([data, penalty, ratio], ["breast_cancer", "elastic_net", 0.2]);
  const lasso = { objective: { data: { kind: "linear" }, regularisers: [{ kind: "l1", strength: 0.1 }] } };
  assert.deepEqual([begin(lasso).data, begin(lasso).strength], ["linear", 0.1]);
  assert.equal(begin(begin(lasso)).strength, 0.1);
});

test("the path of the picture takes the strengths of the whole path", () => {
  const choice = begin(null);
  assert.equal(wholePath(choice).count, STRENGTHS);
  assert.deepEqual(pairPath(choice, Float64Array.of(2, 1)).strengths, [2, 1]);
});

test("a histogram counts everything once, exact zeros apart", () => {
  const theta = [0, 0, -1, 1, 0.3, 1e-9];
  const counts = countsOf(theta, 1);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    4,
  );
  assert.equal(counts[(BINS - 1) / 2], 1);
  near(zeroShare(theta), 1 / 3);
});
