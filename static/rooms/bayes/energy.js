// @ts-check
/** The energy along the leapfrog path of the step that is shown: what an exact flow would keep, and the accept step judges. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { drawAxes, erase, frameOf } from "./frame.js";
import { pathAt } from "./live.js";

/** @typedef {import("./live.js").Leapfrog} Leapfrog */

const INSETS = { left: 54, top: 6, right: 8, bottom: 42 };
const LEAST = 0.1;

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function energy(host, context) {
  const { live, store, player, services } = context;
  const words = h("p", { class: "help" });
  const picture = h("div", { class: "band-picture energy-picture" });
  fill(host, words, picture);
  const layers = createLayers(picture, ["energy"]);
  const shown = () => pathAt(live.get().leapfrogs[store.get().page.selected], player.state().step);
  const painter = createPainter(picture, layers, () => {
    const path = shown();
    erase(layers.contexts[0]);
    if (path)
      drawEnergy(layers.contexts[0], path, layers.size(), store.get().page.colours[store.get().page.selected] ?? 0);
  });
  const draw = () => {
    fill(words, told(shown(), (live.get().leapfrogs[store.get().page.selected]?.size ?? 0) > 0));
    painter.refresh();
  };
  draw();
  return disposal([
    context.onPulse(draw),
    context.onGrowth(draw),
    store.subscribe((s) => s.page.selected, draw),
    services.onTheme(painter.refresh),
    painter.dispose,
  ]);
}

/** H against its first value. @param {ArrayLike<number>} energies */
export const errorsOf = (energies) => Float64Array.from(energies, (value) => value - energies[0]);

/** @param {Leapfrog | null} path @param {boolean} some whether the method has any path */
function told(path, some) {
  if (!some)
    return "This method follows no trajectory; choose Hamiltonian Monte Carlo, and turn its step size ε up to 2/ω.";
  if (!path) return "Before the first step.";
  const error = errorsOf(path.energy).at(-1) ?? 0;
  if (path.divergent || !Number.isFinite(error))
    return `Step ${path.step}: the integrator broke down. ε is beyond 2/ω of some direction here, and the energy grows without bound.`;
  const chance = Math.min(1, Math.exp(-error));
  const verdict = path.accepted ? "accepted" : "refused";
  return `Step ${path.step}: ΔH = ${formatNumber(error, 3)} at the end: taken with probability ${formatNumber(chance, 3)}, and ${verdict}. Exact flow keeps H; leapfrog swings about it while ε < 2/ω.`;
}

/** @param {CanvasRenderingContext2D} context @param {Leapfrog} path @param {{width: number, height: number}} size @param {number} colour */
function drawEnergy(context, path, { width, height }, colour) {
  const palette = readPalette(document.documentElement);
  const errors = errorsOf(path.energy).filter(Number.isFinite);
  const most = Math.max(LEAST, ...errors.map(Math.abs));
  const box = { left: INSETS.left, top: INSETS.top, right: width - INSETS.right, bottom: height - INSETS.bottom };
  const frame = frameOf(box, [0, Math.max(1, path.energy.length - 1), -1.15 * most, 1.15 * most]);
  context.beginPath();
  context.moveTo(box.left, frame.down(0));
  context.lineTo(box.right, frame.down(0));
  context.setLineDash([5, 4]);
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.2;
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  for (const [i, error] of errors.entries()) context.lineTo(frame.across(i), frame.down(error));
  context.strokeStyle = context.fillStyle = palette.lines[colour];
  context.lineWidth = 2;
  context.stroke();
  for (const [i, error] of errors.entries()) {
    context.beginPath();
    context.arc(frame.across(i), frame.down(error), 3, 0, 2 * Math.PI);
    context.fill();
  }
  drawAxes(context, frame, { labels: ["leapfrog step", "H − H at the start"], palette });
}
