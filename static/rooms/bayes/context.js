// @ts-check
/**
 * What the parts of the room share.
 *
 * @typedef {object} Context
 * @property {import("../../store.js").Store<import("./state.js").State>} store the spec and the page, mirrored in the address
 * @property {import("../../store.js").Store<import("./live.js").Live>} live what the server has said so far
 * @property {import("./actions.js").Actions} act
 * @property {import("../../services.js").Services} services
 * @property {ReturnType<typeof import("../../player.js").createPlayer>} player
 * @property {(fn: (step: number) => void) => () => void} onStep every frame: draw, and nothing slower
 * @property {(fn: (step: number) => void) => () => void} onPulse a few times a second and at rest: text
 * @property {(fn: () => void) => () => void} onGrowth draws or estimates have arrived
 * @property {ReturnType<typeof import("./calibrations.js").createCalibrations>} calibrations
 * @property {import("../../store.js").Store<Record<string, string>>} accusations in the line-up, under deal and suspect: the kind that was accused
 * @property {() => void} again ask the server once more
 */

export {};
