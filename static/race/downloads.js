// @ts-check
/** The run and its pictures as files. */
import { menuButton } from "../controls/menu.js";
import { h, icon } from "../dom.js";
import { runSpec } from "./state.js";

/** @typedef {import("./context.js").Context} Context */

/** @param {Context} context */
export function downloads(context) {
  return menuButton([icon("download")], () => items(context), { class: "button button-icon", label: "Download" });
}

/** @param {Context} context @returns {import("../controls/menu.js").MenuItem[]} */
function items({ live, store, services }) {
  const { pictures, run } = live.get();
  const picture = (/** @type {"surface" | "contour"} */ which) => ({
    title: which === "surface" ? "Surface as PNG" : "Contour as PNG",
    run: () =>
      pictures?.(which).then(
        (blob) => save(blob, `thalweg-${which}.png`),
        () => services.toast("The picture could not be drawn."),
      ),
  });
  return [
    {
      title: "Steps as CSV",
      note: "One row per racer and step",
      run: () => save(text(csvOf(run.tracks), "text/csv"), "thalweg-steps.csv"),
    },
    {
      title: "Experiment as JSON",
      note: "What POST /api/runs takes",
      run: () => save(text(JSON.stringify(runSpec(store.get().spec), null, 2), "application/json"), "thalweg-run.json"),
    },
    ...(pictures ? [picture("surface"), picture("contour")] : []),
  ];
}

/** @param {string} content @param {string} type */
const text = (content, type) => new Blob([content], { type });

const COLUMNS = ["step", "x", "y", "loss", "gradient_norm", "learning_rate"];

/** @param {import("../types.js").Track[]} tracks */
export function csvOf(tracks) {
  const rows = tracks.flatMap(({ buffer, title }, run) => {
    const columns = COLUMNS.map((name) => buffer.column(name));
    return Array.from({ length: buffer.length }, (_, i) =>
      [run, `"${title.replaceAll('"', '""')}"`, ...columns.map((column) => column.at(i))].join(","),
    );
  });
  return [["run", "optimiser", ...COLUMNS].join(","), ...rows].join("\n");
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
