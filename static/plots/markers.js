/** Known minima on the contour: small diamonds with their names. */

/** @typedef {{x: number, y: number, label?: string}} Marker */
/** @typedef {NonNullable<ReturnType<typeof import("./internals.js").axesOf>>} Axes */

const RADIUS = 4.5;

/** @param {CanvasRenderingContext2D} context @param {number} px @param {number} py */
function traceDiamond(context, px, py) {
  context.beginPath();
  for (const [dx, dy] of [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ])
    context.lineTo(px + dx * RADIUS, py + dy * RADIUS);
  context.closePath();
}

/** @param {CanvasRenderingContext2D} context @param {string} label @param {number} px @param {number} py @param {Axes} axes */
function writeLabel(context, label, px, py, { box }) {
  const width = context.measureText(label).width;
  const left = Math.min(Math.max(px - width / 2, box.left + 3), box.right - 3 - width);
  const top = py + RADIUS + 14 > box.bottom ? py - RADIUS - 9 : py + RADIUS + 9;
  context.strokeText(label, left, top);
  context.fillText(label, left, top);
  return { left, top: top - 7, right: left + width, bottom: top + 7 };
}

/**
 * @param {CanvasRenderingContext2D} context a layer of its own
 * @param {Marker[]} markers
 * @param {Axes} axes
 * @param {import("../types.js").Palette} palette
 * @returns {import("./labels.js").Box[]} where the names are, so that others keep clear of them
 */
export function drawMarkers(context, markers, axes, palette) {
  const { left, right, top, bottom } = axes.box;
  const taken = [];
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.font = `11px ${palette.font}`;
  context.textBaseline = "middle";
  context.strokeStyle = palette.casing;
  context.fillStyle = palette.ink;
  context.lineWidth = 3;
  for (const { x, y, label = "" } of markers) {
    const [px, py] = [axes.px(x), axes.py(y)];
    if (px < left || px > right || py < top || py > bottom) continue;
    traceDiamond(context, px, py);
    context.stroke();
    context.fill();
    if (label) taken.push(writeLabel(context, label, px, py, axes));
  }
  return taken;
}
