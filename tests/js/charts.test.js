import assert from "node:assert/strict";
import { test } from "node:test";
import { drawChartAxes } from "../../static/plots/chartAxes.js";
import { linesWithin } from "../../static/plots/labels.js";
import { sayGaps } from "../../static/plots/lossChart.js";

/** How much of a text lies before its place. @type {Record<string, number>} */
const SHARES = { left: 0, center: 0.5, right: 1 };

/** A context that keeps the texts written to it, as wide as six pixels a letter. */
function writing() {
  /** @type {{text: string, left: number, right: number, y: number}[]} */
  const texts = [];
  const measureText = (/** @type {string} */ text) => ({ width: 6 * text.length });
  const context = {
    texts,
    measureText,
    textAlign: "left",
    canvas: { width: 0, height: 0 },
    clearRect() {},
    beginPath() {},
    moveTo() {},
    lineTo() {},
    stroke() {},
    /** @param {string} text @param {number} x @param {number} y */
    fillText(text, x, y) {
      const { width } = measureText(text);
      const left = x - SHARES[context.textAlign] * width;
      texts.push({ text, left, right: left + width, y });
    },
  };
  return /** @type {CanvasRenderingContext2D & {texts: typeof texts}} */ (/** @type {unknown} */ (context));
}

const COLOURS = /** @type {import("../../static/types.js").Palette} */ ({ font: "", muted: "", rule: "" });

test("the numbers of the steps stay within the chart, however long the run is", () => {
  for (const steps of [1, 300, 60_000, 100_000, 1_000_000]) {
    for (const width of [320, 590]) {
      const context = writing();
      const box = { left: 52, right: width - 14, top: 10, bottom: 90 };
      drawChartAxes(context, {
        box,
        width,
        domain: { low: 0.1, high: 10, gaps: 0 },
        view: { scale: "log", steps },
        acrossAt: (step) => box.left + (step / steps) * (box.right - box.left),
        downAt: (value) => 50 - 40 * Math.log10(value),
        palette: COLOURS,
      });
      const numbers = context.texts.filter(({ y }) => y > box.bottom);
      assert.ok(numbers.length > 1 && numbers.every(({ left, right }) => left >= 0 && right <= width));
      numbers.slice(1).forEach(({ left }, i) => assert.ok(left > numbers[i].right));
    }
  }
});

test("what a log scale cannot show is said in whole, in as many lines as it needs", () => {
  for (const right of [400, 250, 130]) {
    const context = writing();
    const box = { left: 52, right, top: 10, bottom: 90 };
    sayGaps(context, { box, domain: { low: 1, high: 10, gaps: 3 }, palette: COLOURS });
    const lines = context.texts.sort((a, b) => a.y - b.y);
    assert.equal(lines.map(({ text }) => text).join(" "), "values of 0 and below have no place on a log scale");
    assert.ok(lines.every((line) => line.left >= box.left && line.right <= right && line.y <= box.bottom));
  }
});

test("a word wider than the room has a line of its own", () => {
  assert.deepEqual(
    linesWithin("a long incomprehensible word", 8, ({ length }) => length),
    ["a long", "incomprehensible", "word"],
  );
});
