import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { fromAddress, toAddress } from "../../static/address.js";
import { bindAddress, createStore } from "../../static/store.js";
import { randomness } from "./helpers.js";

/** A window of which only the history is real. @param {string} hash */
function fakeWindow(hash) {
  const entries = [hash];
  let at = 0;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const host = {
    location: {
      get hash() {
        return entries[at];
      },
    },
    history: {
      replaceState: (/** @type {unknown} */ _, /** @type {string} */ __, /** @type {string} */ url) => {
        entries[at] = url;
      },
      pushState: (/** @type {unknown} */ _, /** @type {string} */ __, /** @type {string} */ url) => {
        entries.splice(++at, Infinity, url);
      },
    },
    addEventListener: (/** @type {string} */ _, /** @type {() => void} */ listener) => listeners.add(listener),
    removeEventListener: (/** @type {string} */ _, /** @type {() => void} */ listener) => listeners.delete(listener),
  };
  const go = (/** @type {number} */ by) => {
    at += by;
    for (const listener of listeners) listener();
  };
  return { host: /** @type {any} */ (host), entries, go, listeners };
}

test("a listener hears what its selector picks, when that changes and only then", () => {
  const store = createStore({ a: 1, b: 1 });
  /** @type {number[][]} */
  const heard = [];
  const stop = store.subscribe(
    ({ a }) => a,
    (now, before) => heard.push([now, before]),
  );
  store.set({ b: 2 });
  store.set({ a: 2 });
  store.set(({ a }) => ({ a }));
  stop();
  store.set({ a: 3 });
  assert.deepEqual(heard, [[2, 1]]);
  assert.deepEqual(store.get(), { a: 3, b: 2 });
});

test("a listener may change the state, and leave, while it hears", () => {
  const store = createStore({ a: 0, b: 0 });
  const stop = store.subscribe(
    ({ a }) => a,
    (a) => {
      stop();
      store.set({ b: 10 * a });
    },
  );
  store.set({ a: 1 });
  store.set({ a: 2 });
  assert.deepEqual(store.get(), { a: 2, b: 10 });
});

test("many changes are written once after a pause, pushed ones at once", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { host, entries } = fakeWindow("#0");
    const store = createStore({ n: 0 });
    const stop = bindAddress(store, { parse: () => null, serialise: ({ n }) => `#${n}`, host, delay: 100 });
    for (let n = 1; n <= 5; n++) store.set({ n });
    assert.deepEqual(entries, ["#0"]);
    mock.timers.tick(100);
    assert.deepEqual(entries, ["#5"]);
    store.set({ n: 6 }, { push: true });
    assert.deepEqual(entries, ["#5", "#6"]);
    store.set({ n: 7 });
    stop();
    mock.timers.tick(1000);
    assert.deepEqual(entries, ["#5", "#6"]);
  } finally {
    mock.timers.reset();
  }
});

test("back and forward bring the state back, and garbage leaves it alone", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { host, entries, go } = fakeWindow("#1");
    const store = createStore({ n: 1 });
    const parse = (/** @type {string} */ hash) => (/^#\d+$/.test(hash) ? { n: Number(hash.slice(1)) } : null);
    bindAddress(store, { parse, serialise: ({ n }) => `#${n}`, host, delay: 10 });
    store.set({ n: 2 }, { push: true });
    go(-1);
    assert.equal(store.get().n, 1);
    go(1);
    assert.equal(store.get().n, 2);
    entries[0] = "#garbage";
    go(-1);
    assert.equal(store.get().n, 2);
    mock.timers.tick(10);
    assert.deepEqual(entries, ["#garbage", "#2"]);
  } finally {
    mock.timers.reset();
  }
});

/** @param {() => number} random @param {number} depth @returns {any} */
function randomJson(random, depth) {
  const texts = ["", "a&b=c", "x^2 + #1?", "θ → 𝛁", '"quoted" \\ %41', "a/b;c,d:e@f$"];
  const kind = Math.floor(random() * (depth ? 6 : 4));
  if (kind === 0) return (random() - 0.5) * 10 ** Math.floor(40 * random() - 20);
  if (kind === 1) return texts[Math.floor(random() * texts.length)];
  if (kind === 2) return null;
  if (kind === 3) return random() < 0.5;
  const parts = Array.from({ length: Math.floor(4 * random()) }, () => randomJson(random, depth - 1));
  return kind === 4 ? parts : Object.fromEntries(parts.map((part, i) => [texts[i] + i, part]));
}

test("every spec survives the address, also re-encoded by a browser", () => {
  const random = randomness(31);
  for (let round = 0; round < 300; round++) {
    const spec = { kind: "run", value: randomJson(random, 4) };
    const expected = { route: "landscape", spec: JSON.parse(JSON.stringify(spec)), error: null };
    const address = toAddress("landscape", spec);
    assert.deepEqual(fromAddress(address), expected);
    assert.deepEqual(fromAddress(new URL(address, "http://localhost/").hash), expected);
    assert.match(address, /^#\/landscape\?s=[\w%.~!*'():,/@$;-]+$/);
  }
});

test("an address of a room alone has no spec and no error", () => {
  for (const hash of ["", "#", "#/", "#/lessons", "#/lessons?", "#/lessons?other=1"]) {
    const { spec, error } = fromAddress(hash);
    assert.deepEqual([spec, error], [null, null], hash);
  }
  assert.equal(fromAddress("#/lessons").route, "lessons");
});

test("garbage in the address is an error message, never an exception", () => {
  const whole = toAddress("landscape", { objective: { kind: "rosenbrock", a: 1 } });
  const cut = Array.from({ length: whole.length - 15 }, (_, i) => whole.slice(0, 15 + i)).filter((text) =>
    text.includes("s="),
  );
  for (const hash of [
    "#/a?s=",
    "#/a?s=%",
    "#/a?s=[1]",
    "#/a?s=1",
    "#/a?s=null",
    `#/a?s=${"9".repeat(300_000)}`,
    "#/a?s=%7B%22__proto__",
    ...cut,
  ]) {
    const { spec, error } = fromAddress(hash);
    assert.equal(spec, null, hash.slice(0, 80));
    assert.equal(typeof error, "string");
  }
  assert.equal(fromAddress("#/%E0%A4?s=1").route, "");
});

test("a spec in the address cannot reach the prototype of all objects", () => {
  const { spec } = fromAddress('#/a?s={"__proto__": {"polluted": true}}');
  assert.equal(/** @type {any} */ ({ ...spec }).constructor, Object);
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
});
