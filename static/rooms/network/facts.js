// @ts-check
/** The numbers that the microscope's captions speak of. */
import { formatNumber, formatPercent } from "../../format.js";
import { followed } from "./reveal.js";
import { unitName } from "./weights.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext @typedef {{kind: string, title: string}[]} Titles */

const MOST_INPUTS = 4;

/** @param {NetworkContext} context @param {import("./microscope.js").ScopeHandle} handle @param {import("./reveal.js").Stage} stage @param {Titles} titles of activations @returns {import("./captions.js").Facts} */
export function factsAt(context, { scope, examples }, stage, titles) {
  const { reply, trace, mode } = scope.get();
  const data = context.live.get().description.value?.data;
  const last = context.inside.widths().length - 1;
  const answers = /** @type {number[]} */ (Array.from(reply.examples.output).flat());
  const targets = /** @type {number[]} */ (Array.from(reply.examples.target).flat());
  const criterion = criterionOf(context);
  return {
    mode,
    of: examples(),
    inputs: inputsOf(reply.trace[0].inputs, trace?.widths[0] ?? 0, data?.features),
    target: meaningOf(targets, data, false),
    answer: meaningOf(answers, data, true),
    loss: reply.batch ? reply.batch.loss : reply.examples.loss[0],
    layer: stage.layer === last ? "output" : `hidden layer ${stage.layer}`,
    toll: mode === "one" ? tollOf(criterion, answers, targets, reply.examples.loss[0]) : "",
    activation: activationOf(context, stage.layer, titles),
    last,
    sum: formatNumber(reply.trace[last - 1].preactivations[0], 3),
    criterion,
    error: mode === "one" && answers.length === 1 ? errorOf(criterion, answers[0], targets[0]) : "",
    back:
      stage.kind === "backward" && stage.layer < last ? wayBack(context, stage.layer, last, trace?.rows ?? []) : null,
  };
}

/** What has come back to the unit of a hidden column that is followed. @param {NetworkContext} context @param {number} column @param {number} last @param {import("./reveal.js").TraceRow[]} rows */
function wayBack({ pick }, column, last, rows) {
  const { revealed, weight } = pick.get();
  if (!revealed) return null;
  const unit = followed(weight, column, last);
  const seen = revealed.atUnit(column, unit);
  if (seen.delta === null) return null;
  return {
    unit: unitName(column, unit, { last }),
    seen,
    skipped: rows[column]?.skip ? revealed.atUnit(column + 1, unit).upstream : null,
  };
}

/** How the loss is made of the answer. @param {NetworkContext} context @returns {import("./captions.js").Criterion} */
function criterionOf({ store, live }) {
  const { loss, output_activation: bend } = store.get().spec.objective;
  const classes = live.get().description.value?.data?.task === "classification";
  const kind = typeof bend === "string" ? bend : (bend?.kind ?? "identity");
  return {
    entropy: loss ? loss.kind === "cross_entropy" : classes,
    half: Boolean(loss?.half),
    bend: kind === "identity" ? "" : kind.replaceAll("_", " "),
  };
}

/** “0.70 − 1 = −0.30”: δ of a single output in numbers; nothing where a slope comes into it. @param {import("./captions.js").Criterion} criterion @param {number} answer @param {number} target */
export function errorOf({ entropy, half, bend }, answer, target) {
  if (bend) return "";
  const write = (/** @type {number} */ value) => formatNumber(value, 3);
  const right = target < 0 ? `(${write(target)})` : write(target);
  const plain = entropy || half;
  const difference = `${write(answer)} − ${right}`;
  return `${plain ? difference : `2 · (${difference})`} = ${write((plain ? 1 : 2) * (answer - target))}`;
}

/**
 * “, minus the logarithm …: −ln 0.957 = ”, before the loss of one example; a colon alone where it is not one term.
 *
 * @param {import("./captions.js").Criterion} criterion @param {number[]} answers @param {number[]} targets @param {number} loss
 */
export function tollOf({ entropy, half }, answers, targets, loss) {
  const [answer, target] = [answers[0], targets[0]];
  if (entropy) {
    const right = answers.length > 1 ? answers[target] : target === 1 ? answer : 1 - answer;
    const told = agrees(-Math.log(Number(right.toPrecision(DIGITS))), loss);
    return `, minus the logarithm of the probability of what is right: ${told ? `−ln ${formatNumber(right, DIGITS)} = ` : ""}`;
  }
  const value = (half ? 0.5 : 1) * (answer - target) ** 2;
  if (answers.length > 1 || !agrees(value, loss)) return ": ";
  const right = target < 0 ? `(${formatNumber(target, 3)})` : formatNumber(target, 3);
  return `, ${half ? "half " : ""}the square of the difference: ${half ? "½ " : ""}(${formatNumber(answer, 3)} − ${right})² = `;
}

const DIGITS = 4;

/** To the three digits in which it is written. @param {number} a @param {number} b */
const agrees = (a, b) => Math.abs(a - b) <= 0.01 * Math.abs(b);

/** @param {ArrayLike<number>} values @param {number} count @param {string[] | undefined} features */
function inputsOf(values, count, features) {
  const shown = Array.from({ length: Math.min(count, MOST_INPUTS) }, (_, i) => {
    const name = unitName(0, i, { features, last: 1 });
    return `${name} = ${formatNumber(values[i], 3)}`;
  });
  return `${shown.join(", ")}${count > MOST_INPUTS ? `, … (${count} in all)` : ""}`;
}

/** A target or an answer in words: a class with its probability, or a number. @param {number[]} values @param {any} data @param {boolean} probabilities */
export function meaningOf(values, data, probabilities) {
  if (data?.task !== "classification") return formatNumber(values[0], 3);
  const name = (/** @type {number} */ k) => data.targets[k] ?? `class ${k}`;
  if (!probabilities) return name(values[0]);
  if (data.classes === 2 && values.length === 1) return `${formatPercent(values[0], 3)} for ${name(1)}`;
  const best = values.indexOf(Math.max(...values));
  return `${name(best)} (${formatPercent(values[best], 3)})`;
}

/** “tanh”, “ReLU”. @param {NetworkContext} context @param {number} column @param {Titles} titles */
function activationOf({ store }, column, titles) {
  const layer = (store.get().spec.objective.layers ?? [])[column - 1];
  const kind = typeof layer?.activation === "string" ? layer.activation : layer?.activation?.kind;
  return inText(titles.find((one) => one.kind === kind)?.title ?? (kind ?? "tanh").replaceAll("_", " "));
}

/** A title within a sentence: small, unless its capitals are an abbreviation's. @param {string} title */
export const inText = (title) => (/[A-Z]/.test(title.slice(1)) ? title : title.toLowerCase());
