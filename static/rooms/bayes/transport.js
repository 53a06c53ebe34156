// @ts-check
/** Time: play and pause, single steps, speed, and the acceptance along the way as the timeline. */
import { button } from "../../controls/button.js";
import { disposal, fill, h, icon } from "../../dom.js";
import { formatWhole } from "../../format.js";
import { createLayers, createPainter } from "../../plots/layers.js";
import { readPalette } from "../../plots/palette.js";
import { erase } from "./frame.js";

/** @typedef {import("./context.js").Context} Context */

const SPEEDS = [5, 15, 30, 60, 120];
const USUAL = 15;

/** @param {HTMLElement} host @param {Context} context */
export function transport(host, context) {
  const { store, live, player, act } = context;
  const play = h("button", { class: "play", type: "button", onclick: () => player.toggle() });
  const clock = h("output", { class: "clock-step number" });
  const total = h("span", { class: "muted" });
  const scrub = h("input", { class: "scrub", type: "range", min: 0, step: 1, value: 0, "aria-label": "Step" });
  scrub.addEventListener("input", () => player.seek(Number(scrub.value)));
  const picture = h("div", { class: "chart" });
  const speed = h(
    "select",
    { class: "select", "aria-label": "Speed", onchange: () => act.page({ speed: Number(speed.value) }) },
    SPEEDS.map((value) => h("option", { value }, `${Number((value / USUAL).toFixed(2))}×`)),
  );
  const keys = [
    button({ icon: "back", label: "One step back", look: "quiet", large: true }, () => player.stepBy(-1)),
    play,
    button({ icon: "forward", label: "One step on", look: "quiet", large: true }, () => player.stepBy(1)),
  ];
  host.append(
    h(
      "div",
      { class: "card transport bayes-transport", role: "group", "aria-label": "Playback" },
      h("div", { class: "transport-keys" }, keys),
      h("div", { class: "timeline" }, picture, scrub),
      h("div", { class: "clock" }, clock, total),
      h("div", { class: "transport-more" }, speed),
    ),
  );
  const chart = acceptanceChart(picture, context);
  const steps = () => store.get().spec.warm_up + store.get().spec.draws;

  const tell = () => {
    const step = Math.round(player.state().step);
    const { warm_up } = store.get().spec;
    scrub.max = String(steps());
    scrub.value = String(step);
    scrub.setAttribute("aria-valuetext", `Step ${step} of ${steps()}`);
    fill(clock, formatWhole(step));
    fill(
      total,
      step <= warm_up && warm_up > 0 && live.get().draws.some(({ length }) => length > 0)
        ? `warming up, of ${formatWhole(steps())}`
        : `of ${formatWhole(steps())} steps`,
    );
    remember(context);
  };
  const showState = () => {
    const { playing, waiting } = player.state();
    const label = playing ? "Pause" : "Play";
    fill(play, icon(label.toLowerCase()));
    play.setAttribute("aria-label", label);
    play.title = label;
    play.classList.toggle("waiting", waiting);
  };
  const setSpeed = () => {
    speed.value = String(store.get().page.speed);
    player.setSpeed(store.get().page.speed);
  };
  const keyboard = (/** @type {KeyboardEvent} */ event) => {
    const busy = event.target instanceof Element && event.target.closest("input, select, textarea, button, [popover]");
    const act = { " ": () => player.toggle(), ArrowLeft: () => player.stepBy(-1), ArrowRight: () => player.stepBy(1) }[
      event.key
    ];
    if (busy || !act) return;
    event.preventDefault();
    act();
  };
  showState();
  setSpeed();
  tell();
  addEventListener("keydown", keyboard);
  return disposal([
    () => removeEventListener("keydown", keyboard),
    live.subscribe((l) => l.player, showState),
    live.subscribe(
      (l) => l.status,
      (status) => context.services.announce(WORDS[status]),
    ),
    store.subscribe((s) => s.page.speed, setSpeed),
    store.subscribe((s) => s.spec, tell),
    context.onPulse(tell),
    context.onStep(chart.cursor),
    context.onGrowth(chart.refresh),
    context.services.onTheme(chart.refresh),
    chart.dispose,
  ]);
}

/** What a screen reader is told. */
const WORDS = {
  empty: "No methods",
  loading: "Loading",
  running: "Sampling",
  finished: "All methods have finished",
  failed: "The request failed",
};

/** A paused step belongs to the address. @param {Context} context */
function remember({ store, act, player }) {
  const { playing, ended, complete, step, last } = player.state();
  const wanted = store.get().page.step;
  if (!playing && !complete && (last === 0 || (wanted !== null && wanted >= last))) return;
  const now = playing || ended || last === 0 ? null : Math.round(step);
  if (now !== wanted) act.page({ step: now });
}

/** The mean acceptance of every sampler at every step, 0 to 1. @param {HTMLElement} host @param {Context} context */
function acceptanceChart(host, { live, store, player }) {
  const layers = createLayers(host, ["curves", "cursor"]);
  const [curves, cursor] = layers.contexts;
  const steps = () => store.get().spec.warm_up + store.get().spec.draws;
  const across = (/** @type {number} */ step) => (step / Math.max(1, steps())) * layers.size().width;
  const down = (/** @type {number} */ share) => 4 + (1 - share) * (layers.size().height - 20);

  /** @param {number} step */
  function drawCursor(step) {
    erase(cursor);
    const palette = readPalette(document.documentElement);
    cursor.beginPath();
    cursor.moveTo(across(step), 0);
    cursor.lineTo(across(step), layers.size().height - 12);
    cursor.strokeStyle = palette.ink;
    cursor.lineWidth = 1.5;
    cursor.stroke();
  }
  function drawCurves() {
    const palette = readPalette(document.documentElement);
    const { width, height } = layers.size();
    erase(curves);
    curves.fillStyle = palette.rule;
    curves.globalAlpha = 0.5;
    curves.fillRect(0, 0, across(store.get().spec.warm_up), height - 14);
    curves.globalAlpha = 1;
    curves.font = `11px ${palette.font}`;
    curves.fillStyle = palette.muted;
    curves.textBaseline = "bottom";
    curves.textAlign = "left";
    curves.fillText(store.get().spec.warm_up ? "warm-up" : "", 4, height);
    curves.textAlign = "right";
    curves.fillText("acceptance, 0 to 1", width, height);
    const { colours } = store.get().page;
    for (const [i, { steps: at, acceptance }] of live.get().draws.entries()) {
      curves.beginPath();
      for (let k = 0; k < at.length; k++) curves.lineTo(across(at[k]), down(acceptance[k]));
      curves.strokeStyle = palette.lines[colours[i] ?? 0];
      curves.lineWidth = 1.5;
      curves.stroke();
    }
  }
  const painter = createPainter(host, layers, () => {
    drawCurves();
    drawCursor(player.state().step);
  });
  return { refresh: () => painter.refresh(), cursor: drawCursor, dispose: painter.dispose };
}
