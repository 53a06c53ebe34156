import assert from "node:assert/strict";
import { test } from "node:test";
import { createCalibrations, keyOf, requestOf } from "../../static/rooms/bayes/calibrations.js";
import { energyGap, exhibitsOf, worthOf } from "../../static/rooms/bayes/exhibits.js";
import { deal, masked, repairedOf } from "../../static/rooms/bayes/lineup.js";
import { countsOf, differencesOf, shapeOf } from "../../static/rooms/bayes/ranks.js";
import { chosenRhat } from "../../static/rooms/bayes/rhats.js";
import { begin, first, initialPage, posteriorSpec, shared } from "../../static/rooms/bayes/state.js";
import { grouping, groupings, superchainsOf } from "../../static/rooms/bayes/superchains.js";
import { ProblemError } from "../../static/stream.js";

test("groups part the chains, and each has at least as many chains as there are groups", () => {
  for (let chains = 1; chains <= 4096; chains++)
    for (const groups of groupings(chains)) assert.ok(chains % groups === 0 && chains / groups >= groups);
});

test("a crowd has the grouping nearest to sixteen, few chains and primes have none", () => {
  assert.deepEqual([1000, 256, 4096, 64].map(grouping), [20, 16, 16, 8]);
  assert.deepEqual([4, 63, 997].map(grouping), [null, null, null]);
});

test("what was chosen holds as long as it parts the chains", () => {
  assert.equal(superchainsOf({ chains: 1000, superchains: 10 }), 10);
  assert.equal(superchainsOf({ chains: 256, superchains: 10 }), 16);
  assert.equal(superchainsOf({ chains: 1000, superchains: 0 }), null);
  assert.equal(posteriorSpec(first()).superchains, 20);
});

const CROWD = { chains: 1000, start: null };

test("the nested R̂ is read where it was judged, against the server's bound", () => {
  const facts = {
    rhat: [1.06, 1.04],
    nested_rhat: [1.001, 1.002],
    nested_rhat_bound: 1.02,
    superchains_judged: 20,
    ess_bulk: [12000, 15000],
  };
  const { which, bound, why, warning } = chosenRhat(facts, CROWD);
  assert.deepEqual([which, bound, warning], ["nested", 1.02, null]);
  assert.match(why, /Plain R̂, 1\.060, compares single chains/);
  assert.match(why, /worth 12 independent/);
});

test("groups that all began at one point are said to prove nothing", () => {
  const { warning } = chosenRhat({ nested_rhat_bound: 1.02, superchains_judged: 20 }, { ...CROWD, start: [0, 0] });
  assert.match(warning ?? "", /one point/);
});

test("plain R̂ is read for few chains, for chains without groups, and where too few groups were kept", () => {
  const facts = { rhat: [1.02], ess_bulk: [400], chains_judged: 60 };
  const whys = [{ chains: 4 }, { chains: 997 }, { chains: 1000 }].map((some) =>
    chosenRhat(facts, { ...CROWD, ...some }),
  );
  assert.ok(whys.every(({ which, bound }) => which === "plain" && bound === 1.01));
  assert.match(whys[0].why, /few chains.*100 independent/);
  assert.match(whys[1].why, /alarm falsely/);
  assert.match(whys[2].why, /fewer than two groups of 50/);
});

test("counts and distances from uniform are those of the ranks", () => {
  const counts = countsOf({ ranks: [0, 4, 5, 9, 9, 9], highest: 9, bins: 2 });
  assert.deepEqual(counts, [2, 4]);
  const away = differencesOf(counts).map(({ at, difference }) => [at, Number(difference.toFixed(6))]);
  assert.deepEqual(away, [
    [0, 0],
    [0.5, -0.166667],
    [1, 0],
  ]);
  assert.ok(differencesOf([0, 0]).every(({ difference }) => difference === 0));
});

test("the shape of the ranks says what is wrong with the draws, and nothing where they are even", () => {
  const shape = (/** @type {(i: number) => number} */ rank) =>
    shapeOf({ ranks: Array.from({ length: 200 }, (_, i) => rank(i)), highest: 99, bins: 20 });
  assert.equal(
    shape((i) => i % 100),
    null,
  );
  assert.match(shape((i) => (i % 2 ? 99 : 0)) ?? "", /too narrow/);
  assert.match(shape((i) => 45 + (i % 10)) ?? "", /too wide/);
  assert.match(shape((i) => 60 + (i % 40)) ?? "", /too low/);
  assert.match(shape((i) => i % 40) ?? "", /too high/);
});

/** @param {number} replications */
const request = (replications) => ({
  ...requestOf(first(), initialPage(), 0),
  replications,
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a calibration is remembered under what was asked, and grows as its ranks arrive", async () => {
  const events = [
    { kind: "started", dim: 1 },
    { kind: "rank", rank: [3] },
    { kind: "progress", step: 1, of: 20, expected_range: [0, 2] },
  ];
  const calibrations = createCalibrations({
    stream: async function* () {
      yield* events;
      yield { kind: "calibration", calibrated: true };
      yield { kind: "finished" };
    },
  });
  calibrations.start(request(20));
  assert.equal(calibrations.store.get().running, keyOf(request(20)));
  await settled();
  const { known, running } = calibrations.store.get();
  const found = known[keyOf(request(20))];
  assert.deepEqual([found.status, found.ranks, found.range, running], ["finished", [[3]], [0, 2], null]);
  assert.equal(known[keyOf(request(30))], undefined);
});

test("a calibration can be cancelled, and one that is refused says why", async () => {
  const never = createCalibrations({
    stream: async function* () {
      yield { kind: "started", dim: 1 };
      await new Promise(() => {});
    },
  });
  never.start(request(20));
  await settled();
  never.cancel();
  assert.equal(never.store.get().known[keyOf(request(20))].status, "cancelled");
  const refused = createCalibrations({
    // biome-ignore lint/correctness/useYield: it fails before its first event
    stream: async function* () {
      throw new ProblemError({ title: "No", detail: "no data", status: 422, type: "", errors: [] });
    },
  });
  refused.start(request(20));
  await settled();
  const { status, failure } = refused.store.get().known[keyOf(request(20))];
  assert.deepEqual([status, failure?.detail], ["refused", "no data"]);
});

const BROKEN = [
  { kind: "slip", title: "Slip", broken: "It limps.", repaired: "hmc", exhibit: { steps: 3, step_size: 2 } },
  { kind: "ratio", title: "Ratio", broken: "It forgets.", repaired: "mala", exhibit: {} },
];
const RIGHT_ONES = [
  { kind: "hmc", title: "HMC", schema: { properties: { steps: {} } } },
  { kind: "mala", title: "MALA", schema: {} },
  { kind: "slice", title: "Slice", schema: {} },
];
const CATALOGUE = /** @type {any} */ ({ broken_samplers: BROKEN, samplers: RIGHT_ONES });

test("a deal holds every broken kernel and every one that it would be without the bug, in an order of its number", () => {
  const kinds = (/** @type {number} */ number) => deal(CATALOGUE, number).map(({ kernel }) => kernel.kind);
  assert.deepEqual(kinds(3), kinds(3));
  assert.deepEqual(kinds(3).sort(), ["hmc", "mala", "ratio", "slip"]);
  const firsts = new Map();
  for (let number = 1; number <= 2400; number++) {
    const [one] = kinds(number);
    firsts.set(one, (firsts.get(one) ?? 0) + 1);
  }
  // χ² of 3 degrees of freedom at 0.1 %.
  const chi = [...firsts.values()].reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0);
  assert.ok(firsts.size === 4 && chi < 16.3, String(chi));
});

test("a suspect runs with the settings that show its bug, and what it would be with those that it shares", () => {
  const suspect = deal(CATALOGUE, 1).find(({ entry }) => entry.kind === "slip");
  assert.ok(suspect);
  assert.deepEqual(suspect.kernel, { kind: "slip", steps: 3, step_size: 2 });
  assert.deepEqual(repairedOf(CATALOGUE, suspect)?.kernel, { kind: "hmc", steps: 3 });
});

test("nothing that is told of a suspect gives it away", () => {
  const started = { methods: [{ title: "Half-step slip", family: "sampler", trustworthy: false, method: {} }], dim: 1 };
  assert.deepEqual(masked(started, { lineup: 2, suspect: 3 }).methods, [
    { title: "Suspect D", family: "sampler", method: {} },
  ]);
  assert.equal(masked(started, { lineup: 0, suspect: 0 }), started);
  const page = { ...initialPage(), lineup: 2, suspect: 3 };
  const address = JSON.stringify(shared({ ...first(), methods: [{ kind: "half_step_slip" }] }, page));
  assert.ok(!address.includes("slip") && address.includes('"lineup":2'));
  assert.deepEqual(begin(JSON.parse(address)).spec.methods, []);
});

test("a kernel that accepts as its energy error says is off by nothing, one that always accepts by what it hides", () => {
  const path = { energy: [1, 2, 3], acceptance: Math.exp(-2) };
  assert.equal(energyGap([path]), 0);
  assert.ok(Math.abs((energyGap([path, { ...path, acceptance: 1 }]) ?? 0) - (1 - Math.exp(-2))) < 1e-12);
  assert.equal(energyGap([{ energy: [1, Number.NaN], acceptance: 0 }]), 0);
  assert.equal(energyGap([]), null);
});

/** @param {Partial<import("../../static/rooms/bayes/exhibits.js").Findings>} found */
const exhibits = (found) =>
  Object.fromEntries(
    exhibitsOf({
      facts: {},
      bias: null,
      paths: [],
      calibration: null,
      spec: { ...first(), start: null },
      ...found,
    }).map((one) => [one.title, one]),
  );

test("each exhibit is an alarm beyond its bound, and unknown where nothing was measured", () => {
  assert.ok(Object.values(exhibits({})).every(({ alarm }) => alarm === null));
  const facts = { rhat: [1.02], ess_bulk: [900, 300], ess_tail: [800], divergences: 2, stein_score: [[0.3, -5, null]] };
  const bias = { mean: [1, -2], variance: [4.5, null] };
  const bad = exhibits({ facts, bias });
  assert.deepEqual(
    ["R̂", "Effective sample size", "Divergences", "Stein check", "Marginals"].map((title) => bad[title].alarm),
    [true, true, true, true, true],
  );
  assert.equal(bad["Stein check"].value, "5.0 se");
  const good = exhibits({ facts: { ...facts, rhat: [1.001], divergences: 0, stein_score: [[0.3, -3.9]] } });
  assert.deepEqual(
    ["R̂", "Divergences", "Stein check"].map((title) => good[title].alarm),
    [false, false, false],
  );
});

test("a calibration without a verdict is told by its state", () => {
  const value = (/** @type {any} */ status) =>
    exhibits({ calibration: status && /** @type {any} */ ({ status, result: null }) }).Calibration.value;
  assert.deepEqual([null, "cancelled", "running", "refused"].map(value), [
    "not run",
    "not run",
    "running",
    "not possible here",
  ]);
  const judged = exhibits({ calibration: /** @type {any} */ ({ result: { p_value: 1e-9, calibrated: false } }) });
  assert.equal(judged.Calibration.alarm, true);
});

test("once the kernel is known an alarm convicts or is false, and silence acquits or is blind", () => {
  const worth = (/** @type {boolean | null} */ alarm, /** @type {boolean} */ right) =>
    worthOf({ title: "", asks: "", value: "", alarm }, right);
  assert.deepEqual([worth(true, false), worth(false, false)], ["convicts", "blind"]);
  assert.deepEqual([worth(true, true), worth(false, true)], ["false alarm", "acquits"]);
  assert.equal(worth(null, false), "no answer");
});
