// @ts-check
/** The room's time: the player, and the signals it drives. */
import { createPlayer } from "../player.js";
import { createSignal, throttled } from "../signal.js";

const PULSE = 120;

/**
 * @param {import("./actions.js").RoomStore} store
 * @param {import("../store.js").Store<import("./live.js").Live>} live
 */
export function createClock(store, live) {
  /** @type {import("../signal.js").Signal<number>} */
  const step = createSignal();
  /** @type {import("../signal.js").Signal<number>} */
  const pulse = createSignal();
  /** @type {import("../signal.js").Signal<void>} */
  const growth = createSignal();
  // Between learning what has arrived and standing where the address says, the step shown is nobody's choice.
  let settling = false;
  const tell = throttled(pulse.emit, PULSE);
  const player = createPlayer({
    speed: store.get().page.speed,
    onStep(at) {
      step.emit(at);
      tell(at);
    },
    onState(state) {
      live.set({ player: state });
      if (!settling) tell(state.step, true);
    },
  });

  /** The first frames of a run are there: stand where the address says, or set off. */
  function onRestart() {
    const wanted = store.get().page.step;
    player.seek(wanted ?? 0);
    if (wanted === null && !matchMedia("(prefers-reduced-motion: reduce)").matches) player.play();
  }

  function onGrowth() {
    const { last, status } = live.get().run;
    const wanted = store.get().page.step;
    settling = true;
    player.setAvailable(last, status !== "running" && status !== "loading");
    if (status === "empty") player.pause();
    if (wanted !== null && !player.state().playing) player.seek(wanted);
    settling = false;
    growth.emit();
    tell(player.state().step);
  }

  return { player, step, pulse, growth, onRestart, onGrowth };
}
