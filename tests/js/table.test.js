import assert from "node:assert/strict";
import { test } from "node:test";
import { columnWords, isLong, lineEnd, summaryOf, written } from "../../static/race/tableReport.js";

/** @param {Partial<import("../../static/race/tableReport.js").TableColumn>} given */
const column = (given) => ({
  name: "x",
  type: /** @type {const} */ ("number"),
  missing: 0,
  distinct: 5,
  minimum: 0,
  maximum: 2,
  classes: null,
  role: /** @type {const} */ ("input"),
  why: null,
  ...given,
});

test("a table is summed up with its classes counted", () => {
  const classes = [
    { label: "no", count: 3 },
    { label: "yes", count: 1 },
  ];
  const columns = [column({}), column({ name: "kind", role: "target", classes })];
  const report = {
    rows: 4,
    dropped: 0,
    columns,
    target: 1,
    task: "classification",
    problems: [],
    warnings: [],
    dataset: null,
  };
  assert.equal(summaryOf(report), "4 rows, 1 input; to be learnt: kind, 2 classes (no: 3, yes: 1).");
  assert.match(summaryOf({ ...report, dropped: 2, task: "regression" }), /2 with gaps left out.*a number/);
});

test("a column says what it holds, what is missing and why it is left out", () => {
  assert.equal(columnWords(column({})), "numbers from 0 to 2.00");
  assert.equal(columnWords(column({ missing: 3 })), "numbers from 0 to 2.00, 3 missing");
  const constant = column({ role: "left out", why: "it is constant" });
  assert.match(columnWords(constant), /left out: it is constant$/);
  assert.match(columnWords(column({ type: "text", minimum: null, maximum: null })), /^5 texts/);
});

test("a table in the address is written out again, commas and quotes kept apart", () => {
  const data = { inputs: [[1, 2]], targets: ['a "b", c'], feature_names: ["u,v", "w"] };
  assert.equal(written(data), '"u,v", w, target\n1, 2, "a ""b"", c"');
  assert.equal(written({ inputs: [[1]], targets: [0] }), "1, 0");
});

test("a table that an address cannot hold is told apart", () => {
  assert.equal(isLong({ inputs: [[1]] }), false);
  assert.equal(isLong({ inputs: Array.from({ length: 20_000 }, () => [0.123456]) }), true);
  assert.equal(isLong(null), false);
});

test("a line ends before its break, the last one with the text", () => {
  assert.equal(lineEnd("ab\ncd", 0), 2);
  assert.equal(lineEnd("ab\ncd", 3), 5);
});
