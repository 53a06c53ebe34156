// @ts-check
/** The room's time: the player, and the signals it drives. */
import { createPlayer } from "../../player.js";
import { createSignal, throttled } from "../../signal.js";

const PULSE = 120;

/**
 * @param {import("../../store.js").Store<import("./state.js").State>} store
 * @param {import("../../store.js").Store<import("./live.js").Live>} live
 */
export function createClock(store, live) {
  /** @type {import("../../signal.js").Signal<number>} */
  const step = createSignal();
  /** @type {import("../../signal.js").Signal<number>} */
  const pulse = createSignal();
  /** @type {import("../../signal.js").Signal<void>} */
  const growth = createSignal();
  // Between learning what has arrived and standing where the address says, the step shown is nobody's choice.
  let settling = false;
  const tell = throttled(pulse.emit, PULSE);
  const grown = throttled(() => growth.emit(), PULSE);
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
  return {
    player,
    onStep: step.on,
    onPulse: pulse.on,
    onGrowth: growth.on,
    /** The first draws are there: stand where the address says, or set off. */
    restarted() {
      const wanted = store.get().page.step;
      player.seek(wanted ?? 0);
      if (wanted === null && !matchMedia("(prefers-reduced-motion: reduce)").matches) player.play();
    },
    /** @param {boolean} [now] */
    grew(now = false) {
      const { last, status } = live.get();
      const wanted = store.get().page.step;
      settling = true;
      player.setAvailable(last, status === "finished" || status === "failed");
      if (wanted !== null && !player.state().playing) player.seek(wanted);
      settling = false;
      grown(undefined, now);
    },
  };
}
