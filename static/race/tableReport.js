// @ts-check
/** What the server found in a table of one's own, in words. Pure. */
import { formatNumber, formatWhole } from "../format.js";

/**
 * @typedef {object} TableColumn
 * @property {string} name
 * @property {"number" | "mixed" | "text" | "empty"} type
 * @property {number} missing
 * @property {number} distinct
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {{label: string | number, count: number}[] | null} classes
 * @property {"input" | "target" | "left out"} role
 * @property {string | null} why
 *
 * @typedef {{pointer: string, detail: string, position?: number}} Fault
 * @typedef {{rows: number, dropped: number, columns: TableColumn[], target: number, task: string, problems: Fault[], warnings: Fault[], dataset: any}} Report
 */

const MOST_CLASSES = 6;
// What an address holds beside the table is small, but its punctuation takes three characters each.
const LONGEST = 120_000;

/** Whether an address with these rows is too long to be read back. @param {any} dataset */
export const isLong = (dataset) => dataset !== null && JSON.stringify(dataset).length > LONGEST;

/** One sentence on the whole. @param {Report} report */
export function summaryOf({ rows, dropped, columns, target, task, dataset }) {
  const inputs = dataset?.inputs?.[0]?.length ?? columns.filter(({ role }) => role === "input").length;
  const learnt = task === "classification" ? classesOf(columns[target]) : "a number";
  const gone = dropped ? ` (${formatWhole(dropped)} with gaps left out)` : "";
  return `${formatWhole(rows)} rows${gone}, ${inputs} ${inputs === 1 ? "input" : "inputs"}; to be learnt: ${columns[target].name}, ${learnt}.`;
}

/** “2 classes (no 3, yes 1)”. @param {TableColumn} column */
function classesOf({ classes, distinct }) {
  if (!classes) return `${formatWhole(distinct)} classes`;
  const shown = classes.slice(0, MOST_CLASSES).map(({ label, count }) => `${label}: ${formatWhole(count)}`);
  return `${formatWhole(classes.length)} classes (${shown.join(", ")}${classes.length > MOST_CLASSES ? ", …" : ""})`;
}

/** What a column holds, and what becomes of it. @param {TableColumn} column */
export function columnWords({ type, missing, distinct, minimum, maximum, role, why }) {
  const range =
    minimum === null || maximum === null ? "" : ` from ${formatNumber(minimum, 3)} to ${formatNumber(maximum, 3)}`;
  const what = {
    number: `numbers${range}`,
    mixed: "mostly numbers",
    text: `${formatWhole(distinct)} texts`,
    empty: "empty",
  }[type];
  const gaps = missing ? `, ${formatWhole(missing)} missing` : "";
  const fate = role === "left out" ? `; left out: ${why}` : why ? `; ${why}` : "";
  return `${what}${gaps}${fate}`;
}

/** The rows of a dataset spec as text again. @param {{inputs: number[][], targets?: any[], feature_names?: string[]}} data */
export function written({ inputs, targets, feature_names: names }) {
  const head = names ? [[...names, "target"].map(quoted).join(", ")] : [];
  return [...head, ...inputs.map((row, i) => [...row, targets?.[i]].map(quoted).join(", "))].join("\n");
}

/** @param {unknown} cell */
const quoted = (cell) => (/[,"\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));

/** Where the line at a position ends. @param {string} text @param {number} position */
export const lineEnd = (text, position) => {
  const end = text.indexOf("\n", position);
  return end < 0 ? text.length : end;
};
