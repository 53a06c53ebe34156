// @ts-check
/** Lists of listeners, and calls that come no more often than they are wanted. */

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
