// @ts-check
/** What the server has said so far: the part of the room's state that is never written into the address. */

/**
 * @typedef {import("../failure.js").Failure} Failure
 * @typedef {import("./requests.js").Fitted} Fitted
 * @typedef {import("../types.js").Track} Track
 * @typedef {import("../types.js").Field} Field
 * @typedef {import("../types.js").DivergedEvent} DivergedEvent
 * @typedef {{status: "empty" | "loading" | "ready" | "failed", value: any, failure: Failure | null}} Description
 * @typedef {object} Landscape
 * @property {"empty" | "waiting" | "loading" | "ready" | "failed"} status waiting: for the run that its plane is fitted to
 * @property {Field | null} field
 * @property {any} reply
 * @property {string} of the plane that the field lies in
 * @property {Failure | null} failure
 * @typedef {object} Run
 * @property {"empty" | "loading" | "running" | "finished" | "failed"} status
 * @property {any} started the event
 * @property {Track[]} tracks
 * @property {number} last the last step that has arrived
 * @property {DivergedEvent[]} diverged
 * @property {Failure | null} failure
 * @typedef {object} Live
 * @property {Description} description
 * @property {Landscape} landscape
 * @property {Run} run
 * @property {Track[] | null} pca the paths as they lie in the plane fitted to them
 * @property {Fitted | null} fitted
 * @property {import("../player.js").PlayerState | null} player
 * @property {((which: "surface" | "contour") => Promise<Blob>) | null} pictures
 * @property {"step" | "layers" | "truth"} tab of the panel beside the pictures
 */

/** @returns {Run} */
export const emptyRun = () => ({ status: "empty", started: null, tracks: [], last: 0, diverged: [], failure: null });

/** @returns {Live} */
export const nothingYet = () => ({
  description: { status: "empty", value: null, failure: null },
  landscape: { status: "empty", field: null, reply: null, of: "", failure: null },
  run: emptyRun(),
  pca: null,
  fitted: null,
  player: null,
  pictures: null,
  tab: "step",
});
