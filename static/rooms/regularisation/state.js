// @ts-check
/** What a person chose in the Regularisation room, and the requests that follow from it. Pure. */

/**
 * @typedef {object} Choice
 * @property {string} data kind of a dataset
 * @property {[number, number]} columns the two inputs of the picture
 * @property {string} penalty kind of a regulariser
 * @property {number} ratio the elastic net's share of L1
 * @property {number} index of the strength, from the largest
 * @property {number | null} strength of a run that was opened: the nearest of the path becomes `index` once there is one
 * @property {"penalty" | "prior"} reading
 */

/** Datasets with inputs of one scale, and the two inputs that are drawn first. @type {Record<string, {title: string, columns: [number, number]}>} */
export const DATA = {
  diabetes: { title: "Diabetes", columns: [2, 8] },
  breast_cancer: { title: "Breast cancer", columns: [20, 27] },
  linear: { title: "Sparse", columns: [0, 6] },
};
/** @type {[string, string][]} */
export const PENALTIES = [
  ["l1", "L1"],
  ["l2", "L2"],
  ["elastic_net", "Elastic"],
  ["group", "Group"],
];
export const STRENGTHS = 49;
/** Without corners the path begins far out, where all is nearly zero, and has farther to go. */
const SPANS = { l2: 1e-5, other: 1e-3 };
const FOLDS = 5;
const RESOLUTION = [129, 129];

/** @type {Choice} */
const FIRST = {
  data: "diabetes",
  columns: [2, 8],
  penalty: "l1",
  ratio: 0.5,
  index: 14,
  strength: null,
  reading: "penalty",
};

/**
 * A choice out of an address: the room's own, or a run on a linear model (what a lesson opens).
 *
 * @param {Record<string, any> | null} spec
 * @returns {Choice}
 */
export function begin(spec) {
  const objective = spec?.objective;
  const given = objective
    ? {
        data: objective.data?.kind,
        penalty: objective.regularisers?.[0]?.kind,
        ratio: objective.regularisers?.[0]?.ratio,
        strength: objective.regularisers?.[0]?.strength,
      }
    : (spec ?? {});
  const data = given.data in DATA ? given.data : FIRST.data;
  return {
    data,
    columns: isPair(given.columns) ? given.columns : DATA[data].columns,
    penalty: PENALTIES.some(([kind]) => kind === given.penalty) ? given.penalty : FIRST.penalty,
    ratio: given.ratio > 0 && given.ratio <= 1 ? given.ratio : FIRST.ratio,
    index: Number.isInteger(given.index) && given.index >= 0 && given.index < STRENGTHS ? given.index : FIRST.index,
    strength: given.strength > 0 ? given.strength : null,
    reading: given.reading === "prior" ? "prior" : "penalty",
  };
}

/** @param {any} columns */
const isPair = (columns) =>
  Array.isArray(columns) && columns.length === 2 && columns.every(Number.isInteger) && columns[0] !== columns[1];

/** @param {Choice} choice @param {Record<string, any>} [fields] */
const regulariser = ({ penalty, ratio }, fields = {}) => ({
  kind: penalty,
  ...(penalty === "elastic_net" ? { ratio } : {}),
  ...(penalty === "group" ? { size: 2 } : {}),
  ...fields,
});

/** The linear model on all inputs, its intercept spared. @param {Choice} choice */
export const wholePath = (choice) => ({
  objective: {
    kind: "network",
    layers: [],
    data: { kind: choice.data },
    regularisers: [regulariser(choice, { biases: false })],
  },
  count: STRENGTHS,
  span: choice.penalty === "l2" ? SPANS.l2 : SPANS.other,
  folds: FOLDS,
});

/** The model of the picture: two weights and no intercept, so that the plane is the whole problem. @param {Choice} choice @param {Record<string, any>[]} regularisers */
const pair = ({ data, columns }, regularisers) => ({
  kind: "network",
  layers: [],
  biases: false,
  data: { kind: data, columns },
  regularisers,
});

/** @param {Choice} choice @param {ArrayLike<number>} strengths */
export const pairPath = (choice, strengths) => ({
  objective: pair(choice, [regulariser(choice)]),
  strengths: Array.from(strengths),
  folds: 0,
});

/** @param {Choice} choice @param {number} half of the window's side */
export const pairGrid = (choice, half) => ({
  objective: pair(choice, []),
  plane: { kind: "weights", x: 0, y: 1 },
  origin: { parameters: [0, 0] },
  window: [-half, half, -half, half],
  resolution: RESOLUTION,
});

/** @param {Choice} choice @param {number} strength */
export const prior = (choice, strength) => ({ objective: pair(choice, [regulariser(choice, { strength })]) });

/** Half the side of a square around zero that holds every ball of the path. @param {ArrayLike<number>} coefficients rows of two */
export function halfOf(coefficients) {
  let reach = 0;
  for (let i = 0; i + 1 < coefficients.length; i += 2)
    reach = Math.max(reach, Math.abs(coefficients[i]) + Math.abs(coefficients[i + 1]));
  return 1.12 * (reach || 1);
}
