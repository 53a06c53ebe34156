// @ts-check
/** The chain rule at work: step forward, step back, and read the derivative of any weight as the product it is. */
import { button } from "../../controls/button.js";
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { cacheOf, captionOf } from "./captions.js";
import { factsAt } from "./facts.js";
import { jacobianCard } from "./jacobian.js";
import { ledgerCard } from "./ledger.js";
import { createScope } from "./scope.js";
import { weightCard } from "./weightCard.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {ReturnType<typeof createScope>} ScopeHandle */

/**
 * The product of a weight stands beside the drawing; what stood there, what the network has learnt, goes below meanwhile.
 *
 * @param {HTMLElement} host @param {NetworkContext} context @param {HTMLElement} beside
 */
export function microscope(host, context, beside) {
  const learnt = [...beside.children];
  const handle = createScope(context);
  const walk = walkCard(context, handle);
  const weight = weightCard(context, handle);
  const ledger = ledgerCard(handle);
  const jacobian = jacobianCard(context, handle);
  beside.replaceChildren(weight.element);
  host.append(
    walk.element,
    weight.checks,
    h("div", { class: "scope scope-learnt" }, learnt),
    h("div", { class: "scope" }, ledger.element, jacobian.element),
  );
  return disposal([
    walk.dispose,
    weight.dispose,
    ledger.dispose,
    jacobian.dispose,
    keys(handle),
    handle.dispose,
    () => beside.replaceChildren(...learnt),
  ]);
}

/** Next and previous by key, wherever nothing is typed. @param {ScopeHandle} handle */
function keys({ scope, go }) {
  /** @type {Record<string, number>} */
  const moves = { n: 1, p: -1 };
  /** @param {KeyboardEvent} event */
  const listen = (event) => {
    const typing =
      event.target instanceof Element &&
      event.target.closest("input:not([type=range], [type=radio]), select, textarea, dialog");
    const move = moves[event.key.toLowerCase()];
    if (!move || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(scope.get().at + move);
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

/** Where the passes are, in words, and the way on. @param {NetworkContext} context @param {ScopeHandle} handle */
function walkCard(context, handle) {
  const { scope, go, stages } = handle;
  const title = h("h2", { class: "scope-title" });
  const text = h("p", { class: "scope-text", "aria-live": "polite" });
  const track = h("ol", { class: "scope-track" });
  const cache = h("ul", { class: "cache" });
  const back = button({ icon: "back", label: "Previous stage" }, () => go(scope.get().at - 1));
  const next = button({ words: "Next", icon: "forward", label: "Next stage", look: "primary" }, () =>
    go(scope.get().at + 1),
  );
  const end = button({ words: "To the end" }, () => go(stages().length - 1));
  const over = button({ words: "Start over" }, () => go(0));
  const element = h(
    "section",
    { class: "card scope-card scope-walk", "aria-label": "Stage" },
    h(
      "div",
      { class: "scope-controls" },
      h("div", { class: "row scope-keys scope-steps" }, back, next, track),
      h("div", { class: "row scope-keys" }, chooser(handle), end, over, hintKeys()),
    ),
    h(
      "div",
      { class: "scope-words" },
      title,
      text,
      h("div", { class: "cache-box" }, h("span", { class: "field-label" }, "Cache: kept for the way back"), cache),
    ),
  );
  /** @type {import("./facts.js").Titles} */
  let titles = [];
  const draw = () => {
    const { at, trace, reply, status, complaint } = scope.get();
    const all = stages();
    const stage = all[at];
    const loading = !trace || !reply || !stage;
    back.disabled = at === 0;
    next.disabled = at >= all.length - 1;
    element.dataset.status = status;
    fill(track, ...trackOf(all, at, go));
    centre(track);
    fill(cache, ...(stage ? cacheOf(stage, (all.length - 2) / 2).map(cacheChip) : []));
    const words = status === "failed" ? { title: "No trace", text: complaint } : WAITING[status];
    const caption =
      loading || status === "playing" || status === "failed"
        ? (words ?? WAITING.loading)
        : captionOf(stage, factsAt(context, handle, stage, titles));
    fill(title, caption?.title);
    fill(text, caption?.text);
  };
  draw();
  context.services.catalogue().then(
    (catalogue) => {
      titles = catalogue.activations;
      draw();
    },
    () => {},
  );
  return { element, dispose: disposal([scope.onChange(draw), context.pick.subscribe((p) => p.revealed, draw)]) };
}

const hintKeys = () =>
  h(
    "span",
    { class: "muted hint-keys" },
    h("kbd", { class: "kbd" }, "N"),
    " next ",
    h("kbd", { class: "kbd" }, "P"),
    " previous",
  );

/** @type {Record<string, {title: string, text: string}>} */
const WAITING = {
  loading: { title: "Looking inside…", text: "" },
  playing: {
    title: "Playing",
    text: "The microscope looks at one moment. Pause, and it shows the step you stopped at.",
  },
};

/** The stages in a row, with the two ways named. @param {import("./reveal.js").Stage[]} all @param {number} at @param {(at: number) => void} go */
function trackOf(all, at, go) {
  const stops = all.map((one, i) => trackStop(one, i, at, all.length, go));
  const way = (/** @type {string} */ words) => h("li", { class: "scope-way", "aria-hidden": "true" }, words);
  return [way("→"), ...stops.slice(0, all.length / 2 + 1), way("←"), ...stops.slice(all.length / 2 + 1)];
}

/** The present stage in the middle, where the row is wider than its place. @param {HTMLElement} track */
function centre(track) {
  const here = /** @type {HTMLElement | null} */ (track.querySelector("[aria-current]"));
  if (here) track.scrollTo({ left: here.offsetLeft + (here.offsetWidth - track.clientWidth) / 2 });
}

/** @param {import("./reveal.js").Stage} stage @param {number} i @param {number} at @param {number} count @param {(at: number) => void} go */
function trackStop({ kind, layer }, i, at, count, go) {
  const last = (count - 2) / 2;
  const face = kind === "inputs" ? "x" : kind === "loss" ? "ℓ" : layer === last ? "ŷ" : String(layer);
  const way = kind === "backward" ? "Backward" : "Forward";
  const name =
    kind === "inputs"
      ? "Inputs"
      : kind === "loss"
        ? "Loss"
        : `${way}, ${layer === last ? "output ŷ" : `hidden layer ${layer}`}`;
  const stop = h(
    "button",
    { class: "scope-stop", type: "button", "aria-label": name, title: name, onclick: () => go(i) },
    face,
  );
  if (i === at) stop.setAttribute("aria-current", "step");
  return h("li", { class: `scope-${kind}`, dataset: { past: String(i <= at) } }, stop);
}

/** @param {{label: string, state: string}} entry */
const cacheChip = ({ label, state }) =>
  h("li", { class: "cache-entry", dataset: { state } }, label, h("span", { class: "hidden-visually" }, ` ${state}`));

/** One example or the batch. @param {ScopeHandle} handle */
function chooser({ scope, examples }) {
  const mode = segments(
    "What is followed",
    [
      ["one", "One example"],
      ["batch", "Batch"],
    ],
    { value: scope.get().mode, onChange: (value) => scope.set({ mode: value }), class: "segments-small" },
  );
  const box = h("input", {
    class: "input input-number",
    type: "number",
    min: 0,
    value: scope.get().example,
    "aria-label": "Example",
  });
  box.addEventListener("change", () => {
    const wanted = Math.round(Number(box.value));
    scope.set({ example: Math.max(0, Math.min(examples() - 1, Number.isFinite(wanted) ? wanted : 0)) });
  });
  const of = h("span", { class: "muted number" });
  const which = h("span", { class: "row" }, box, of);
  scope.onChange(({ mode: now, example }) => {
    which.hidden = now !== "one";
    if (document.activeElement !== box || Number(box.value) >= examples()) box.value = String(example);
    fill(of, `of 0 … ${examples() - 1}`);
  });
  return h("div", { class: "row scope-choice" }, mode.element, which);
}
