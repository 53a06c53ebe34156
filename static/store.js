/** The page's state: one observable object, and its mirror in the address bar. */

/**
 * @template S
 * @typedef {object} Store
 * @property {() => S} get
 * @property {(change: Partial<S> | ((state: S) => Partial<S>), options?: {push?: boolean}) => void} set
 *   Merge a patch into the state; `push` makes it a step that the back button undoes.
 * @property {<T>(selector: (state: S) => T, listener: (value: T, previous: T) => void) => () => void} subscribe
 *   Call the listener when what the selector picks is another value (by `Object.is`); returns the way out.
 * @property {(listener: (state: S, options: {push: boolean}) => void) => () => void} onChange
 */

/**
 * @template {object} S
 * @param {S} initial
 * @returns {Store<S>}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: S, options: {push: boolean}) => void>} */
  const listeners = new Set();

  /** @type {Store<S>["onChange"]} */
  function onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    get: () => state,
    set(change, { push = false } = {}) {
      state = { ...state, ...(typeof change === "function" ? change(state) : change) };
      for (const listener of [...listeners]) listener(state, { push });
    },
    subscribe(selector, listener) {
      let current = selector(state);
      return onChange((next) => {
        const previous = current;
        current = selector(next);
        if (!Object.is(current, previous)) listener(current, previous);
      });
    },
    onChange,
  };
}

/**
 * Keep the address and a store the same: changes are written after a pause (at once when pushed), and back, forward or
 * an address typed by hand are read back. What `parse` refuses (null) leaves the state alone.
 *
 * @template {object} S
 * @param {Store<S>} store
 * @param {object} options
 * @param {(address: string) => Partial<S> | null} options.parse reads `location.hash`
 * @param {(state: S) => string} options.serialise
 * @param {number} [options.delay] milliseconds
 * @param {Pick<Window, "location" | "history" | "addEventListener" | "removeEventListener">} [options.host]
 * @returns {() => void} stop
 */
export function bindAddress(store, { parse, serialise, delay = 250, host = window }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {"replaceState" | "pushState"} method */
  function write(method) {
    clearTimeout(timer);
    const address = serialise(store.get());
    if (address !== host.location.hash) host.history[method](null, "", address);
  }

  function read() {
    clearTimeout(timer);
    const patch = parse(host.location.hash);
    if (patch) store.set(patch);
  }

  const stop = store.onChange((_, { push }) => {
    if (push) return write("pushState");
    clearTimeout(timer);
    timer = setTimeout(write, delay, "replaceState");
  });
  host.addEventListener("popstate", read);
  return () => {
    stop();
    clearTimeout(timer);
    host.removeEventListener("popstate", read);
  };
}
