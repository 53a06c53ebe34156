/** The page's only door to the API: JSON requests, problem reports, and event streams over POST. */

import { decodeColumns } from "./columns.js";
import { createMessageReader } from "./messages.js";

export { decodeColumns };

/** @typedef {import("./types.js").Problem} Problem */
/** @typedef {import("./types.js").StreamEvent} StreamEvent */

/** The server refused, and said why. */
export class ProblemError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** The connection failed: it was never made, it broke before `finished`, or it carried something unreadable. */
export class StreamError extends Error {
  /** @param {"network" | "interrupted" | "malformed"} reason @param {string} message @param {unknown} [cause] */
  constructor(reason, message, cause) {
    super(message, { cause });
    this.name = "StreamError";
    this.reason = reason;
  }
}

const EVENTS = "application/vnd.thalweg.events";

const NETWORK = "The server cannot be reached; check that it is running, then try again.";
const INTERRUPTED = "The server closed the connection before the run ended; run it again.";
const MALFORMED = "The server sent something unreadable; reload the page, since it may be older than the server.";

/** @param {unknown} value @returns {value is Partial<Problem>} */
const isProblem = (value) => typeof value === "object" && value !== null && "title" in value;

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  const text = await response.text().catch(() => "");
  const fallback = { type: "about:blank", title: response.statusText || `HTTP ${response.status}`, detail: "" };
  try {
    const body = JSON.parse(text);
    if (isProblem(body)) return { ...fallback, ...body, status: response.status };
  } catch {
    // A proxy in between may answer with something that is not a problem report.
  }
  return { ...fallback, status: response.status, detail: text.slice(0, 300) || fallback.title };
}

/** @param {string} url @param {RequestInit} init @returns {Promise<Response>} a response that is ok */
async function request(url, init) {
  const response = await fetch(url, init).catch((error) => {
    init.signal?.throwIfAborted();
    throw new StreamError("network", NETWORK, error);
  });
  if (!response.ok) throw new ProblemError(await problemOf(response));
  return response;
}

/** @param {unknown} body @param {string} accept @param {AbortSignal} [signal] @returns {RequestInit} */
const posting = (body, accept, signal) => ({
  method: "POST",
  headers: { "content-type": "application/json", accept },
  body: JSON.stringify(body),
  signal,
});

/** @template T @param {() => T} read @returns {T} */
function legible(read) {
  try {
    return read();
  } catch (error) {
    throw new StreamError("malformed", MALFORMED, error);
  }
}

/** @param {Response} response @param {AbortSignal} [signal] */
async function bodyOf(response, signal) {
  const text = await response.text().catch((error) => {
    signal?.throwIfAborted();
    throw new StreamError("interrupted", INTERRUPTED, error);
  });
  return legible(() => decodeColumns(JSON.parse(text)));
}

/** @param {string} url */
const withColumns = (url) => `${url}${url.includes("?") ? "&" : "?"}columns=base64`;

/**
 * @param {string} url
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the decoded body
 * @throws {ProblemError | StreamError}
 */
export async function getJson(url, { signal } = {}) {
  return bodyOf(await request(url, { headers: { accept: "application/json" }, signal }), signal);
}

/**
 * @param {string} url
 * @param {unknown} body
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the decoded body, numeric columns as typed arrays
 * @throws {ProblemError | StreamError}
 */
export async function postJson(url, body, { signal } = {}) {
  return bodyOf(await request(withColumns(url), posting(body, "application/json", signal)), signal);
}

/**
 * Post a text as it is.
 *
 * @param {string} url
 * @param {string} text
 * @param {string} type its media type
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the decoded body
 * @throws {ProblemError | StreamError}
 */
export async function postText(url, text, type, { signal } = {}) {
  const init = { method: "POST", headers: { "content-type": type, accept: "application/json" }, body: text, signal };
  return bodyOf(await request(url, init), signal);
}

/**
 * A file that the server makes, with the name it gives it.
 *
 * @param {string} url
 * @param {unknown} body
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<{blob: Blob, name: string}>}
 * @throws {ProblemError | StreamError}
 */
export async function postFile(url, body, { signal } = {}) {
  const response = await request(url, posting(body, "*/*", signal));
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "thalweg";
  return { blob: await response.blob(), name };
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {AbortSignal} [signal] */
async function readChunk(reader, signal) {
  try {
    return await reader.read();
  } catch (error) {
    signal?.throwIfAborted();
    throw new StreamError("interrupted", INTERRUPTED, error);
  }
}

/** @param {Response} response @param {AbortSignal} [signal] @returns {AsyncGenerator<StreamEvent>} */
async function* eventsOf(response, signal) {
  if (!response.body) throw new StreamError("interrupted", INTERRUPTED);
  const reader = response.body.getReader();
  const messages = createMessageReader();
  try {
    for (;;) {
      const { value, done } = await readChunk(reader, signal);
      if (done) return;
      yield* legible(() => messages.push(value));
    }
  } finally {
    // Leaving the loop early must close the connection, since that is what stops the work on the server.
    reader.cancel().catch(() => {});
  }
}

/**
 * Post a spec and yield the events of its stream, ending after `finished`.
 *
 * @param {string} url
 * @param {unknown} body
 * @param {{signal?: AbortSignal, onOpen?: (response: Response) => void}} [options]
 * @returns {AsyncGenerator<StreamEvent>}
 * @throws {ProblemError} when the server refuses, or sends `failed`
 * @throws {StreamError} when the connection fails, or closes before `finished`
 */
export async function* postStream(url, body, { signal, onOpen } = {}) {
  const response = await request(url, posting(body, EVENTS, signal));
  onOpen?.(response);
  for await (const event of eventsOf(response, signal)) {
    if (event.kind === "failed") throw new ProblemError(/** @type {Problem & StreamEvent} */ (event));
    yield event;
    if (event.kind === "finished") return;
  }
  signal?.throwIfAborted();
  throw new StreamError("interrupted", INTERRUPTED);
}
