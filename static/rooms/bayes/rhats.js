// @ts-check
/** Which R̂ is to be read, and why: nested where a crowd began in groups, plain where few chains are long. Pure. */
import { formatNumber, formatWhole } from "../../format.js";
import { CROWD, superchainsOf } from "./superchains.js";

/**
 * @typedef {{which: "nested" | "plain", bound: number, why: string, warning: string | null}} Choice
 */

const PLAIN_BOUND = 1.01;

/**
 * @param {Record<string, any>} facts the diagnostics of an estimate
 * @param {{chains: number, superchains?: number | null, start: number[] | null}} spec
 * @returns {Choice}
 */
export function chosenRhat(facts, spec) {
  const bound = facts.nested_rhat_bound;
  if (typeof bound !== "number")
    return { which: "plain", bound: PLAIN_BOUND, why: whyPlain(facts, spec), warning: null };
  return { which: "nested", bound, why: whyNested(facts, spec), warning: spec.start ? ALIKE : null };
}

const ALIKE =
  "All groups began at one point, so that they agree does not show that they have forgotten it. Spread the start out to make this a test.";

/** @param {Record<string, any>} facts @param {{chains: number}} spec */
function whyNested(facts, { chains }) {
  const groups = facts.superchains_judged;
  const plain = worst(facts.rhat);
  const told = plain === null ? "" : `, ${formatNumber(plain, 4)},`;
  return `Nested R̂ compares the means of ${formatWhole(groups)} groups of chains that share a start. Plain R̂${told} compares single chains, which differ by themselves while they are short: ${worth(facts, chains)}.`;
}

/** @param {Record<string, any>} facts @param {{chains: number, superchains?: number | null}} spec */
function whyPlain(facts, spec) {
  const { chains } = spec;
  if (chains < CROWD)
    return `Plain R̂, since there are few chains: ${worth(facts, chains)}. Nested R̂ is for crowds of ${CROWD} or more.`;
  const groups = superchainsOf(spec);
  const short = `Chains that short differ by themselves, so that it may alarm falsely: ${worth(facts, chains)}.`;
  if (groups === null) return `Plain R̂, since the chains do not begin in groups. ${short}`;
  if (facts.chains_judged < (2 * chains) / groups)
    return `Plain R̂, since only ${formatWhole(facts.chains_judged)} chains of so many draws are kept to be judged: fewer than two groups of ${formatWhole(chains / groups)}.`;
  return `Plain R̂. ${short}`;
}

/** What one chain is worth in independent draws. @param {Record<string, any>} facts @param {number} chains */
function worth({ ess_bulk }, chains) {
  const least = Math.min(...numbers(ess_bulk));
  return Number.isFinite(least)
    ? `one of them is worth ${formatNumber(least / chains, 2)} independent draws`
    : "it is not known yet what one of them is worth";
}

/** @param {any} values */
function worst(values) {
  const most = Math.max(...numbers(values));
  return Number.isFinite(most) ? most : null;
}

/** @param {any} values @returns {number[]} */
const numbers = (values) => Array.from(values ?? []).filter(Number.isFinite);
