// @ts-check
/** Z as what it is: the volume between the product prior × likelihood and the plane. */
import { disposal, fill, h } from "../../dom.js";
import { fieldOf } from "../../plots/field.js";
import { readPalette } from "../../plots/palette.js";
import { createSurface3d } from "../../plots/surface3d.js";
import { densityOf, flat } from "./density.js";
import { windowOfMass } from "./regions.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function volumeView(host, { live, services }) {
  const box = h("div", { class: "volume" });
  fill(host, box);
  let gone = false;
  /** @type {ReturnType<typeof createSurface3d> | null} */
  let surface = null;
  const palette = () => readPalette(document.documentElement);
  const say = (/** @type {string} */ words) =>
    fill(host, h("div", { class: "empty" }, h("b", {}, "No volume"), h("span", { class: "muted" }, words)));

  const draw = async () => {
    const { sheets, started } = live.get();
    if (!started || !surface) return;
    if (!sheets || sheets.y.length < 2) return say("Z is drawn as a volume where there are two parameters.");
    if (!surface.supported) return say(surface.reason);
    const field = fieldOf(cropped(sheets));
    await surface.setField(field, {
      height: "linear",
      bands: "linear",
      labels: started.labels,
      zLabel: "prior × likelihood",
    });
  };
  services.plotly().then(
    (plotly) => {
      if (gone) return;
      surface = createSurface3d(box, { plotly, palette: palette() });
      draw();
    },
    (error) => say(error.message),
  );
  return disposal([
    live.subscribe((l) => l.sheets, draw),
    services.onTheme(() => void surface?.setPalette(palette())),
    () => {
      gone = true;
      surface?.dispose();
    },
  ]);
}

/** The part of the grid that holds the mass: grids reach much further. @param {any} sheets */
function cropped(sheets) {
  const density = densityOf(sheets);
  const [x0, x1, y0, y1] = windowOfMass(density);
  const product = flat(sheets.product);
  const columns = inside(density.x, x0, x1);
  const rows = inside(density.y, y0, y1);
  return {
    x: columns.map((i) => density.x[i]),
    y: rows.map((i) => density.y[i]),
    loss: rows.flatMap((row) => columns.map((column) => product[row * density.x.length + column])),
  };
}

/** @param {Float64Array} axis @param {number} low @param {number} high @returns {number[]} indices */
const inside = (axis, low, high) => [...axis.keys()].filter((i) => axis[i] >= low && axis[i] <= high);
