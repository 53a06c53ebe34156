// @ts-check
/** The loss curves, and over them a slider of time: one and the same track. */
import { disposal, h } from "../dom.js";
import { createLossChart } from "../plots/lossChart.js";
import { readPalette } from "../plots/palette.js";
import { NOISY } from "./scope.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function timeline(host, context) {
  const { store, live, player, services } = context;
  const chartHost = h("div", { class: "chart" });
  const scrub = h("input", { class: "scrub", type: "range", min: 0, step: 1, value: 0, "aria-label": "Step" });
  scrub.addEventListener("input", () => player.seek(Number(scrub.value)));
  const note = h("p", { class: "timeline-note", hidden: true }, NOISY);
  host.append(h("div", { class: "timeline" }, chartHost, note, scrub));
  const palette = () => readPalette(document.documentElement);
  const chart = createLossChart(chartHost, { palette: palette() });
  const setView = () => {
    const { page, spec } = store.get();
    chart.setView({ quantity: page.quantity, scale: page.scale, steps: spec.steps });
    const { left, right } = chart.insets();
    scrub.style.left = `${left}px`;
    scrub.style.width = `calc(100% - ${left + right}px)`;
  };
  const setTracks = () => {
    chart.setTracks(live.get().run.tracks);
    note.hidden = live.get().run.tracks[0]?.buffer.scope !== "batch";
    chart.draw(player.state().step);
  };
  const tell = () => {
    const { steps } = store.get().spec;
    const step = Math.round(player.state().step);
    scrub.max = String(steps);
    scrub.value = String(step);
    scrub.setAttribute("aria-valuetext", `Step ${step} of ${steps}`);
  };
  setView();
  setTracks();
  tell();
  return disposal([
    live.subscribe((l) => l.run.tracks, setTracks),
    store.subscribe((s) => s.page, setView),
    store.subscribe((s) => s.spec.steps, setView),
    context.onStep((step) => chart.draw(step)),
    context.onPulse(tell),
    context.onGrowth(() => chart.refresh()),
    services.onTheme(() => chart.setPalette(palette())),
    () => chart.dispose(),
  ]);
}
