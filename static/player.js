/** The clock of the animation: steps per second, whatever the display's frame rate. */

/**
 * @typedef {object} PlayerState
 * @property {number} step Shown now; fractional while it plays.
 * @property {number} last The last step that has arrived.
 * @property {boolean} complete No more steps will come.
 * @property {boolean} playing
 * @property {boolean} waiting Playing, but at the last step that has arrived.
 * @property {boolean} ended At the last step of a complete run.
 * @property {number} speed Steps per second.
 */

/**
 * @typedef {object} PlayerHost What the clock needs from the browser; replaced in tests.
 * @property {(callback: (now: number) => void) => number} requestAnimationFrame
 * @property {(handle: number) => void} cancelAnimationFrame
 * @property {() => boolean} reducedMotion
 */

// A tab in the background gets no frames: what it missed is not made up for in one leap.
const LONGEST_GAP = 0.25;
// Whoever prefers reduced motion sees still pictures that follow one another, not a movement.
const REDUCED_PERIOD = 0.5;

/** @returns {PlayerHost} */
const browser = () => ({
  requestAnimationFrame: (callback) => window.requestAnimationFrame(callback),
  cancelAnimationFrame: (handle) => window.cancelAnimationFrame(handle),
  reducedMotion: () => window.matchMedia("(prefers-reduced-motion: reduce)").matches,
});

/**
 * @param {object} options
 * @param {(step: number) => void} options.onStep called for every change of the step shown
 * @param {(state: PlayerState) => void} [options.onState] called when anything but the step changes
 * @param {number} [options.speed] steps per second
 * @param {PlayerHost} [options.host]
 */
export function createPlayer({ onStep, onState = () => {}, speed = 60, host = browser() }) {
  const now = { step: 0, last: 0, complete: false, playing: false, waiting: false, speed };
  let handle = 0;
  /** @type {number | null} */
  let before = null;

  /** @returns {PlayerState} */
  const state = () => ({ ...now, ended: now.complete && now.step >= now.last });

  /** @param {Partial<typeof now>} change */
  function update(change) {
    const changed = Object.entries(change).some(([key, value]) => now[/** @type {keyof typeof now} */ (key)] !== value);
    Object.assign(now, change);
    if (changed) onState(state());
  }

  /** @param {number} step */
  function show(step) {
    const target = Math.min(Math.max(0, step), now.last);
    if (target === now.step) return;
    now.step = target;
    onStep(target);
  }

  /** @param {number} seconds */
  function advance(seconds) {
    const target = now.step + seconds * now.speed;
    const arrived = target >= now.last;
    show(host.reducedMotion() && !arrived ? Math.ceil(target) : target);
    if (arrived && now.complete) stop();
    else update({ waiting: arrived });
  }

  /** @param {number} time milliseconds */
  function tick(time) {
    handle = host.requestAnimationFrame(tick);
    const period = host.reducedMotion() ? REDUCED_PERIOD : 0;
    const elapsed = (time - (before ?? time)) / 1000;
    if (before !== null && elapsed < period) return;
    before = time;
    advance(Math.min(elapsed, Math.max(period, LONGEST_GAP)));
  }

  function stop() {
    host.cancelAnimationFrame(handle);
    before = null;
    update({ playing: false, waiting: false });
  }

  /** Pause, and rest on a whole step. */
  function pause() {
    if (!now.playing) return;
    stop();
    show(Math.round(now.step));
  }

  function play() {
    if (now.playing) return;
    if (state().ended) show(0);
    update({ playing: true });
    handle = host.requestAnimationFrame(tick);
  }

  return {
    play,
    pause,
    toggle: () => (now.playing ? pause() : play()),
    /** Scrub: pause at a step. @param {number} step */
    seek(step) {
      pause();
      show(Math.round(step));
    },
    /** @param {number} steps forward, or back when negative */
    stepBy(steps) {
      pause();
      show(Math.round(now.step) + steps);
    },
    /**
     * What has arrived so far; a smaller `last` starts anew from where the shown step still exists.
     * @param {number} last @param {boolean} complete
     */
    setAvailable(last, complete) {
      update({ last, complete, waiting: now.waiting && now.step >= last && !complete });
      show(now.step);
    },
    /** @param {number} stepsPerSecond */
    setSpeed: (stepsPerSecond) => update({ speed: stepsPerSecond }),
    state,
    dispose: stop,
  };
}
