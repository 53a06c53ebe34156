import assert from "node:assert/strict";
import { test } from "node:test";
import { complaint, travel } from "../../static/controls/number.js";
import { rowsOf, writtenRows } from "../../static/controls/simple.js";
import { alternatives, bounds, defaultsOf, optional, resolve } from "../../static/schema.js";

/** @typedef {import("../../static/schema.js").Schema} Schema */

/** @type {Schema & {properties: Record<string, Schema>}} */
const SCHEMA = {
  $defs: {
    Constant: { title: "Constant", properties: { kind: { const: "constant", default: "constant" } } },
    Cosine: { title: "Cosine", properties: { kind: { const: "cosine" }, period: { type: "integer", default: 100 } } },
  },
  type: "object",
  properties: {
    kind: { const: "adam", default: "adam" },
    learning_rate: { type: "number", exclusiveMinimum: 0, scale: "log", slider: [1e-5, 1], default: 0.001 },
    schedule: { oneOf: [{ $ref: "#/$defs/Constant" }, { $ref: "#/$defs/Cosine" }] },
    clip: { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }], default: null },
  },
};

test("a reference is followed, and its own keywords win", () => {
  const resolved = resolve({ $ref: "#/$defs/Cosine", title: "Another" }, SCHEMA);
  assert.equal(resolved.title, "Another");
  assert.equal(resolved.properties?.period.default, 100);
});

test("an unknown reference is an error that names it", () => {
  assert.throws(() => resolve({ $ref: "#/$defs/Nothing" }, SCHEMA), /Nothing/);
});

test("a union is read by kind", () => {
  assert.deepEqual([...(alternatives(SCHEMA.properties.schedule, SCHEMA) ?? []).keys()], ["constant", "cosine"]);
  assert.equal(alternatives(SCHEMA.properties.clip, SCHEMA), null);
});

test("a value or null is a value that may be missing", () => {
  assert.deepEqual(optional(SCHEMA.properties.clip, SCHEMA), {
    schema: { type: "number", minimum: 0, default: null },
    nullable: true,
  });
});

test("defaults fill every field, unions with their first kind", () => {
  const expected = { kind: "adam", learning_rate: 0.001, schedule: { kind: "constant" }, clip: null };
  assert.deepEqual(defaultsOf(SCHEMA), expected);
});

for (const [name, schema] of /** @type {const} */ ([
  ["log", { type: "number", scale: "log", slider: [1e-5, 1], default: 0.01 }],
  ["linear", { type: "number", slider: [-2, 3], default: 0 }],
  ["whole", { type: "integer", minimum: 1, maximum: 64, default: 8 }],
])) {
  test(`a slider's ends are its bounds, and its travel is monotone: ${name}`, () => {
    const b = bounds(/** @type {any} */ (schema));
    const scale = travel(b);
    assert.equal(scale.at(0), b.low);
    assert.equal(scale.at(1), b.high);
    const values = Array.from({ length: 21 }, (_, i) => scale.at(i / 20));
    assert.deepEqual(
      values,
      values.toSorted((a, c) => a - c),
    );
    for (const value of values) assert.ok(Math.abs(scale.at(scale.of(value)) - value) <= 1e-9 + 0.01 * Math.abs(value));
  });
}

test("a logarithmic slider that starts at zero starts at a thousandth of the default", () => {
  assert.equal(bounds({ type: "number", scale: "log", minimum: 0, maximum: 1, default: 0.1 }).low, 0.0001);
});

test("a typed number is refused with its limit", () => {
  assert.equal(complaint("1e-3", { type: "number", exclusiveMinimum: 0 }), null);
  assert.match(complaint("0", { type: "number", exclusiveMinimum: 0 }) ?? "", /above 0/);
  assert.match(complaint("1.5", { type: "integer" }) ?? "", /whole/);
  assert.match(complaint("9", { type: "integer", maximum: 8 }) ?? "", /at most 8/);
  assert.match(complaint("", { type: "number" }) ?? "", /not a number/);
  assert.match(complaint("Infinity", { type: "number" }) ?? "", /not a number/);
});

test("rows of numbers are read as they were written", () => {
  const rows = [
    [-2, 0],
    [-1.5, 1],
    [3, 1],
  ];
  const numbers = writtenRows(rows)
    .split(/[\s,;]+/)
    .map(Number);
  assert.deepEqual(rowsOf(numbers, 2), rows);
  assert.deepEqual(rowsOf([], 2), []);
});
