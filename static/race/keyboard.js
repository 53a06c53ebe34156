// @ts-check

/** @typedef {import("./context.js").Context} Context */

/** @type {Record<string, (player: Context["player"], big: boolean) => void>} */
const KEYS = {
  " ": (player) => player.toggle(),
  ArrowLeft: (player, big) => player.stepBy(big ? -10 : -1),
  ArrowRight: (player, big) => player.stepBy(big ? 10 : 1),
  Home: (player) => player.seek(0),
  End: (player) => player.seek(player.state().last),
};

// These use the keys themselves; a slider of time is meant to move with them as well as with the room's own keys.
const OWN = "input, select, textarea, summary, dialog, [contenteditable], [role=menuitem], .picture, .start-handle";

/** The room's keys, wherever the focus is on nothing that needs them. @param {Context} context */
export function keyboard({ player }) {
  /** @param {KeyboardEvent} event */
  const listen = (event) => {
    const act = KEYS[event.key];
    const target = event.target instanceof Element ? event.target : document.body;
    const taken = target.closest(OWN) && !(event.key === " " && target.closest(".picture, input[type=range]"));
    const presses = event.key === " " && target.closest("button, a");
    if (
      !act ||
      taken ||
      presses ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      document.querySelector("dialog[open]")
    )
      return;
    event.preventDefault();
    act(player, event.shiftKey);
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}
