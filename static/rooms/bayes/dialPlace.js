// @ts-check
/** The dial from descent to sampling as one number: 0 descends, 1 is SGLD, 2 unadjusted Langevin, 3 MALA. Pure. */

/** @typedef {{step_size: number, temperature: number, gradient_noise: number, corrected: boolean, batch_size?: number | null}} Dial */

/** What stands where. */
export const STOPS = ["Descent", "SGLD", "Langevin", "MALA"];
const CORRECTED = 3;

/** Gradient noise that is as loud as the noise that is wanted: ε²σ²/4 = 1. @param {Dial} dial */
const loudest = ({ step_size }) => 2 / step_size;

/**
 * The settings at a place: first both noises rise, then that of the gradient fades, at last steps may be refused.
 *
 * @template {Dial} T
 * @param {number} place 0 … 3; between Langevin and MALA there is nothing, so the nearer one is taken
 * @param {T} dial
 * @returns {T}
 */
export function dialAt(place, dial) {
  const corrected = place >= CORRECTED - 0.5;
  const temperature = corrected ? 1 : Number(Math.min(1, place).toFixed(2));
  const loud = corrected ? 0 : Math.max(0, Math.min(place, 2 - place));
  const gradient_noise = Number((loud * loudest(dial)).toPrecision(3));
  const calm = dial.batch_size === undefined ? {} : { batch_size: null };
  return { ...dial, ...calm, temperature, gradient_noise, corrected };
}

/** Where settings stand on the dial, or what is nearest. @param {Dial} dial @returns {number} */
export function placeOf(dial) {
  if (dial.corrected) return CORRECTED;
  if (dial.temperature < 1) return dial.temperature;
  return 2 - Math.min(1, dial.gradient_noise / loudest(dial));
}

/** @param {Dial} dial */
export function nameOf({ temperature, gradient_noise, corrected, batch_size }) {
  const noisy = gradient_noise > 0 || (batch_size ?? null) !== null;
  if (corrected) return temperature === 1 ? "MALA" : `MALA at temperature ${temperature}`;
  if (temperature === 0) return noisy ? "SGD" : "Gradient descent";
  if (temperature === 1) return noisy ? "SGLD" : "Unadjusted Langevin";
  return temperature < 1 ? "Between descent and sampling" : `Langevin at temperature ${temperature}`;
}
