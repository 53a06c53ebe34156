import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createEventParser } from "../../static/sse.js";
import { decodeColumns, getJson, ProblemError, postJson, postStream, StreamError } from "../../static/stream.js";
import { encodeColumn, randomness } from "./helpers.js";

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

/** @param {AsyncIterable<any>} stream */
async function all(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

const losses = Float64Array.from([1.5, Math.PI, 1e-300, -0, 5e-324]);
const EVENTS = [
  { kind: "started", title: "Übergänge — θ ∈ ℝ², 𝛁f", dim: 2 },
  { kind: "frames", run: 0, step: encodeColumn(Int32Array.from([0, 1, 2, 3, 4])), loss: encodeColumn(losses) },
  { kind: "finished", runs: [] },
];
/** @param {string} newline */
const wire = (newline) =>
  [
    ": hello",
    "",
    ...EVENTS.flatMap((event) => [`event: ${event.kind}`, `data: ${JSON.stringify(event)}`, ""]),
    "",
  ].join(newline);

for (const [name, newline] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
]) {
  test(`the events do not depend on the chunk borders (${name})`, () => {
    const random = randomness(11);
    const whole = bytes(wire(newline));
    for (let round = 0; round < 300; round++) {
      const parser = createEventParser();
      const events = chunked(whole, random, 1 + (round % 40)).flatMap((chunk) => parser.push(chunk));
      assert.deepEqual(
        events.map(({ event }) => event),
        ["started", "frames", "finished"],
      );
      assert.deepEqual(
        events.map(({ data }) => JSON.parse(data)),
        EVENTS,
      );
    }
  });
}

test("the fields of an event are read as the standard says", () => {
  const parser = createEventParser();
  const text = "id: 7\ndata: a\ndata:b\ndata\n\nevent: x\n\n:note\nretry: 5\nevent:late\ndata: c: d\n\ndata: cut";
  assert.deepEqual(parser.push(bytes(text)), [
    { event: "message", data: "a\nb\n", id: "7" },
    { event: "late", data: "c: d", id: "7" },
  ]);
});

test("a posted stream yields its events with typed columns, ends after finished and closes the connection", async () => {
  let [cancelled, asked] = [false, /** @type {[string, RequestInit] | null} */ (null)];
  serve((url, init) => {
    asked = [url, init];
    return new Response(
      body([bytes(wire("\n")), bytes("event: frames\ndata: {}\n\n")], {
        onCancel: () => {
          cancelled = true;
        },
      }),
    );
  });
  const events = await all(postStream("/api/runs", { steps: 5 }));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["started", "frames", "finished"],
  );
  assert.deepEqual(events[1].loss, losses);
  assert.ok(Object.is(events[1].loss[3], -0));
  assert.deepEqual(events[1].step, Int32Array.from([0, 1, 2, 3, 4]));
  assert.ok(asked);
  const [url, init] = /** @type {[string, RequestInit]} */ (asked);
  assert.equal(url, "/api/runs?columns=base64");
  assert.equal(init.body, '{"steps":5}');
  assert.equal(/** @type {Record<string, string>} */ (init.headers).accept, "text/event-stream");
  assert.ok(cancelled);
});

test("a reader that leaves early closes the connection", async () => {
  let cancelled = false;
  serve(
    () =>
      new Response(
        body([bytes(wire("\n"))], {
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
  const cut = wire("\n").split("event: finished")[0];
  serve(() => new Response(body([bytes(cut)])));
  /** @type {string[]} */
  const kinds = [];
  await assert.rejects(
    async () => {
      for await (const { kind } of postStream("/api/runs", {})) kinds.push(kind);
    },
    (error) => error instanceof StreamError && error.reason === "interrupted",
  );
  assert.deepEqual(kinds, ["started", "frames"]);
});

test("a connection that breaks interrupts the stream", async () => {
  serve(() => new Response(body([bytes("event: started\ndata: {}\n\n")], { fail: new TypeError("reset") })));
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
        controller.enqueue(bytes("event: started\ndata: {}\n\n"));
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
      new Response(
        body([bytes('event: failed\ndata: {"title": "Out of memory", "status": 500, "detail": "smaller"}\n\n')]),
      ),
  );
  await assert.rejects(all(postStream("/x", {})), { name: "ProblemError", message: "smaller" });
});

test("unreadable data is an error of its own, not a crash", async () => {
  for (const data of [
    '{"a":',
    '{"dtype": "float16", "shape": [1], "base64": "AAA="}',
    '{"c": {"dtype": "int32", "shape": [2], "base64": "AAAAAA=="}}',
  ]) {
    serve(() => new Response(body([bytes(`event: frames\ndata: ${data}\n\n`)])));
    await assert.rejects(all(postStream("/x", {})), { name: "StreamError", reason: "malformed" });
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
