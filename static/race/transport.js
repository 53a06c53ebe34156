// @ts-check
/** Time: play and pause, single steps, speed, and the timeline. */
import { button } from "../controls/button.js";
import { disposal, fill, h, icon } from "../dom.js";
import { formatWhole } from "../format.js";
import { downloads } from "./downloads.js";
import { pageSegments } from "./pageSegments.js";
import { SPEEDS } from "./state.js";
import { timeline } from "./timeline.js";

/** @typedef {import("./context.js").Context} Context */

const USUAL = 60;

/** @param {HTMLElement} host @param {Context} context */
export function transport(host, context) {
  const { store, live, player, services } = context;
  const play = h("button", { class: "play", type: "button", onclick: () => player.toggle() });
  const back = button({ icon: "back", label: "One step back", look: "quiet", large: true }, () => player.stepBy(-1));
  const forward = button({ icon: "forward", label: "One step on", look: "quiet", large: true }, () => player.stepBy(1));
  const clock = h("output", { class: "clock-step number" });
  const total = h("span", { class: "muted" });
  const [quantity, scale] = [pageSegments(context, "quantity"), pageSegments(context, "scale")];
  const speed = speedChoice(context);
  const card = h("div", { class: "card transport", role: "group", "aria-label": "Playback" });
  card.append(h("div", { class: "transport-keys" }, back, play, forward));
  const line = timeline(card, context);
  card.append(
    h("div", { class: "clock" }, clock, total),
    h("div", { class: "transport-options" }, quantity.element, scale.element),
    h("div", { class: "transport-more" }, speed.element, downloads(context)),
  );
  host.append(card);

  const tell = () => {
    fill(clock, formatWhole(Math.round(player.state().step)));
    fill(total, `of ${formatWhole(store.get().spec.steps)}`, h("span", { class: "wide" }, " steps"));
  };
  const showState = () => {
    const { playing, waiting } = player.state();
    const label = playing ? "Pause" : "Play";
    fill(play, icon(label.toLowerCase()));
    play.setAttribute("aria-label", label);
    play.title = label;
    play.classList.toggle("waiting", waiting);
    tell();
  };
  showState();
  return disposal([
    live.subscribe((l) => l.player, showState),
    live.subscribe(
      (l) => l.run.status,
      (status) => services.announce(WORDS[status]),
    ),
    store.subscribe((s) => s.spec.steps, tell),
    context.onPulse(tell),
    context.onPulse(() => remember(context)),
    line,
    quantity.dispose,
    scale.dispose,
    speed.dispose,
  ]);
}

/** What a screen reader is told. */
const WORDS = {
  empty: "No racers",
  loading: "Loading",
  running: "Running",
  finished: "The run has finished",
  failed: "The run failed",
};

/** @param {Context} context */
function speedChoice({ store, act, player }) {
  const options = SPEEDS.map((speed) => h("option", { value: speed }, `${speed / USUAL}×`));
  const element = h("select", { class: "select", "aria-label": "Speed" }, options);
  element.addEventListener("change", () => act.page({ speed: Number(element.value) }));
  const set = () => {
    const { speed } = store.get().page;
    element.value = String(speed);
    player.setSpeed(speed);
  };
  set();
  return { element, dispose: store.subscribe((s) => s.page.speed, set) };
}

/**
 * A paused step belongs to the address; a race that plays or has ended begins anew for whoever opens it. While the steps
 * before the wanted one are still arriving, the wish stands.
 *
 * @param {Context} context
 */
function remember({ store, act, player }) {
  const { playing, ended, complete, step, last } = player.state();
  const wanted = store.get().page.step;
  const arriving = !playing && !complete && (last === 0 || (wanted !== null && wanted >= last));
  if (arriving) return;
  const resting = !playing && !ended && step > 0 ? Math.round(step) : null;
  if (resting !== wanted) act.page({ step: resting });
}
