// @ts-check
/** Gaussian approximations as ellipses that hold the same shares of their mass as the outlines of the density. */

/**
 * @typedef {{mean: [number, number], covariance: [number, number, number]}} Gaussian variances of the first and second coordinate around their covariance: xx, xy, yy
 */

const CORNERS = 72;

/**
 * What an estimate says of two coordinates, where it comes from a Gaussian; null where it does not.
 *
 * @param {any} diagnostics @param {number[]} view indices of the two coordinates
 * @returns {Gaussian | null}
 */
export function gaussianOf(diagnostics, [i, j]) {
  const { mean, covariance } = diagnostics ?? {};
  if (!mean || !covariance) return null;
  const entry = (/** @type {number} */ a, /** @type {number} */ b) =>
    typeof covariance[0] === "number" ? covariance[a * mean.length + b] : covariance[a]?.[b];
  const found = [mean[i], mean[j], entry(i, i), entry(i, j), entry(j, j)];
  if (!found.every(Number.isFinite)) return null;
  return { mean: [found[0], found[1]], covariance: [found[2], found[3], found[4]] };
}

/**
 * The curve m + r·L(cos t, sin t) with r² = −2 ln(1 − share), the χ² quantile of two degrees of freedom.
 *
 * @param {Gaussian} gaussian @param {number} share of the mass inside
 * @returns {[number, number][]} closed
 */
export function ellipse({ mean, covariance: [xx, xy, yy] }, share) {
  const radius = Math.sqrt(-2 * Math.log(1 - share));
  const a = Math.sqrt(xx);
  const b = xy / a;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  return Array.from({ length: CORNERS + 1 }, (_, k) => {
    const [cos, sin] = [Math.cos((2 * Math.PI * k) / CORNERS), Math.sin((2 * Math.PI * k) / CORNERS)];
    return [mean[0] + radius * a * cos, mean[1] + radius * (b * cos + c * sin)];
  });
}
