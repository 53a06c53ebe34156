/** Numeric columns of the wire, little-endian, become typed arrays. */

const TYPES = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** @typedef {InstanceType<typeof TYPES[keyof typeof TYPES]>} TypedColumn */

/**
 * @typedef {object} EncodedColumn As base64 in a document; in a message at an offset of its body, or by the rule that
 *   number i is first + i·stride.
 * @property {keyof typeof TYPES} dtype
 * @property {number[]} shape
 * @property {string} [base64]
 * @property {number} [offset]
 * @property {number} [first]
 * @property {number} [stride]
 */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const native = /** @type {{fromBase64?: (text: string) => Uint8Array<ArrayBuffer>}} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (native.fromBase64) return native.fromBase64(text);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {object} value @returns {value is EncodedColumn} */
const isColumn = (value) =>
  "dtype" in value && "shape" in value && ("base64" in value || "offset" in value || "first" in value);

/** @param {TypedColumn} array @param {number} first @param {number} stride */
function progress(array, first, stride) {
  array.fill(first);
  if (stride) for (let i = 1; i < array.length; i++) array[i] += i * stride;
  return array;
}

/** @param {EncodedColumn} column @param {Uint8Array<ArrayBuffer>} [body] of the message @returns {TypedColumn} */
function decodeColumn({ dtype, shape, base64 = "", offset, first, stride = 0 }, body) {
  const Type = TYPES[dtype];
  if (!Type)
    throw new TypeError(`column type ${dtype} must be one of ${Object.keys(TYPES).join(", ")}; reload the page`);
  const length = shape.reduce((product, size) => product * size, 1);
  if (first !== undefined) return progress(new Type(length), first, stride);
  if (body && offset !== undefined) return new Type(body.buffer, body.byteOffset + offset, length);
  const array = new Type(bytesOf(base64).buffer);
  if (array.length !== length)
    throw new TypeError(`a column of ${array.length} numbers must hold ${length}, its shape`);
  return array;
}

/**
 * Replace every encoded column anywhere in a JSON value by a flat typed array (row-major); all else stays as it is.
 * @param {any} value
 * @param {Uint8Array<ArrayBuffer>} [body] of the message that `value` is the header of, which ends with its buffer
 * @returns {any}
 * @throws {TypeError | RangeError} on an unknown dtype, or where shape and bytes disagree
 */
export function decodeColumns(value, body) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return typeof value[0] === "number" ? value : value.map((part) => decodeColumns(part, body));
  if (isColumn(value)) return decodeColumn(value, body);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decodeColumns(part, body)]));
}
