// @ts-check
/** What a check has measured: a verdict, and a row for each claim. */
import { h } from "../../dom.js";
import { formatNumber } from "../../format.js";

/** @typedef {{title: string, expected?: any, measured?: any, tolerance?: any, passed: boolean, spread?: any, relation?: string}} Claim */

/** The verdict, then each claim with what was expected and measured. @param {{passed: boolean, claims?: Claim[]}} reply */
export function verdict({ passed, claims = [] }) {
  const held = claims.filter((claim) => claim.passed).length;
  return [h("p", { class: "verdict" }, badge(passed), ` ${held} of ${claims.length} claims hold.`), table(claims)];
}

/** @param {boolean} passed */
const badge = (passed) => h("b", { class: `badge ${passed ? "badge-pass" : "badge-fail"}` }, passed ? "PASS" : "FAIL");

/** A claim of a bound rather than of a value. @type {Record<string, string>} */
const BOUNDS = { at_least: "≥ ", at_most: "≤ " };

/** @type {[string, (claim: Claim) => string | Node][]} */
const COLUMNS = [
  ["Expected", (claim) => `${BOUNDS[claim.relation ?? ""] ?? ""}${shown(claim.expected)}`],
  ["Measured", (claim) => shown(claim.measured)],
  ["Tolerance", (claim) => (BOUNDS[claim.relation ?? ""] ? "–" : tolerance(claim.tolerance))],
  ["Spread", (claim) => shown(claim.spread)],
  ["Result", (claim) => badge(claim.passed)],
];

/** A table on a wide page; on a narrow one each claim is a block of its own, its cells labelled. @param {Claim[]} claims */
function table(claims) {
  const heads = ["Claim", ...COLUMNS.map(([title]) => title)].map((title) => h("th", { scope: "col" }, title));
  const rows = claims.map((claim) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, claim.title),
      COLUMNS.map(([title, of]) => h("td", { class: "number", dataset: { label: title } }, of(claim))),
    ),
  );
  return h("table", { class: "claims" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
}

/** @param {any} value @returns {string} */
function shown(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : formatNumber(value, 5);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(/** @type {number[]} */ (value), shown).join(" … ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([key, v]) => `${key.replaceAll("_", " ")} ${shown(v)}`)
      .join(", ");
  return String(value);
}

/** @param {any} value */
const tolerance = (value) => (typeof value === "number" ? `± ${formatNumber(value, 2)}` : shown(value));
