/** What several tests share: repeatable randomness, encoded columns, and a synthetic camera. */

/** Mulberry32: the same numbers from the same seed. @param {number} seed @returns {() => number} in [0, 1) */
export function randomness(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {Float64Array | Float32Array | Int32Array} array @param {number[]} [shape] */
export function encodeColumn(array, shape = [array.length]) {
  const dtype = { Float64Array: "float64", Float32Array: "float32", Int32Array: "int32" }[array.constructor.name];
  return { dtype, shape, base64: Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64") };
}

/** @typedef {Float64Array | Float32Array | Int32Array} TypedColumn */

/** An event as a binary message, its typed arrays in the body. @param {object} event */
export function encodeMessage(event) {
  /** @type {Uint8Array[]} */
  const body = [];
  let size = 0;
  /** @param {TypedColumn} array */
  function put(array) {
    const { dtype, shape } = encodeColumn(array);
    const place = { dtype, shape, offset: size };
    const padded = new Uint8Array(Math.ceil(array.byteLength / 8) * 8);
    padded.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    body.push(padded);
    size += padded.length;
    return place;
  }
  const header = Buffer.from(
    JSON.stringify(event, (_, value) => (ArrayBuffer.isView(value) ? put(/** @type {TypedColumn} */ (value)) : value)),
  );
  const padding = Buffer.alloc(-header.length & 7, " ");
  const lengths = Buffer.from(Uint32Array.of(header.length + padding.length, size).buffer);
  return new Uint8Array(Buffer.concat([lengths, header, padding, ...body]));
}

/** Columns of a matrix written by rows, as WebGL keeps it. @param {number[][]} rows */
export const byColumns = (rows) => Float64Array.from({ length: 16 }, (_, k) => rows[k % 4][Math.floor(k / 4)]);

/** @param {number} angle of the field of view, radians @param {number} aspect @param {number} near @param {number} far */
export function perspective(angle, aspect, near, far) {
  const f = 1 / Math.tan(angle / 2);
  return byColumns([
    [f / aspect, 0, 0, 0],
    [0, f, 0, 0],
    [0, 0, (far + near) / (near - far), (2 * far * near) / (near - far)],
    [0, 0, -1, 0],
  ]);
}

/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
/** @param {number[]} a */
const unit = (a) => a.map((value) => value / Math.sqrt(dot(a, a)));

/** A view from `eye` to `target`, z up. @param {number[]} eye @param {number[]} target */
export function lookAt(eye, target) {
  const back = unit(eye.map((value, k) => value - target[k]));
  const right = unit(cross([0, 0, 1], back));
  const up = cross(back, right);
  return byColumns([
    [...right, -dot(right, eye)],
    [...up, -dot(up, eye)],
    [...back, -dot(back, eye)],
    [0, 0, 0, 1],
  ]);
}

export const IDENTITY = byColumns([
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
]);

/** @param {(x: number, y: number) => number} of @param {number} size @param {number} [half] side of the window, halved */
export function heightsFrom(of, size, half = 1) {
  const at = (/** @type {number} */ i) => -half + (2 * half * i) / (size - 1);
  const z = Float64Array.from({ length: size * size }, (_, k) => of(at(k % size), at(Math.floor(k / size))));
  const finite = z.filter(Number.isFinite);
  return {
    columns: size,
    rows: size,
    x0: -half,
    x1: half,
    y0: -half,
    y1: half,
    z,
    low: Math.min(...finite),
    high: Math.max(...finite),
  };
}
