// @ts-check
import { pathOf } from "../controls/frame.js";

/**
 * The pointers of a refusal as paths into the spec, to be shown beside their fields.
 *
 * @param {import("../failure.js").Failure | null} failure
 * @returns {import("../controls/frame.js").FieldError[]}
 */
export function fieldErrors(failure) {
  return (failure?.errors ?? []).map((error) => ({ path: pathOf(error.pointer), detail: error.detail }));
}
