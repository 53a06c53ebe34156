/** Perspective, as 4×4 matrices kept column by column (as WebGL keeps them). Pure. */

/** @typedef {import("../types.js").Camera} Camera */
/** @typedef {ArrayLike<number>} Matrix */

/**
 * a·b
 * @param {Matrix} a
 * @param {Matrix} b
 */
export function multiply(a, b) {
  const product = new Float64Array(16);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[4 * k + row] * b[4 * column + k];
      product[4 * column + row] = sum;
    }
  }
  return product;
}

/** @param {Float64Array[]} rows @param {number} column */
function pivotRow(rows, column) {
  let best = column;
  for (let row = column + 1; row < 4; row++) {
    if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
  }
  return best;
}

/** @param {Float64Array[]} rows @param {number} column make this column a unit vector */
function eliminate(rows, column) {
  const chosen = pivotRow(rows, column);
  [rows[column], rows[chosen]] = [rows[chosen], rows[column]];
  const pivot = rows[column][column];
  rows[column] = rows[column].map((value) => value / pivot);
  for (let row = 0; row < 4; row++) {
    const factor = rows[row][column];
    if (row === column || factor === 0) continue;
    for (let k = 0; k < 8; k++) rows[row][k] -= factor * rows[column][k];
  }
}

/**
 * The inverse, by Gauss–Jordan elimination with row pivots; not finite where the matrix is singular.
 * @param {Matrix} matrix
 */
export function invert(matrix) {
  const rows = Array.from({ length: 4 }, (_, row) =>
    Float64Array.from({ length: 8 }, (_, k) => (k < 4 ? matrix[4 * k + row] : Number(k - 4 === row))),
  );
  for (let column = 0; column < 4; column++) eliminate(rows, column);
  return Float64Array.from({ length: 16 }, (_, k) => rows[k % 4][4 + Math.floor(k / 4)]);
}

/** @param {Matrix} m @param {number} x @param {number} y @param {number} z @param {number} w @param {number} row */
const rowTimes = (m, x, y, z, w, row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row] * w;

/**
 * @param {object} view Plotly's camera: `projection·view·model` acts on `dataScale`d coordinates
 * @param {Matrix} view.projection
 * @param {Matrix} view.view
 * @param {Matrix} view.model
 * @param {ArrayLike<number>} dataScale
 * @param {number} width CSS pixels
 * @param {number} height
 * @returns {Camera}
 */
export function createCamera({ projection, view, model }, dataScale, width, height) {
  const scale = [dataScale[0], 0, 0, 0, 0, dataScale[1], 0, 0, 0, 0, dataScale[2], 0, 0, 0, 0, 1];
  const matrix = multiply(multiply(multiply(projection, view), model), scale);
  return { matrix, inverse: invert(matrix), width, height };
}

/**
 * Data coordinates to CSS pixels; the third is the distance along the view axis, negative behind the eye.
 * @param {Camera} camera
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {[number, number, number]}
 */
export function project({ matrix: m, width, height }, x, y, z) {
  const w = rowTimes(m, x, y, z, 1, 3);
  const across = rowTimes(m, x, y, z, 1, 0) / w;
  const up = rowTimes(m, x, y, z, 1, 1) / w;
  return [0.5 * width * (1 + across), 0.5 * height * (1 - up), w];
}

/**
 * The data point at a pixel and a clip depth in [−1, 1].
 * @param {Camera} camera
 * @param {number} px
 * @param {number} py
 * @param {number} depth
 * @returns {[number, number, number]}
 */
export function unproject({ inverse, width, height }, px, py, depth) {
  const across = (2 * px) / width - 1;
  const up = 1 - (2 * py) / height;
  const [x, y, z, w] = [0, 1, 2, 3].map((row) => rowTimes(inverse, across, up, depth, 1, row));
  return [x / w, y / w, z / w];
}

/**
 * Where the camera stands, in data coordinates: the point that the matrix sends to clip (0, 0, 1, 0).
 * @param {Camera} camera
 * @returns {[number, number, number]}
 */
export function eyeOf({ inverse: i }) {
  return [i[8] / i[11], i[9] / i[11], i[10] / i[11]];
}
