// @ts-check
/** Where patience with the held-out loss would have ended each racer's run, once the runs are over. */
import { button } from "../controls/button.js";
import { h, icon } from "../dom.js";
import { formatNumber, formatWhole } from "../format.js";

/** @typedef {import("./context.js").Context} Context @typedef {import("../types.js").Track} Track */
/** @typedef {{step: number | null, best_step: number, loss: number | null}} Stop as the run's summary tells it */

/** A notice; null where no run was watched. @param {Context} context */
export function earlyStopsNotice({ live, player }) {
  const watched = live.get().run.tracks.flatMap((track) => {
    const stop = /** @type {Stop | undefined} */ (track.buffer.final?.early_stop);
    return stop ? [{ track, stop }] : [];
  });
  if (!watched.length) return null;
  return h(
    "section",
    { class: "notice", role: "region", "aria-label": "Early stopping" },
    icon("info"),
    h(
      "ul",
      { class: "chips" },
      watched.map(({ track, stop }) =>
        h(
          "li",
          { class: "chip" },
          h("i", { class: `dot line-${track.colour + 1}`, "aria-hidden": "true" }),
          sentenceOf(track.title, stop),
          button({ words: `Step ${formatWhole(stop.best_step)}`, label: `Show ${track.title} at its best` }, () =>
            player.seek(stop.best_step),
          ),
        ),
      ),
    ),
  );
}

/** “Adam: held-out loss least (0.21) at step 140; patience ended at step 240”. @param {string} title @param {Stop} stop */
export function sentenceOf(title, { step, best_step: best, loss }) {
  const end = step === null ? "patience lasted to the end" : `patience ended at step ${formatWhole(step)}`;
  if (loss === null) return `${title}: held-out loss never a finite number; ${end}`;
  return `${title}: held-out loss least (${formatNumber(loss, 3)}) at step ${formatWhole(best)}; ${end}`;
}
