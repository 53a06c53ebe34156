// @ts-check
/** The numbers beside the pictures: both divergences of every Gaussian, and where on the ELBO's landscape things stand. */
import { fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { digitsFor } from "./answers.js";
import { alongAxis } from "./gaussians.js";

/** @typedef {import("./gaussians.js").Row} Row @typedef {import("./gaussians.js").Measured} Measured */

/** Figures that are shown, and below which a nat is none. */
const FIGURES = 4;
const NOTHING = 5e-7;

/** @typedef {"reverse" | "forward"} Way */

/** @param {HTMLElement} host @param {{rows: Row[], axis: number, label: string, left: string | null}} shown `left`: why something is not known */
export function divergenceTable(host, { rows, axis, label, left }) {
  const least = { reverse: leastOf(rows, "reverse"), forward: leastOf(rows, "forward") };
  const head = ["Gaussian q, at the end", `Var[${label}]`, "KL(q‖p)", "KL(p‖q)"];
  fill(
    host,
    h(
      "table",
      { class: "truth divergences" },
      h("thead", {}, h("tr", {}, ...head.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...rows.map((row) => line(row, axis, least))),
    ),
    left && h("p", { class: "help" }, `A dash: ${left}.`),
  );
}

/** @param {Row[]} rows @param {Way} way */
const leastOf = (rows, way) => Math.min(...rows.map(({ numbers }) => numbers?.[way]?.value ?? Infinity));

/** @param {Row} row @param {number} axis @param {Record<Way, number>} least */
function line({ name, note, colour, selected, moments, numbers }, axis, least) {
  const deviation = alongAxis(moments, axis)[1];
  const look = colour === null ? `swatch swatch-${selected ? "match" : "independent"}` : `dot line-${colour + 1}`;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("i", { class: look, "aria-hidden": "true" }),
      ` ${name} `,
      h("span", { class: "muted" }, note),
    ),
    h("td", { class: "number" }, formatNumber(deviation ** 2, FIGURES)),
    .../** @type {Way[]} */ (["reverse", "forward"]).map((way) => divergence(numbers?.[way] ?? null, least[way])),
  );
}

/** @param {Measured} found @param {number} least of its column, which is told by its weight */
function divergence(found, least) {
  const words = measured(found);
  if (!found) return h("td", { class: "number muted" }, words);
  const title = found.error ? `± ${formatNumber(found.error, 2)}` : "exact up to rounding";
  return h("td", { class: "number", title }, found.value <= least + NOTHING ? h("b", {}, words) : words);
}

/** A number with as many figures as its error can vouch for; the error where it would show in four. @param {Measured} found */
export function measured(found) {
  if (!found) return "–";
  const { value, error } = found;
  if (Math.abs(value) < NOTHING) return "0";
  if (error < 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - FIGURES)) return formatNumber(value, FIGURES);
  return `${formatNumber(value, Math.min(FIGURES, digitsFor(value, error)))} ± ${formatNumber(error, 1)}`;
}

/**
 * @param {HTMLElement} host
 * @param {{spread: string, places: {name: string, m: number, s: number, elbo: number}[], evidence: number | null}} shown
 */
export function placesTable(host, { spread, places, evidence }) {
  const kl = evidence === null ? [] : ["KL(q‖p)"];
  fill(
    host,
    h(
      "table",
      { class: "truth places" },
      h(
        "thead",
        {},
        h("tr", {}, ...["Place", "m", spread, "ELBO", ...kl].map((words) => h("th", { scope: "col" }, words))),
      ),
      h(
        "tbody",
        {},
        ...places.map(({ name, m, s, elbo }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            ...[m, s, elbo, ...(evidence === null ? [] : [evidence - elbo])].map((value) =>
              h("td", { class: "number" }, Number.isFinite(value) ? formatNumber(value, FIGURES) : "–"),
            ),
          ),
        ),
      ),
    ),
  );
}
