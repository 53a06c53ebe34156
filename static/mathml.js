// @ts-check
/** Formulas from the server, admitted element by element. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

const ELEMENTS = new Set(
  (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder mover munderover " +
    "mmultiscripts mprescripts mtable mtr mtd mpadded mphantom menclose semantics"
  ).split(" "),
);

const ATTRIBUTES = new Set(
  (
    "display mathvariant stretchy fence separator lspace rspace minsize maxsize symmetric accent accentunder width " +
    "height depth linethickness columnalign rowspacing columnspacing displaystyle scriptlevel largeop movablelimits form"
  ).split(" "),
);

/**
 * A copy of the formula that holds nothing but MathML; null when the text is not well formed.
 *
 * @param {string | null | undefined} source a whole `<math>` element
 * @param {{display?: boolean, label?: string}} [options]
 * @returns {Element | null}
 */
export function mathml(source, { display = true, label } = {}) {
  if (!source) return null;
  const text = source.includes("xmlns") ? source : source.replace("<math", `<math xmlns="${MATHML}"`);
  const parsed = new DOMParser().parseFromString(withoutEntities(text), "application/xml").documentElement;
  const math = parsed.localName === "math" ? admitted(parsed) : null;
  if (!math) return null;
  math.setAttribute("display", display ? "block" : "inline");
  if (label) math.setAttribute("aria-label", label);
  return math;
}

/** XML knows five named entities; the others of HTML would end the parse. @param {string} text */
function withoutEntities(text) {
  return text.replace(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/gi, "&amp;");
}

/** @param {Element} from @returns {Element | null} */
function admitted(from) {
  if (!ELEMENTS.has(from.localName)) return null;
  const to = document.createElementNS(MATHML, from.localName);
  for (const { name, value } of from.attributes) if (ATTRIBUTES.has(name)) to.setAttribute(name, value);
  for (const child of from.childNodes) {
    const copy =
      child instanceof Element ? admitted(child) : child instanceof Text ? document.createTextNode(child.data) : null;
    if (copy) to.append(copy);
  }
  return to;
}
