/** Numeric columns of the wire: `{"dtype", "shape", "base64"}`, little-endian, become typed arrays. */

const TYPES = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** @typedef {{dtype: keyof typeof TYPES, shape: number[], base64: string}} EncodedColumn */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const native = /** @type {{fromBase64?: (text: string) => Uint8Array<ArrayBuffer>}} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (native.fromBase64) return native.fromBase64(text);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {object} value @returns {value is EncodedColumn} */
const isColumn = (value) => "base64" in value && "dtype" in value && "shape" in value;

/** @param {EncodedColumn} column */
function decodeColumn({ dtype, shape, base64 }) {
  const Type = TYPES[dtype];
  if (!Type)
    throw new TypeError(`column type ${dtype} must be one of ${Object.keys(TYPES).join(", ")}; reload the page`);
  const array = new Type(bytesOf(base64).buffer);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (array.length !== expected)
    throw new TypeError(`a column of ${array.length} numbers must hold ${expected}, its shape`);
  return array;
}

/**
 * Replace every encoded column anywhere in a JSON value by a flat typed array (row-major); all else stays as it is.
 * @param {any} value
 * @returns {any}
 * @throws {TypeError} on an unknown dtype, or where shape and bytes disagree
 */
export function decodeColumns(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map(decodeColumns);
  if (isColumn(value)) return decodeColumn(value);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decodeColumns(part)]));
}
