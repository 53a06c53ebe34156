// @ts-check
/**
 * What the parts of the room share.
 *
 * @typedef {object} Context
 * @property {import("./actions.js").RoomStore} store the spec and the page, mirrored in the address
 * @property {import("../../store.js").Store<import("./live.js").Live>} live what the server has said so far
 * @property {import("./actions.js").Actions} act
 * @property {import("../../services.js").Services} services
 * @property {ReturnType<typeof import("../../player.js").createPlayer>} player
 * @property {() => number} step the step shown, fractional while it plays
 * @property {() => import("../../types.js").Track[]} tracks as they lie in the plane that is shown
 * @property {(fn: (step: number) => void) => () => void} onStep every frame: draw, and nothing slower
 * @property {(fn: (step: number) => void) => () => void} onPulse a few times a second and at rest: text
 * @property {(fn: () => void) => () => void} onGrowth steps have arrived
 * @property {() => void} again ask the server for everything once more
 */

/**
 * @template T
 * @typedef {{on(fn: (value: T) => void): () => void, emit(value: T): void}} Signal a list of listeners
 */

/**
 * @template T
 * @returns {Signal<T>}
 */
export function createSignal() {
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    /** @param {(value: T) => void} fn */
    on(fn) {
      listeners.add(fn);
      return () => void listeners.delete(fn);
    },
    /** @param {T} value */
    emit(value) {
      for (const fn of listeners) fn(value);
    },
  };
}

/**
 * Passes on the last of many calls, at most once every `period` milliseconds.
 *
 * @template T
 * @param {(value: T) => void} fn
 * @param {number} period
 */
export function throttled(fn, period) {
  let timer = 0;
  let before = -Infinity;
  /** @param {T} value */
  const call = (value) => {
    before = performance.now();
    timer = 0;
    fn(value);
  };
  /** @type {T} */
  let pending;
  /** @param {T} value @param {boolean} [now] */
  return (value, now = false) => {
    pending = value;
    if (now) clearTimeout(timer);
    if (now || performance.now() - before >= period) return call(value);
    timer ||= window.setTimeout(() => call(pending), period);
  };
}
