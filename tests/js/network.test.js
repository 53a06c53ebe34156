import assert from "node:assert/strict";
import { test } from "node:test";
import { inserted } from "../../static/rooms/network/heads.js";
import { heightsOf } from "../../static/rooms/network/histograms.js";
import { shareOf } from "../../static/rooms/network/layerChart.js";
import { curveOf, edgeAt, edgesOf, layoutOf, pageWith, pointOn, turned } from "../../static/rooms/network/layout.js";
import { rowsOf } from "../../static/rooms/network/ledger.js";
import { Snapshots } from "../../static/rooms/network/snapshots.js";
import { begin, panelOf, recordOf } from "../../static/rooms/network/state.js";
import { biasIndex, blocksOf, largest, weightIndex } from "../../static/rooms/network/weights.js";
import { RunBuffer } from "../../static/run.js";
import { randomness } from "./helpers.js";

const SIZE = { width: 640, height: 420, top: 78, pitch: 134, least: 33, breadth: 48 };

test("every unit has a place, and columns are centred, while there is room", () => {
  const { columns } = layoutOf([2, 8, 6, 1], SIZE);
  assert.deepEqual(
    columns.map(({ places, more }) => [places.length, more]),
    [
      [2, 0],
      [8, 0],
      [6, 0],
      [1, 0],
    ],
  );
  const middles = columns.map(({ places }) => (places[0].y + places[places.length - 1].y) / 2);
  for (const middle of middles) assert.ok(Math.abs(middle - middles[0]) < 1e-9);
  for (const { places } of columns.slice(0, 3)) assert.ok(places[1].y - places[0].y > places[0].tile);
});

test("units without a place are counted, and nothing lies outside of the picture", () => {
  const random = randomness(1);
  for (let i = 0; i < 50; i++) {
    const widths = Array.from({ length: 2 + Math.floor(12 * random()) }, () => 1 + Math.floor(600 * random()));
    const layout = layoutOf(widths, SIZE);
    layout.columns.forEach((column, c) => {
      assert.equal(column.places.length + column.more, widths[c]);
      for (const { x, y, tile, breadth } of column.places) {
        assert.ok(tile > 20 && x - breadth / 2 > 0 && x + breadth / 2 < layout.width);
        assert.ok(y - tile / 2 >= layout.top - 1 && y + tile / 2 < layout.height);
      }
    });
  }
});

test("units shrink before any of them is folded away", () => {
  const pictures = { ...SIZE, least: 14, breadth: 0 };
  const [some] = layoutOf([20, 1], pictures).columns;
  assert.equal(some.more, 0);
  assert.ok(some.places[0].tile >= 10 && some.places[0].tile < 20);
  assert.ok(layoutOf([40, 1], pictures).columns[0].more > 0);
});

test("every unit of a wide layer is on one of its pages, and turning to a unit shows it", () => {
  for (const units of [10, 40, 512]) {
    const column = (/** @type {number} */ first) => layoutOf([2, units, 1], SIZE, [0, first]).columns[1];
    const seen = new Set();
    let at = column(0);
    for (let pages = 0; pages < units; pages++) {
      for (const { index } of at.places) seen.add(index);
      at = column(turned(at, 1));
    }
    assert.equal(seen.size, units);
    assert.equal(turned(at, 1), at.first);
    assert.equal(turned(column(0), -1), 0);
    for (let unit = 0; unit < units; unit++) {
      const { places } = column(pageWith(at, unit));
      assert.ok(places.some(({ index }) => index === unit));
    }
    assert.equal(pageWith(at, units - 1), at.first);
  }
});

test("there is one edge for each pair of neighbours, and for each direct pair", () => {
  const layout = layoutOf([2, 3, 4], SIZE);
  assert.equal(edgesOf(layout, false).length, 2 * 3 + 3 * 4);
  const direct = edgesOf(layout, true).filter(({ back }) => back > 1);
  assert.equal(direct.length, 2 * 4);
  assert.ok(direct.every(({ layer }) => layer === 2));
});

test("the edge under a point of its own curve is that edge", () => {
  const layout = layoutOf([2, 5, 3], SIZE);
  const edges = edgesOf(layout, false);
  for (const edge of edges) {
    const [x, y] = pointOn(curveOf(edge), 0.02);
    const found = edgeAt(edges, x, y);
    assert.equal(found?.from, edge.from);
    assert.equal(found?.layer, edge.layer);
  }
  assert.equal(edgeAt(edges, 320, 2), null);
});

test("weights lie where PyTorch's flat order has them", () => {
  const blocks = blocksOf([
    { name: "hidden 1", fan_in: 2, fan_out: 3, parameters: 9 },
    { name: "output", fan_in: 3, fan_out: 1, parameters: 4 },
    { name: "direct", fan_in: 2, fan_out: 1, parameters: 2 },
  ]);
  assert.equal(weightIndex(blocks[0], 2, 1), 5);
  assert.equal(biasIndex(blocks[0], 0), 6);
  assert.equal(weightIndex(blocks[1], 0, 2), 11);
  assert.equal(biasIndex(blocks[1], 0), 12);
  assert.equal(weightIndex(blocks[2], 0, 1), 14);
  assert.equal(biasIndex(blocks[2], 0), -1);
  assert.equal(largest(blocks[0], [1, -2, 0, 0, 0, 1.5, 99, 99, 99]), 2);
});

test("the picture at a step is the last one taken by then", () => {
  const snapshots = new Snapshots();
  for (const step of [0, 3, 6]) snapshots.append(snapshot(step));
  assert.equal(snapshots.at(-1), null);
  assert.equal(snapshots.at(2.9)?.step, 0);
  assert.equal(snapshots.at(3)?.step, 3);
  assert.equal(snapshots.at(1000)?.step, 6);
  assert.equal(snapshots.scores.column("test_loss").at(1), 6);
  assert.ok(Number.isNaN(snapshots.scores.column("accuracy").at(1)));
  assert.equal(snapshots.layers.get("hidden 1")?.column("dead").at(2), 0.25);
});

/** @param {number} step */
const snapshot = (step) => ({
  run: 0,
  step,
  loss: step,
  accuracy: null,
  test_loss: 2 * step,
  test_accuracy: null,
  layers: { "hidden 1": { weight_norm: 1, update_ratio: 0.1, dead: 0.25, saturated: 0, histogram: null } },
  grid: null,
});

test("θ of a frame comes back as it was recorded, flat or by rows", () => {
  const frames = { kind: /** @type {const} */ ("frames"), run: 0, position: [], loss: [1, 2], gradient_norm: [1, 1] };
  const buffer = new RunBuffer();
  buffer.append({ ...frames, step: [0, 1], parameters: Float64Array.of(1, 2, 3, 4, 5, 6) });
  buffer.append({
    ...frames,
    step: [2, 3],
    parameters: [
      [7, 8, 9],
      [10, 11, 12],
    ],
  });
  assert.deepEqual([...(buffer.parameters(1) ?? [])], [4, 5, 6]);
  assert.deepEqual([...(buffer.parameters(3) ?? [])], [10, 11, 12]);
  assert.equal(buffer.parameters(4), null);
  assert.equal(new RunBuffer().parameters(0), null);
});

test("the room opens on a network, whatever the address holds", () => {
  for (const given of [null, {}, { objective: { kind: "himmelblau" }, optimisers: [] }])
    assert.equal(begin(given).spec.objective.kind, "network");
  const own = begin({ objective: { kind: "network", data: { kind: "xor" } }, optimisers: [{ kind: "adam" }] });
  assert.equal(own.spec.objective.data.kind, "xor");
  assert.equal(panelOf({ ...own.page, panel: "chain" }), "chain");
  assert.equal(panelOf({ ...own.page, panel: "nonsense" }), "layers");
});

test("what is recorded stays within bounds, whatever the network", () => {
  const spec = { ...begin(null).spec, steps: 10_000 };
  const wide = [
    { fan_in: 2, fan_out: 512 },
    { fan_in: 512, fan_out: 1 },
  ];
  const record = recordOf(spec, { dim: 2049, layers: wide });
  assert.ok((spec.steps / record.every) * 2049 <= 2_000_000);
  assert.ok(spec.steps / record.network.every <= 100);
  assert.ok(record.network.grid >= 10 && record.network.units);
  const many = recordOf(spec, { dim: 10, layers: [{ fan_in: 64, fan_out: 1 }] });
  assert.equal(many.network.grid, 0);
  assert.equal(many.network.units, false);
});

test("a new layer is a copy of its neighbour and stands where it was put", () => {
  const layers = [
    { units: 4, activation: { kind: "relu" } },
    { units: 7, activation: { kind: "tanh" } },
  ];
  assert.deepEqual(inserted(layers, 2)[2], layers[1]);
  assert.deepEqual(inserted(layers, 0)[0], layers[0]);
  assert.equal(inserted([], 0).length, 1);
});

test("bars: whole on the scale's ends, and nothing for what has no place", () => {
  assert.equal(shareOf(1, 0.01, 1, "log"), 1);
  assert.ok(Math.abs(shareOf(0.1, 0.01, 1, "log") - 0.5) < 1e-12);
  for (const value of [0, -1, Number.NaN]) assert.equal(shareOf(value, 0.01, 1, "log"), 0);
  assert.equal(shareOf(0.25, 0, 1, "linear"), 0.25);
});

test("the highest bin of a histogram is as high as the picture", () => {
  assert.deepEqual(heightsOf({ edges: [0, 1, 2, 3], counts: Int32Array.of(1, 4, 2), left_out: 0 }), [0.25, 1, 0.5]);
  assert.deepEqual(heightsOf({ edges: [0, 1], counts: [0], left_out: 0 }), [0]);
});

test("costs are told relative to reverse mode, and a mode without words keeps its name", () => {
  const [reverse, unknown] = rowsOf([
    { mode: "reverse", passes: 2, multiplications: 100, memory: 10 },
    { mode: "by_hand", passes: 1, multiplications: 250, memory: 1 },
  ]);
  assert.equal(reverse.ratio, 1);
  assert.equal(unknown.ratio, 2.5);
  assert.equal(unknown.words, "by hand");
});
