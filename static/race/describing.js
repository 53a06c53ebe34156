// @ts-check
/** What the server says of an objective before it is run. */
import { latest } from "../failure.js";
import { postJson } from "../stream.js";

/**
 * @param {import("../store.js").Store<import("./live.js").Live>} live
 * @param {(failure: import("../failure.js").Failure) => void} onFailure
 * @param {Record<string, any>} [wanted] what is asked for beside the objective
 */
export const createDescribing = (live, onFailure, wanted = {}) =>
  latest(async (/** @type {import("./state.js").Spec} */ { objective }, signal) => {
    live.set({ description: { ...live.get().description, status: "loading" } });
    const value = await postJson("api/objectives", { objective, ...wanted }, { signal });
    live.set({ description: { status: "ready", value, failure: null } });
  }, onFailure);
