/** Both plots, the loss chart and the bars on computed runs, with what the tests measure. */

import { createBars } from "/static/plots/bars.js";
import { createContour2d } from "/static/plots/contour2d.js";
import { fieldOf } from "/static/plots/field.js";
import { axesOf, renderedCamera, sceneOf } from "/static/plots/internals.js";
import { createLossChart } from "/static/plots/lossChart.js";
import { readPalette } from "/static/plots/palette.js";
import { loadPlotly } from "/static/plots/plotly.js";
import { project } from "/static/plots/projection.js";
import { createSurface3d } from "/static/plots/surface3d.js";
import { RunBuffer } from "/static/run.js";

const query = new URLSearchParams(location.search);
const STEPS = Number(query.get("steps") ?? 1000);
document.documentElement.dataset.theme = query.get("theme") ?? "dark";

const surfaces = {
  himmelblau: {
    of: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    slope: (x, y) => [4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)],
    window: [-5, 5, -5, 5],
    start: [-0.3, -0.2],
    rate: 0.002,
    minima: [[3, 2], [-2.805, 3.131], [-3.779, -3.283], [3.584, -1.848]],
  },
  rosenbrock: {
    of: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    slope: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    window: [-2, 2, -1, 3],
    start: [-1.4, 2.2],
    rate: 0.0005,
    minima: [[1, 1]],
  },
};
const surface = surfaces[query.get("surface") ?? "himmelblau"];

function gridOf({ of, window: [x0, x1, y0, y1] }, size) {
  const x = Array.from({ length: size }, (_, i) => x0 + ((x1 - x0) * i) / (size - 1));
  const y = Array.from({ length: size }, (_, i) => y0 + ((y1 - y0) * i) / (size - 1));
  return { x, y, loss: y.map((b) => x.map((a) => of(a, b))) };
}

/** Heavy ball with a rate and a momentum of its own for each racer. */
function race(index) {
  const frames = { kind: "frames", run: index, step: [], position: [], loss: [], gradient_norm: [], layers: {} };
  const norms = { gradient_norm: [], delta_norm: [] };
  let [x, y] = surface.start;
  let [u, v] = [0, 0];
  for (let step = 0; step <= STEPS; step++) {
    const [gx, gy] = surface.slope(x, y);
    frames.step.push(step);
    frames.position.push([x, y]);
    frames.loss.push(surface.of(x, y));
    frames.gradient_norm.push(Math.hypot(gx, gy));
    norms.gradient_norm.push(Math.hypot(gx, gy) * 10 ** -index);
    norms.delta_norm.push(Math.hypot(gx, gy));
    const momentum = [0, 0.93, 0.8, 0.6, 0.4][index];
    const rate = surface.rate * [0.8, 0.55, 0.3, 1.4, 2][index];
    [u, v] = [momentum * u - rate * gx * (1 + 0.3 * index), momentum * v - rate * gy];
    [x, y] = [x + u, y + v];
  }
  frames.layers = { "hidden 1": norms, "hidden 2": norms, output: norms };
  const buffer = new RunBuffer();
  buffer.append(frames);
  return buffer;
}

const plotly = await loadPlotly();
const palette = readPalette();
const picked = [];
const started = [];
const windows = [];
const scrubbed = [];
const host = (id) => document.getElementById(id);
const field = fieldOf(gridOf(surface, 129));
const titles = ["Gradient descent", "Heavy ball", "Nesterov", "RMSProp", "Adam"];
const tracks = titles.map((title, index) => ({ buffer: race(index), title, colour: index }));
const surface3d = createSurface3d(host("surface"), { plotly, palette, onPick: (point) => picked.push(point) });
const contour2d = createContour2d(host("contour"), {
  plotly, palette, pannable: query.get("pannable") !== "0",
  onPick: (point) => picked.push(point), onStart: (change) => started.push(change), onWindow: (next) => windows.push(next),
});
const chart = createLossChart(host("chart"), { palette, onScrub: (step) => scrubbed.push(step) });
const bars = createBars(host("bars"), { palette });
const plots = [surface3d, contour2d, chart, bars];

const look = { height: query.get("height") ?? "linear", bands: query.get("bands") ?? "quantile" };
await Promise.all([surface3d.setField(field, look), contour2d.setField(field, look)]);
for (const plot of plots) plot.setTracks(tracks);
contour2d.setMarkers(surface.minima.map(([x, y], i) => ({ x, y, label: `min ${i + 1}` })));
contour2d.setStart({ x: surface.start[0], y: surface.start[1] });
chart.setView({ steps: STEPS });

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Wait until nothing moves: the camera of three frames in a row is the same. */
async function settled() {
  let before = "";
  for (let same = 0; same < 3; ) {
    await frame();
    const now = JSON.stringify([sceneOf(host("surface").querySelector(".plot"))?.glplot?.cameraParams?.view, innerWidth]);
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

/** Wait until Plotly has the width of its host, after that changed. */
async function resized(id) {
  while (element(id)._fullLayout.width !== host(id).clientWidth) await frame();
  await settled();
}

function draw(step) {
  for (const plot of plots) plot.draw(step);
}

const element = (id) => host(id).querySelector(".plot");
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Main-thread milliseconds of each call of `draw`, at frames of the display. */
async function timed(steps, plot) {
  const times = [];
  for (const step of steps) {
    await frame();
    const before = performance.now();
    if (plot) plot.draw(step);
    else draw(step);
    times.push(performance.now() - before);
  }
  return median(times);
}

window.harness = {
  surface3d, contour2d, chart, bars, tracks, field, plotly, picked, started, windows, scrubbed, draw, settled, resized, frame, timed,
  element, readPalette, fieldOf, gridOf, surface, surfaces, RunBuffer, createSurface3d, createContour2d,
  projectSurface(points) {
    const box = host("surface").getBoundingClientRect();
    const camera = renderedCamera(element("surface"), box.width, box.height);
    return points.map((point) => project(camera, ...point).slice(0, 2));
  },
  projectContour: (points) => points.map(([x, y]) => [axesOf(element("contour")).px(x), axesOf(element("contour")).py(y)]),
};
draw(Number(query.get("at") ?? 150));
await settled();
document.documentElement.dataset.ready = "yes";
