/** The address of a state: `#/room?s=<JSON>`, the spec itself, readable and safe to paste. */

const LONGEST = 200_000;
// Allowed in a fragment and left alone by the programs that turn text into links.
const READABLE = /%(?:3A|2C|2F|40|24|3B)/g;

/**
 * @param {string} route the room's name
 * @param {unknown} spec any JSON value
 */
export function toAddress(route, spec) {
  const text = encodeURIComponent(JSON.stringify(spec)).replace(READABLE, decodeURIComponent);
  return `#/${encodeURIComponent(route)}?s=${text}`;
}

/** @param {string} text @returns {{spec: Record<string, any> | null, error: string | null}} */
function parseSpec(text) {
  if (text.length > LONGEST) {
    return { spec: null, error: `The address holds ${text.length} characters; at most ${LONGEST} are read.` };
  }
  try {
    const spec = JSON.parse(decodeURIComponent(text));
    if (typeof spec === "object" && spec !== null && !Array.isArray(spec)) return { spec, error: null };
    return { spec: null, error: "The address holds no experiment: after “s=” it must go on with an object in JSON." };
  } catch {
    return { spec: null, error: "The address holds no experiment that can be read: part of it may have been cut off." };
  }
}

/**
 * Never throws, whatever the address is.
 * @param {string} hash `location.hash`
 * @returns {{route: string, spec: Record<string, any> | null, error: string | null}} an empty route where there is none;
 *   `spec` null and no error where the address holds none
 */
export function fromAddress(hash) {
  const [path = "", ...query] = hash.replace(/^#\/?/, "").split("?");
  const pair = query
    .join("?")
    .split("&")
    .find((part) => part.startsWith("s="));
  return { route: readable(path), ...(pair ? parseSpec(pair.slice(2)) : { spec: null, error: null }) };
}

/** @param {string} text */
function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
