// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeNames } from "../../static/rooms/regularisation/markNames.js";

test("names of marks far apart share the first row, each right of its mark", () => {
  assert.deepEqual(
    placeNames(
      [
        { x: 100, width: 30 },
        { x: 200, width: 30 },
      ],
      400,
    ),
    [
      { left: 105, row: 0 },
      { left: 205, row: 0 },
    ],
  );
});

test("names that would cover one another stand in rows of their own, and none leaves on the right", () => {
  const marks = [90, 95, 101, 290].map((x) => ({ x, width: 40 }));
  const places = placeNames(marks, 300);
  for (const [i, a] of places.entries()) {
    assert.ok(a.left + marks[i].width <= 300);
    for (const [j, b] of places.entries())
      if (j < i && a.row === b.row) assert.ok(a.left >= b.left + marks[j].width || b.left >= a.left + marks[i].width);
  }
  assert.equal(places[3].left, 245);
  assert.equal(places[0].row, 0);
});
