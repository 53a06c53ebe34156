// @ts-check
/** The numbers beside the pictures: both divergences of every Gaussian, and where on the ELBO's landscape things stand. */
import { fill, h } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { digitsFor } from "./answers.js";
import { alongAxis } from "./gaussians.js";

/** @typedef {import("./gaussians.js").Row} Row @typedef {import("./gaussians.js").Measured} Measured */

/** Errors below this share of a nat are rounding to anybody who reads. */
const NEGLIGIBLE = 5e-7;

/** @param {HTMLElement} host @param {{rows: Row[], axis: number, label: string, left: string | null}} shown `left`: why something is not known */
export function divergenceTable(host, { rows, axis, label, left }) {
  const head = ["Gaussian q", `Var[${label}]`, "KL(q‖p)", "KL(p‖q)", "ELBO"];
  fill(
    host,
    h(
      "table",
      { class: "truth divergences" },
      h("thead", {}, h("tr", {}, ...head.map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, ...rows.map((row) => line(row, axis))),
    ),
    left && h("p", { class: "help" }, `None exists where a dash stands: ${left}.`),
  );
}

/** @param {Row} row @param {number} axis */
function line({ name, note, colour, selected, moments, numbers }, axis) {
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
    h("td", { class: "number" }, formatNumber(deviation ** 2, 4)),
    ...[numbers?.reverse, numbers?.forward, numbers?.elbo].map((each) => h("td", { class: "number" }, measured(each))),
  );
}

/** @param {Measured | undefined} found */
export function measured(found) {
  if (!found) return "–";
  const { value, error } = found;
  if (error < NEGLIGIBLE) return formatNumber(Math.abs(value) < NEGLIGIBLE ? 0 : value, 5);
  return `${formatNumber(value, digitsFor(value, error))} ± ${formatNumber(error, 1)}`;
}

/**
 * @param {HTMLElement} host
 * @param {{label: string, places: {name: string, m: number, s: number, elbo: number}[], evidence: number | null}} shown
 */
export function placesTable(host, { label, places, evidence }) {
  const kl = evidence === null ? [] : ["KL = ln Z − ELBO"];
  fill(
    host,
    h(
      "table",
      { class: "truth places" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Place", `m of ${label}`, "ln s", "s", "ELBO", ...kl].map((words) => h("th", { scope: "col" }, words)),
        ),
      ),
      h(
        "tbody",
        {},
        ...places.map(({ name, m, s, elbo }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            ...[m, s, Math.exp(s), elbo, ...(evidence === null ? [] : [evidence - elbo])].map((value) =>
              h("td", { class: "number" }, Number.isFinite(value) ? formatNumber(value, 5) : "–"),
            ),
          ),
        ),
      ),
    ),
  );
}
