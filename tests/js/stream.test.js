import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createMessageReader } from "../../static/messages.js";
import { decodeColumns, getJson, ProblemError, postJson, postStream, StreamError } from "../../static/stream.js";
import { encodeColumn, encodeMessage, randomness } from "./helpers.js";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** @param {(url: string, init: RequestInit) => Response | Promise<Response>} answer */
function serve(answer) {
  globalThis.fetch = /** @type {typeof fetch} */ (async (url, init) => answer(String(url), init ?? {}));
}

/** @param {Uint8Array[]} chunks @param {{fail?: Error, onCancel?: () => void, open?: boolean}} [options] */
function body(chunks, { fail, onCancel, open } = {}) {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (next < chunks.length) controller.enqueue(chunks[next++]);
      else if (fail) controller.error(fail);
      else if (!open) controller.close();
    },
    cancel: () => onCancel?.(),
  });
}

/** @param {string} text */
const bytes = (text) => new TextEncoder().encode(text);

/** @param {...Uint8Array} parts */
const joined = (...parts) => new Uint8Array(Buffer.concat(parts));

/** @param {object | string} header as it is where it is text @param {Uint8Array} [columns] */
function message(header, columns = new Uint8Array()) {
  const text = bytes(typeof header === "string" ? header : JSON.stringify(header));
  const padding = new Uint8Array(-text.length & 7).fill(32);
  const lengths = Uint32Array.of(text.length + padding.length, columns.length);
  return joined(new Uint8Array(lengths.buffer), text, padding, columns);
}

/** @param {Uint8Array} whole @param {() => number} random @param {number} most bytes in a chunk */
function chunked(whole, random, most) {
  const chunks = [];
  for (let at = 0; at < whole.length; ) {
    const size = 1 + Math.floor(random() * most);
    chunks.push(whole.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** @param {Uint8Array[]} chunks */
function read(chunks) {
  const reader = createMessageReader();
  return chunks.flatMap((chunk) => reader.push(chunk));
}

/** @param {AsyncIterable<any>} stream */
async function all(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

const losses = Float64Array.from([1.5, Math.PI, 1e-300, -0, 5e-324]);
const norms = Float32Array.from([0.1, 1e-38, 3]);
const EVENTS = [
  { kind: "started", title: "Übergänge — θ ∈ ℝ², 𝛁f", dim: 2 },
  { kind: "frames", run: 0, step: Int32Array.of(0, 1, 2, 3, 4), loss: losses, layers: { "hidden 1": { norms } } },
  { kind: "landscape", loss: Float64Array.of(1, Number.NaN), x: new Float64Array(0), level: null },
  { kind: "finished", runs: [] },
];
const MESSAGES = EVENTS.map(encodeMessage);
const wire = joined(...MESSAGES);

test("the events do not depend on the chunk borders", () => {
  const random = randomness(11);
  for (let round = 0; round < 300; round++) assert.deepEqual(read(chunked(wire, random, 1 + (round % 40))), EVENTS);
  assert.deepEqual(read([wire]), EVENTS);
  assert.deepEqual(read(Array.from(wire, (byte) => Uint8Array.of(byte))), EVENTS);
});

test("a cut at any byte changes nothing, and only what is complete is told", () => {
  const ends = MESSAGES.map((_, i) => joined(...MESSAGES.slice(0, i + 1)).length);
  for (let at = 0; at <= wire.length; at++) {
    const reader = createMessageReader();
    const before = reader.push(wire.subarray(0, at));
    assert.equal(before.length, ends.filter((end) => end <= at).length);
    assert.deepEqual([...before, ...reader.push(wire.subarray(at))], EVENTS);
  }
});

test("a chunk that is used again leaves the events alone", () => {
  const chunk = wire.slice();
  const events = read([chunk]);
  chunk.fill(255);
  assert.deepEqual(events, EVENTS);
});

test("a regular column is written out as the typed array that it stands for", () => {
  const [event] = read([
    message({
      step: { dtype: "int32", shape: [4], first: -3, stride: 2147483 },
      down: { dtype: "int32", shape: [2, 2], first: 2147483647, stride: -1431655765 },
      rate: { dtype: "float32", shape: [2, 3], first: 0.10000000149011612, stride: 0 },
    }),
  ]);
  const [zeros] = read([message('{"negative": {"dtype": "float64", "shape": [2], "first": -0.0, "stride": 0}}')]);
  assert.deepEqual(event.step, Int32Array.of(-3, 2147480, 4294963, 6442446));
  assert.deepEqual(event.down, Int32Array.of(2147483647, 715827882, -715827883, -2147483648));
  assert.deepEqual(event.rate, new Float32Array(6).fill(0.1));
  assert.deepEqual(zeros.negative, Float64Array.of(-0, -0));
});

test("a posted stream yields its events with typed columns, ends after finished and closes the connection", async () => {
  let [cancelled, asked] = [false, /** @type {[string, RequestInit] | null} */ (null)];
  serve((url, init) => {
    asked = [url, init];
    return new Response(
      body([wire, encodeMessage({ kind: "frames" })], {
        onCancel: () => {
          cancelled = true;
        },
      }),
    );
  });
  const events = await all(postStream("/api/runs", { steps: 5 }));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["started", "frames", "landscape", "finished"],
  );
  assert.deepEqual(events[1].loss, losses);
  assert.ok(Object.is(events[1].loss[3], -0));
  assert.deepEqual(events[1].step, Int32Array.from([0, 1, 2, 3, 4]));
  assert.ok(asked);
  const [url, init] = /** @type {[string, RequestInit]} */ (asked);
  assert.equal(url, "/api/runs");
  assert.equal(init.body, '{"steps":5}');
  assert.equal(/** @type {Record<string, string>} */ (init.headers).accept, "application/vnd.thalweg.events");
  assert.ok(cancelled);
});

test("a reader that leaves early closes the connection", async () => {
  let cancelled = false;
  serve(
    () =>
      new Response(
        body([wire], {
          open: true,
          onCancel: () => {
            cancelled = true;
          },
        }),
      ),
  );
  for await (const event of postStream("/api/runs", {})) {
    assert.equal(event.kind, "started");
    break;
  }
  assert.ok(cancelled);
});

test("a server that closes before finished interrupts the stream, after what had arrived", async () => {
  const cut = wire.subarray(0, wire.length - 1);
  serve(() => new Response(body([cut])));
  /** @type {string[]} */
  const kinds = [];
  await assert.rejects(
    async () => {
      for await (const { kind } of postStream("/api/runs", {})) kinds.push(kind);
    },
    (error) => error instanceof StreamError && error.reason === "interrupted",
  );
  assert.deepEqual(kinds, ["started", "frames", "landscape"]);
});

test("a connection that breaks interrupts the stream", async () => {
  serve(() => new Response(body([encodeMessage({ kind: "started" })], { fail: new TypeError("reset") })));
  await assert.rejects(all(postStream("/api/runs", {})), { name: "StreamError", reason: "interrupted" });
});

test("a server that cannot be reached is a network error", async () => {
  serve(() => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(all(postStream("/api/runs", {})), { name: "StreamError", reason: "network" });
  await assert.rejects(getJson("/api/catalogue"), { name: "StreamError", reason: "network" });
});

test("an abort by the caller is an abort, before and during the stream", async () => {
  serve((_, { signal }) => {
    signal?.throwIfAborted();
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(encodeMessage({ kind: "started" }));
        signal?.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(stream);
  });
  const controller = new AbortController();
  await assert.rejects(
    async () => {
      for await (const _ of postStream("/api/runs", {}, { signal: controller.signal })) controller.abort();
    },
    { name: "AbortError" },
  );
  await assert.rejects(postJson("/api/hessian", {}, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a refusal carries the problem report", async () => {
  const problem = {
    type: "about:blank",
    title: "Unprocessable",
    status: 422,
    detail: "rank 9 must be at most 4",
    errors: [{ pointer: "/rank", detail: "too high" }],
  };
  serve(() => new Response(JSON.stringify(problem), { status: 422 }));
  for (const call of [all(postStream("/x", {})), postJson("/x", {}), getJson("/x")]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof ProblemError);
      assert.deepEqual(error.problem, problem);
      assert.equal(error.message, problem.detail);
      return true;
    });
  }
});

test("a refusal that is no problem report is made one", async () => {
  serve(() => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }));
  await assert.rejects(postJson("/x", {}), (error) => {
    assert.ok(error instanceof ProblemError);
    assert.equal(error.problem.status, 502);
    assert.equal(error.problem.title, "Bad Gateway");
    return true;
  });
});

test("a failed event is thrown as its problem report", async () => {
  serve(
    () =>
      new Response(body([encodeMessage({ kind: "failed", title: "Out of memory", status: 500, detail: "smaller" })])),
  );
  await assert.rejects(all(postStream("/x", {})), { name: "ProblemError", message: "smaller" });
});

test("unreadable data is an error of its own, not a crash", async () => {
  const column = { dtype: "int32", shape: [2] };
  for (const sent of [
    bytes("<!doctype html><title>Bad gateway</title>"),
    bytes('{"kind": "started", "spec": {}}'),
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
    joined(Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0), bytes('{"a": 1,')),
    message({ dtype: "float16", shape: [1], offset: 0 }, new Uint8Array(8)),
    message({ c: { ...column, offset: 8 } }, new Uint8Array(8)),
    message({ c: { ...column, offset: 2 } }, new Uint8Array(16)),
    message({ c: { ...column, offset: 0, shape: [3] } }, new Uint8Array(8)),
  ]) {
    serve(() => new Response(body([sent])));
    await assert.rejects(all(postStream("/x", {})), { name: "StreamError", reason: "malformed" });
  }
});

test("an unreadable document is an error of its own, not a crash", async () => {
  for (const data of [
    '{"a":',
    '{"dtype": "float16", "shape": [1], "base64": "AAA="}',
    '{"c": {"dtype": "int32", "shape": [2], "base64": "AAAAAA=="}}',
    '{"c": {"dtype": "int32", "shape": [2], "offset": 0}}',
  ]) {
    serve(() => new Response(data));
    await assert.rejects(postJson("/x", {}), { name: "StreamError", reason: "malformed" });
  }
});

test("columns anywhere become flat typed arrays, and all else stays", () => {
  const matrix = Float32Array.from([1, 2, 3, 4, 5, 6]);
  const plain = { a: [1, 2.5], b: null, c: "x", d: { e: true }, f: [{ g: encodeColumn(matrix, [2, 3]) }] };
  assert.deepEqual(decodeColumns(plain), { ...plain, f: [{ g: matrix }] });
});

test("columns decode the same with and without a base64 decoder of the platform", () => {
  const platform = /** @type {{fromBase64?: (text: string) => Uint8Array}} */ (/** @type {unknown} */ (Uint8Array));
  const own = platform.fromBase64;
  const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  let calls = 0;
  try {
    platform.fromBase64 = undefined;
    assert.deepEqual(decodeColumns(encodeColumn(values)), values);
    platform.fromBase64 = (text) => {
      calls++;
      return Uint8Array.from(Buffer.from(text, "base64"));
    };
    assert.deepEqual(decodeColumns(encodeColumn(values)), values);
    assert.equal(calls, 1);
  } finally {
    platform.fromBase64 = own;
  }
});
