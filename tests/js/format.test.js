import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatDuration,
  formatNumber,
  formatPercent,
  formatPower,
  formatVector,
  formatWhole,
  shortest,
} from "../../static/format.js";
import { linearTicks, powerTicks } from "../../static/plots/ticks.js";
import { randomness } from "./helpers.js";

/** @type {[number, number, string][]} */
const NUMBERS = [
  [0, 4, "0"],
  [-0, 4, "0"],
  [1, 4, "1.000"],
  [-2.5, 2, "−2.5"],
  [Math.PI, 6, "3.14159"],
  [52.094, 4, "52.09"],
  [0.00123456, 3, "0.00123"],
  [9.9999e-4, 3, "0.00100"],
  [1e-14, 4, "1.0·10⁻¹⁴"],
  [-4.12e-5, 4, "−4.1·10⁻⁵"],
  [99999, 4, "1.0·10⁵"],
  [12345.6, 4, "12350"],
  [2.5e22, 4, "2.5·10²²"],
  [1e300, 1, "1·10³⁰⁰"],
  [5e-324, 2, "4.9·10⁻³²⁴"],
  [Infinity, 4, "∞"],
  [-Infinity, 4, "−∞"],
  [NaN, 4, "not a number"],
];
for (const [value, digits, text] of NUMBERS) {
  test(`${value} with ${digits} digits reads ${text}`, () => assert.equal(formatNumber(value, digits), text));
}

test("a formatted number reads back as the number, to its digits", () => {
  const digits = { "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9, "⁻": "-" };
  const read = (/** @type {string} */ text) =>
    Number(
      text
        .replaceAll("−", "-")
        .replace("·10", "e")
        .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/g, (c) => String(digits[/** @type {"⁰"} */ (c)])),
    );
  for (let exponent = -300; exponent <= 300; exponent += 7) {
    for (const mantissa of [1, -1.5, 9.87654321, -3.3333]) {
      const value = mantissa * 10 ** exponent;
      assert.ok(Math.abs(read(formatNumber(value, 5)) / value - 1) < 0.051, formatNumber(value, 5));
    }
  }
});

test("vectors, wholes, shares, powers and spans", () => {
  assert.equal(formatVector([3.001, -2], 4), "(3.001, −2.000)");
  assert.equal(
    formatVector(
      Float64Array.from({ length: 20 }, (_, i) => i),
      1,
      3,
    ),
    "(0, 1, 2, …)",
  );
  assert.deepEqual([0, 999, 9999, 12345, -1234567].map(formatWhole), [
    "0",
    "999",
    "9999",
    "12\u202f345",
    "−1\u202f234\u202f567",
  ]);
  assert.equal(formatPercent(0.9731), "97.3\u202f%");
  assert.deepEqual([-12, 0, 3].map(formatPower), ["10⁻¹²", "10⁰", "10³"]);
  assert.deepEqual([0.0035, 1.25, 125, 59.9].map(formatDuration), [
    "3.5\u2009ms",
    "1.3\u2009s",
    "2\u2009min 5\u2009s",
    "1\u2009min 0\u2009s",
  ]);
});

test("linear ticks are round, ascend, lie within and number at most one more than asked for", () => {
  for (const [low, high] of [
    [0, 1],
    [-5, 5],
    [0.013, 0.0131],
    [-1e-9, 3e-9],
    [0, 1000],
    [1e6, 1e6 + 7],
  ]) {
    const ticks = linearTicks(low, high, 5);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks.length} ticks in ${low} … ${high}`);
    const steps = ticks.slice(1).map(({ value }, i) => value - ticks[i].value);
    const margin = 1e-9 * (high - low);
    assert.ok(ticks.every(({ value }) => value >= low - margin && value <= high + margin));
    assert.ok(steps.every((step) => Math.abs(step / steps[0] - 1) < 1e-3));
    const leading = steps[0] / 10 ** Math.floor(Math.log10(steps[0] * (1 + 1e-9)));
    assert.ok(
      [1, 2, 5].some((round) => Math.abs(leading - round) < 1e-3),
      `a step of ${steps[0]}`,
    );
  }
  assert.deepEqual(
    linearTicks(-4, 4, 4).map(({ label }) => label),
    ["−4", "−2", "0", "2", "4"],
  );
  assert.deepEqual(
    linearTicks(0, 500, 5).map(({ label }) => label),
    ["0", "100", "200", "300", "400", "500"],
  );
  assert.deepEqual(
    linearTicks(0, 0.4, 4).map(({ label }) => label),
    ["0", "0.1", "0.2", "0.3", "0.4"],
  );
});

test("power ticks are whole powers, thinned evenly", () => {
  assert.deepEqual(
    powerTicks(0.01, 100, 5).map(({ label }) => label),
    ["10⁻²", "10⁻¹", "1", "10", "10²"],
  );
  const exponents = powerTicks(1e-16, 1e3, 5).map(({ value }) => Math.round(Math.log10(value)));
  assert.deepEqual(exponents, [-16, -12, -8, -4, 0]);
});

test("the text of a number in a file gives it back, in the precision that it had", () => {
  const random = randomness(5);
  assert.equal(shortest(Math.fround(0.05), true), "0.05");
  for (let i = 0; i < 2000; i++) {
    const value = (random() - 0.5) * 10 ** (60 * random() - 30);
    const single = Math.fround(value);
    assert.equal(Number(shortest(value)), value);
    assert.equal(Math.fround(Number(shortest(single, true))), single);
    assert.ok(
      shortest(single, true)
        .replace(/e.*|[-.]/g, "")
        .replace(/^0+|0+$/g, "").length <= 9,
    );
  }
  for (const odd of [0, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(shortest(odd, true), String(odd));
});
