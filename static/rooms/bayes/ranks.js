// @ts-check
/** Ranks of the truth among the draws: counts in bins, distances from uniform, and what their shape says. Pure. */

/**
 * @typedef {{ranks: ArrayLike<number>, highest: number, bins: number}} Ranks of one parameter, each 0 to `highest`; `bins` divides `highest` + 1
 * @typedef {{at: number, difference: number}} Difference of the distribution function from the uniform one's, at a share of the ranks
 */

/** @param {Ranks} ranks */
export function countsOf({ ranks, highest, bins }) {
  const counts = new Array(bins).fill(0);
  for (let i = 0; i < ranks.length; i++) counts[Math.floor((ranks[i] * bins) / (highest + 1))]++;
  return counts;
}

/** @param {number[]} counts @returns {Difference[]} from 0 to 1, both included */
export function differencesOf(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const inner = counts.map((count, i) => {
    below += count;
    const at = (i + 1) / counts.length;
    return { at, difference: total ? below / total - at : 0 };
  });
  return [{ at: 0, difference: 0 }, ...inner];
}

/** Beyond so many standard errors a shape is told. */
const CLEAR = 3;
const SHAPES = {
  ends: "The truth lies at the ends too often: the draws are too narrow.",
  middle: "The truth lies in the middle too often: the draws are too wide.",
  low: "The truth lies below the draws too often: they are too high.",
  high: "The truth lies above the draws too often: they are too low.",
};

/**
 * What is wrong with the draws, read off mean and variance of the ranks: a standard error of each is exact under uniformity.
 *
 * @param {Ranks} ranks
 * @returns {string | null} null where neither is clearly off
 */
export function shapeOf({ ranks, highest }) {
  const n = ranks.length;
  const count = highest + 1;
  const centred = Array.from(ranks, (rank) => rank - highest / 2);
  const variance = (count * count - 1) / 12;
  const fourth = (variance * (3 * count * count - 7)) / 20;
  const mean = centred.reduce((sum, v) => sum + v, 0) / n;
  const square = centred.reduce((sum, v) => sum + v * v, 0) / n;
  const shift = mean / Math.sqrt(variance / n);
  const spread = (square - variance) / Math.sqrt((fourth - variance * variance) / n);
  if (Math.max(Math.abs(shift), Math.abs(spread)) < CLEAR) return null;
  if (Math.abs(spread) > Math.abs(shift)) return spread > 0 ? SHAPES.ends : SHAPES.middle;
  return shift > 0 ? SHAPES.high : SHAPES.low;
}
