// @ts-check
/** What comes to light when a suspect is unmasked: its name, its bug, who convicted it and who was blind. */
import { button } from "../../controls/button.js";
import { h, icon, scroller } from "../../dom.js";
import { mathml } from "../../mathml.js";
import { worthOf } from "./exhibits.js";
import { RIGHT, repairedOf } from "./lineup.js";
import { initialPage } from "./state.js";

/**
 * @typedef {import("./exhibits.js").Exhibit} Exhibit
 * @typedef {object} Unmasked
 * @property {import("./lineup.js").Suspect} suspect
 * @property {string} accused the kind that was accused, or `right`
 * @property {Exhibit[]} exhibits
 * @property {import("./lineup.js").Catalogue} catalogue
 * @property {import("./context.js").Context} context
 */

/** @param {Unmasked} found */
export function unmasked({ suspect, accused, exhibits, catalogue, context }) {
  const { entry, right } = suspect;
  const solved = accused === (right ? RIGHT : entry.kind);
  const repaired = repairedOf(catalogue, suspect);
  const both = () =>
    repaired &&
    context.store.set(
      ({ spec }) => ({
        spec: { ...spec, methods: [suspect.kernel, repaired.kernel] },
        page: { ...initialPage(), colours: [0, 1] },
      }),
      { push: true },
    );
  return h(
    "div",
    { class: "stack stack-tight unmasked" },
    h(
      "p",
      { class: "unmasked-name", dataset: { mood: solved ? "good" : "bad" } },
      icon(solved ? "check" : "close"),
      h("b", {}, solved ? "You are right: " : "No: "),
      told(suspect),
    ),
    h("p", {}, right ? entry.summary : entry.broken),
    entry.mathml && h("div", { class: "formula" }, scroller(mathml(entry.mathml))),
    ...findings(exhibits, right),
    repaired && h("p", { class: "help" }, `Without the bug it would be: ${repaired.title}. ${entry.reference}.`),
    repaired && h("div", { class: "row" }, button({ words: "Race it against that one" }, both)),
  );
}

/** @param {import("./lineup.js").Suspect} suspect */
const told = ({ entry, right }) =>
  right ? `it is a right kernel, ${entry.title}.` : `it is the kernel with the bug “${entry.title}”.`;

/** @param {Exhibit[]} exhibits @param {boolean} right */
function findings(exhibits, right) {
  const by = (/** @type {string} */ worth) =>
    exhibits
      .filter((exhibit) => worthOf(exhibit, right) === worth)
      .map(({ title, value }) => `${title} (${value})`)
      .join(", ");
  /** @type {[string, string, string][]} */
  const groups = right
    ? [
        ["acquits", "Acquitted by", "nobody"],
        ["false alarm", "False alarms", "none"],
      ]
    : [
        ["convicts", "Convicted by", "nobody: on this density the bug does not show"],
        ["blind", "Blind to it", "none"],
      ];
  const known = groups.map(([worth, title, none]) => h("p", {}, h("b", {}, `${title}: `), `${by(worth) || none}.`));
  const unknown = by("no answer");
  return [...known, unknown && h("p", { class: "help" }, `Not asked, or without an answer: ${unknown}.`)];
}
