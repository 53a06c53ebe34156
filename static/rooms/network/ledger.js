// @ts-check
/** What each way to the gradient costs, counted from the architecture. */
import { disposal, fill, h, scroller } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";

/** @typedef {{mode: string, passes: number, multiplications: number, memory: number}} Tally */

/** Words for the modes that the server counts; one that is new shows its own name. @type {Record<string, string>} */
const WORDS = {
  value: "The loss alone: forward pass",
  reverse: "Backpropagation (reverse mode)",
  reverse_keeping_activations: "… keeping a, computing z again",
  reverse_keeping_borders: "… keeping few layers, computing the rest again",
  jvp: "One direction, forward mode",
  forward: "Forward mode, once per weight",
  central_differences: "Central differences",
};

/** @param {import("./microscope.js").ScopeHandle} handle */
export function ledgerCard({ scope }) {
  const body = h("tbody", {});
  const about = h("p", { class: "help" });
  const element = h(
    "section",
    { class: "card scope-card", "aria-label": "What a gradient costs" },
    h("h2", {}, "What a gradient costs"),
    about,
    scroller(
      h(
        "table",
        { class: "truth ledger" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "way"),
            h("th", { scope: "col" }, "multiplications"),
            h("th", { scope: "col" }, "× backprop"),
            h("th", { scope: "col" }, "numbers kept"),
          ),
        ),
        body,
      ),
    ),
  );
  let shown = "";
  const draw = () => {
    const ledger = scope.get().reply?.ledger;
    const now = JSON.stringify(ledger);
    if (!ledger || now === shown) return;
    shown = now;
    fill(
      about,
      `All ${formatWhole(ledger.parameters)} derivatives for one example: backpropagation gets them for about the price of three forward passes.`,
    );
    fill(body, ...rowsOf(ledger.modes).map(line));
  };
  draw();
  return { element, dispose: disposal([scope.onChange(draw)]) };
}

/** @param {Tally[]} modes @returns {(Tally & {words: string, ratio: number})[]} `ratio` to reverse mode */
export function rowsOf(modes) {
  const reverse = modes.find(({ mode }) => mode === "reverse")?.multiplications ?? Number.NaN;
  return modes.map((tally) => ({
    ...tally,
    words: WORDS[tally.mode] ?? tally.mode.replaceAll("_", " "),
    ratio: tally.multiplications / reverse,
  }));
}

/** @param {ReturnType<typeof rowsOf>[number]} row */
const line = ({ mode, words, multiplications, ratio, memory }) =>
  h(
    "tr",
    { class: mode === "reverse" ? "ledger-reverse" : "" },
    h("th", { scope: "row" }, words),
    h("td", {}, formatWhole(multiplications)),
    h("td", {}, `${formatNumber(ratio, 3)}×`),
    h("td", {}, formatWhole(memory)),
  );
