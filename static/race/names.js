// @ts-check
/** What racers are called: their titles, and where several share one, what sets them apart. Pure. */
import { formatNumber } from "../format.js";

/** @typedef {Record<string, any>} Settings */

/**
 * Names of racers, all different: “Adam 0.01” and “Adam 0.03”, where the learning rates differ; else with the settings
 * that do; and racers that are alike in all of them are counted.
 *
 * @param {string[]} titles @param {Settings[]} settings of each, as the server completed them @returns {string[]}
 */
export function namesOf(titles, settings) {
  return titles.map((title, i) => {
    const alike = titles.flatMap((other, j) => (other === title ? [j] : []));
    if (alike.length < 2) return title;
    const group = alike.map((j) => settings[j] ?? {});
    const keys = apart(group);
    const said = keys.map((key) => settingWords(key, settings[i]?.[key]));
    const same = alike.filter((j) => keys.every((key) => written(settings[j]?.[key]) === written(settings[i]?.[key])));
    const count = same.length > 1 ? [`(${same.indexOf(i) + 1})`] : [];
    return [title, said.join(", "), ...count].filter(Boolean).join(" ");
  });
}

const FIRST = "learning_rate";

/** As few settings as tell a group's members apart, the learning rate before the others. @param {Settings[]} group */
function apart(group) {
  const keys = [...new Set(group.flatMap(Object.keys))].filter((key) => kinds(group, [key]) > 1);
  keys.sort((a, b) => Number(b === FIRST) - Number(a === FIRST));
  /** @type {string[]} */
  const chosen = [];
  for (const key of keys) if (kinds(group, [...chosen, key]) > kinds(group, chosen)) chosen.push(key);
  return chosen;
}

/** @param {unknown} value */
const written = (value) => JSON.stringify(value);

/** How many different members there are by some settings. @param {Settings[]} group @param {string[]} keys */
const kinds = (group, keys) => new Set(group.map((one) => written(keys.map((key) => one[key])))).size;

/** @param {string} key @param {any} value */
function settingWords(key, value) {
  const words = valueWords(value);
  return key === FIRST ? words : `${key.replaceAll("_", " ")} ${words}`;
}

/** @param {any} value @returns {string} */
function valueWords(value) {
  if (typeof value === "number") return shortest(value);
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === null || value === undefined) return "none";
  if (typeof value !== "object") return String(value).replaceAll("_", " ");
  const { kind = "", ...rest } = value;
  return [String(kind).replaceAll("_", " "), ...Object.values(rest).map(valueWords)].join(" ");
}

const DIGITS = [1, 2, 3, 4, 5, 6, 9, 12, 15];

/** With as many digits as it has. @param {number} value */
const shortest = (value) =>
  formatNumber(value, DIGITS.find((digits) => Number(value.toPrecision(digits)) === value) ?? 15);
