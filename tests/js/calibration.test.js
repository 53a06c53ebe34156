import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenRhat } from "../../static/rooms/bayes/rhats.js";
import { first, posteriorSpec } from "../../static/rooms/bayes/state.js";
import { grouping, groupings, superchainsOf } from "../../static/rooms/bayes/superchains.js";

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
  assert.equal(superchainsOf({ chains: 1000, superchains: null }), null);
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
  assert.match(why, /1\.060, is no alarm/);
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
