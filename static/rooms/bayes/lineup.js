// @ts-check
/** A line-up: broken kernels and right ones in an order that a number deals, without their names. Pure. */

/**
 * @typedef {import("../../services.js").Entry} Entry @typedef {import("../../services.js").Catalogue} Catalogue
 * @typedef {{kernel: {kind: string}, entry: Entry, right: boolean}} Suspect
 */

export const RIGHT = "right";

/** @param {number} suspect */
export const nameOf = (suspect) => `Suspect ${String.fromCharCode(65 + suspect)}`;

/** @param {{lineup: number, suspect: number}} page */
export const caseOf = ({ lineup, suspect }) => `${lineup}/${suspect}`;

/**
 * Every broken kernel, with the settings that show its bug, and every kernel that one of these would be without it.
 *
 * @param {Catalogue} catalogue @param {number} number of the deal
 * @returns {Suspect[]}
 */
export function deal(catalogue, number) {
  const broken = catalogue.broken_samplers ?? [];
  const repaired = new Set(broken.map((entry) => entry.repaired));
  const right = (catalogue.samplers ?? []).filter((entry) => repaired.has(entry.kind));
  return shuffled(
    [
      ...broken.map((entry) => ({ kernel: { kind: entry.kind, ...entry.exhibit }, entry, right: false })),
      ...right.map((entry) => ({ kernel: { kind: entry.kind }, entry, right: true })),
    ],
    number,
  );
}

/** What a broken kernel would be, with as many of its settings. @param {Catalogue} catalogue @param {Suspect} suspect */
export function repairedOf(catalogue, { entry, kernel }) {
  const right = (catalogue.samplers ?? []).find(({ kind }) => kind === entry.repaired);
  if (!right) return null;
  const shared = Object.entries(kernel).filter(([key]) => key !== "kind" && key in (right.schema.properties ?? {}));
  return { kind: right.kind, title: right.title, kernel: { ...Object.fromEntries(shared), kind: right.kind } };
}

/** Fisher and Yates's shuffle, by a counter that is mixed (splitmix32). @template T @param {T[]} items @param {number} seed */
function shuffled(items, seed) {
  const cards = [...items];
  for (let i = cards.length - 1; i > 0; i--) {
    const j = mixed(Math.imul(seed, 0x9e3779b9) + i) % (i + 1);
    [cards[i], cards[j]] = [cards[j], cards[i]];
  }
  return cards;
}

/** @param {number} state @returns {number} 32 bits, unsigned */
function mixed(state) {
  let bits = state | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * The event that tells what runs, without what would give a suspect away.
 *
 * @param {any} started @param {{lineup: number, suspect: number}} page
 */
export function masked(started, page) {
  if (!page.lineup) return started;
  const methods = started.methods.map(() => ({ title: nameOf(page.suspect), family: "sampler", method: {} }));
  return { ...started, methods };
}
