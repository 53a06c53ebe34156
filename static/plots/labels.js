/** Texts in a picture: labels that keep clear of one another, and what keeps a text within its room. Pure. */

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box
 * @typedef {{x: number, y: number, width: number}} Anchor A head in pixels, and how wide its label is.
 */

const HEIGHT = 16;
const GAP = 12;
const ROUNDS = 7;
/** Nearest that a text comes to the edge of the picture. */
const MARGIN = 6;

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** @param {Box} box @param {Box} bounds */
const within = (box, bounds) =>
  box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;

/** @param {Anchor} anchor @param {number} side 1 to the right, −1 to the left @param {number} rise in rows @returns {Box} */
function boxAt({ x, y, width }, side, rise) {
  const left = side > 0 ? x + GAP : x - GAP - width;
  const top = y - HEIGHT / 2 + rise * HEIGHT;
  return { left, top, right: left + width, bottom: top + HEIGHT };
}

/** From best to worst: level with the head, then rows below and above, right before left. */
const PLACES = Array.from({ length: ROUNDS }, (_, round) => (round ? [round, -round] : [0])).flatMap((rises) =>
  rises.flatMap((rise) => [1, -1].map((side) => ({ side, rise }))),
);

/** @param {Anchor} anchor @param {number} radius @returns {Box} */
const headBox = ({ x, y }, radius) => ({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });

/**
 * A box for each anchor, null where none is free. Boxes lie within the bounds, off one another, off the obstacles and off
 * the heads. A label keeps the place that it had as long as that is free, so that it does not jump about.
 * @param {Anchor[]} anchors in order of priority
 * @param {Box} bounds
 * @param {Box[]} [obstacles] taken already
 * @param {(number | undefined)[]} [before] each label's place of the frame before
 * @param {number} [radius] of a head
 * @returns {({box: Box, place: number} | null)[]}
 */
export function placeLabels(anchors, bounds, obstacles = [], before = [], radius = 7) {
  const taken = [...obstacles, ...anchors.map((anchor) => headBox(anchor, radius))];
  return anchors.map((anchor, i) => {
    const kept = before[i];
    const order = kept === undefined ? PLACES.keys() : [kept, ...PLACES.keys()];
    for (const place of order) {
      const box = boxAt(anchor, PLACES[place].side, PLACES[place].rise);
      if (!within(box, bounds) || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return { box, place };
    }
    return null;
  });
}

/**
 * The left end of a text beside a point, moved inwards as far as the picture's edges ask.
 * @param {number} x of the point
 * @param {number} nx direction in which the text lies, across
 * @param {number} width of the text
 * @param {number} room width of the picture
 */
export const leftEnd = (x, nx, width, room) => Math.max(MARGIN, Math.min(beside(x, nx, width), room - MARGIN - width));

/** The left end without regard to the edges. @param {number} x @param {number} nx @param {number} width */
export const beside = (x, nx, width) => (Math.abs(nx) < 0.35 ? x - width / 2 : nx > 0 ? x : x - width);

/**
 * A text in lines that are no wider than the room; a word that is wider has a line of its own.
 * @param {string} text
 * @param {number} room
 * @param {(text: string) => number} widthOf
 */
export function linesWithin(text, room, widthOf) {
  const [first, ...rest] = text.split(" ");
  const lines = [first];
  for (const word of rest) {
    const longer = `${lines.at(-1)} ${word}`;
    if (widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
