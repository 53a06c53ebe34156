// @ts-check
import { ProblemError, StreamError } from "./stream.js";

/**
 * @typedef {{kind: "refused" | "offline" | "interrupted", title: string, detail: string,
 *   errors: {pointer: string, detail: string, position?: number}[]}} Failure
 */

/**
 * What to tell a person of an error; null for an abort of our own.
 *
 * @param {unknown} error
 * @returns {Failure | null}
 */
export function failureOf(error) {
  if (error instanceof DOMException && error.name === "AbortError") return null;
  if (error instanceof ProblemError) {
    const { title, detail, errors = [] } = error.problem;
    return { kind: "refused", title, detail, errors };
  }
  if (error instanceof StreamError) {
    const kind = error.reason === "network" ? "offline" : "interrupted";
    return { kind, title: kind === "offline" ? "No connection" : "Interrupted", detail: error.message, errors: [] };
  }
  throw error;
}

/**
 * A job of which only the latest start counts: starting it again aborts the one before.
 *
 * @template Input
 * @param {(input: Input, signal: AbortSignal) => Promise<void>} work
 * @param {(failure: Failure) => void} onFailure
 */
export function latest(work, onFailure) {
  let controller = new AbortController();
  return {
    /** @param {Input} input */
    async start(input) {
      controller.abort();
      const own = new AbortController();
      controller = own;
      try {
        await work(input, own.signal);
      } catch (error) {
        const failure = failureOf(error);
        if (failure && !own.signal.aborted) onFailure(failure);
      }
    },
    stop: () => controller.abort(),
  };
}
