// @ts-check
/** Comma-separated rows as a table of inputs and targets; every complaint names row and column. */

/**
 * @typedef {{inputs: number[][], targets: number[], task: "classification" | "regression"}} Table
 */

const MOST_CLASSES = 20;

/**
 * @param {string} text rows of comma, semicolon or tab separated cells; a first row of names is skipped
 * @param {"auto" | "classification" | "regression"} task
 * @returns {{error: string, table?: undefined, summary?: undefined} | {error: null, table: Table, summary: string}}
 */
export function parseTable(text, task) {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some(Boolean));
  const rows = isHeader(lines) ? lines.slice(1) : lines;
  if (rows.length < 2)
    return { error: "At least two rows are needed, each with inputs and a target, separated by commas." };
  const width = rows[0].cells.length;
  if (width < 2)
    return {
      error: `Row ${rows[0].number} has one cell; at least one input and a target are needed, separated by commas.`,
    };
  for (const { number, cells } of rows) {
    if (cells.length !== width)
      return { error: `Row ${number} has ${cells.length} cells, but the first has ${width}; make them equal.` };
    const wrong = cells.slice(0, -1).findIndex((cell) => cell === "" || !Number.isFinite(Number(cell)));
    if (wrong >= 0) return { error: `Row ${number}, column ${wrong + 1}: “${cells[wrong]}” is not a number.` };
  }
  const inputs = rows.map(({ cells }) => cells.slice(0, -1).map(Number));
  return withTargets(
    inputs,
    rows.map(({ number, cells }) => ({ number, cell: cells[width - 1] })),
    task,
  );
}

/** @param {string} line */
const cellsOf = (line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

/** @param {{cells: string[]}[]} lines */
const isHeader = (lines) =>
  lines.length > 1 &&
  lines[0].cells.length > 1 &&
  lines[0].cells.slice(0, -1).every((cell) => cell !== "" && !Number.isFinite(Number(cell)));

/** @param {number[][]} inputs @param {{number: number, cell: string}[]} last @param {"auto" | "classification" | "regression"} task */
function withTargets(inputs, last, task) {
  const names = [...new Set(last.map(({ cell }) => cell))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const numeric = last.every(({ cell }) => cell !== "" && Number.isFinite(Number(cell)));
  const few = names.length <= MOST_CLASSES && names.every((name) => !numeric || Number.isInteger(Number(name)));
  const chosen = task === "auto" ? (few ? "classification" : "regression") : task;
  if (chosen === "regression" && !numeric) {
    const wrong = last.find(({ cell }) => cell === "" || !Number.isFinite(Number(cell)));
    return {
      error: `Row ${wrong?.number}: the target “${wrong?.cell}” is not a number; choose classification for names.`,
    };
  }
  if (chosen === "classification" && names.length > MOST_CLASSES)
    return { error: `${names.length} different targets; classification takes at most ${MOST_CLASSES} classes.` };
  if (chosen === "classification" && names.length < 2)
    return { error: `All rows have the target “${names[0]}”; at least two classes are needed.` };
  const targets = last.map(({ cell }) => (chosen === "classification" ? names.indexOf(cell) : Number(cell)));
  const what =
    chosen === "classification"
      ? `${names.length} classes (${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""})`
      : "one number to predict";
  return {
    error: null,
    table: { inputs, targets, task: /** @type {"classification" | "regression"} */ (chosen) },
    summary: `${inputs.length} rows, ${inputs[0].length} inputs, ${what}.`,
  };
}
