/** The colours of the plots, read from the CSS custom properties of the theme in force. */

/** @typedef {import("../types.js").Palette} Palette */

// Dark first, light second: distinguishable under three colour-vision deficiencies, at least 3.2:1 on their background.
const LINES = [
  ["#FCA12C", "#C58027"],
  ["#5F99F9", "#335CD7"],
  ["#5AD5A9", "#1FA383"],
  ["#C479AD", "#8D3595"],
  ["#E9E344", "#616D05"],
  ["#CB3727", "#6B1B0F"],
  ["#8A57D3", "#4B1B7A"],
  ["#C7BBFB", "#A67DCA"],
];
const RAMPS = {
  dark: ["#10132C", "#1C2640", "#293954", "#384E68", "#47647D", "#577A91", "#6991A5", "#7BA9B9", "#8FC1CD"],
  light: ["#4E628E", "#5C759C", "#6C88A9", "#7E9BB7", "#91ADC4", "#A6C0D1", "#BCD3DF", "#D3E5ED", "#EBF8FC"],
  cividis: ["#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369", "#FEE838"],
  viridis: ["#440154", "#472D7B", "#3B528B", "#2C728E", "#21918C", "#28AE80", "#5EC962", "#ADDC30", "#FDE725"],
};
// From the most negative through zero to the most positive: blue against amber, alike in lightness.
const DIVERGING = {
  dark: ["#9CC2FF", "#4C82E0", "#24406F", "#161B28", "#6B4519", "#D28427", "#FFD08A"],
  light: ["#12307F", "#335CD7", "#A9BEF3", "#F4F6FA", "#F0CF9F", "#C07A1E", "#6E3F05"],
};
const ROLES = /** @type {const} */ ({
  ink: ["#EEF2F9", "#131926"],
  muted: ["#9AA6BC", "#525D75"],
  rule: ["#232B3B", "#DCE3EC"],
  panel: ["#11151F", "#FFFFFF"],
  accent: ["#8FC1CD", "#2B5E73"],
  good: ["#5AD5A9", "#0F6E55"],
  warn: ["#FCB65C", "#8A5300"],
  bad: ["#FF8D7A", "#A5281A"],
  casing: ["rgb(6 8 16 / 85%)", "rgb(255 255 255 / 90%)"],
  isoline: ["rgb(190 222 232 / 42%)", "rgb(40 60 100 / 45%)"],
  font: ["system-ui, sans-serif", "system-ui, sans-serif"],
});

/** @typedef {"thalweg" | "cividis" | "viridis"} RampName */

/**
 * @param {Element} [element] whose theme counts
 * @param {{ramp?: RampName}} [options]
 * @returns {Palette}
 */
export function readPalette(element = document.documentElement, { ramp = "thalweg" } = {}) {
  const style = getComputedStyle(element);
  const dark = !style.colorScheme.startsWith("light");
  /** @param {string} name @param {readonly [string, string] | readonly string[]} pair */
  const read = (name, pair) => style.getPropertyValue(`--${name}`).trim() || /** @type {string} */ (pair[dark ? 0 : 1]);
  /** @param {keyof typeof ROLES} name */
  const role = (name) => read(name, ROLES[name]);
  const own = RAMPS[dark ? "dark" : "light"].map((colour, i) => read(`ramp-${i + 1}`, [colour, colour]));
  return {
    dark,
    lines: LINES.map((pair, i) => read(`line-${i + 1}`, pair)),
    diverging: DIVERGING[dark ? "dark" : "light"].map((colour, i) => read(`diverging-${i + 1}`, [colour, colour])),
    ramp: ramp === "thalweg" ? own : RAMPS[ramp],
    ink: role("ink"),
    muted: role("muted"),
    rule: role("rule"),
    panel: role("panel"),
    accent: role("accent"),
    good: role("good"),
    warn: role("warn"),
    bad: role("bad"),
    casing: role("casing"),
    isoline: role("isoline"),
    font: role("font"),
  };
}

/**
 * A ramp as Plotly takes it: `[[0, colour], …, [1, colour]]`.
 * @param {string[]} ramp
 * @returns {[number, string][]}
 */
export const colourscale = (ramp) => ramp.map((colour, i) => [i / (ramp.length - 1), colour]);

/**
 * The colour at a share of the ramp, for legends.
 * @param {string[]} ramp in `#rrggbb`
 * @param {number} share 0 … 1
 */
export function rampColour(ramp, share) {
  const place = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const below = Math.min(ramp.length - 2, Math.floor(place));
  const channels = [1, 3, 5].map((at) => {
    const [low, high] = [ramp[below], ramp[below + 1]].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(low + (high - low) * (place - below));
  });
  return `rgb(${channels.join(" ")})`;
}
