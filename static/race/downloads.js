// @ts-check
/** The run and its pictures as files. */
import { menuButton } from "../controls/menu.js";
import { h, icon } from "../dom.js";
import { shortest } from "../format.js";
import { scopesOf } from "./scope.js";
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
    ...(run.tracks.some(({ buffer }) => buffer.curvature.length) ? [eigenvalues(run.tracks)] : []),
    {
      title: "Experiment as JSON",
      note: "What POST /api/runs takes",
      run: () => save(text(JSON.stringify(runSpec(store.get().spec), null, 2), "application/json"), "thalweg-run.json"),
    },
    ...(pictures ? [picture("surface"), picture("contour")] : []),
  ];
}

/** @param {import("../types.js").Track[]} tracks */
const eigenvalues = (tracks) => ({
  title: "Eigenvalues as CSV",
  note: "One row per racer and measurement",
  run: () => save(text(curvatureCsvOf(tracks), "text/csv"), "thalweg-eigenvalues.csv"),
});

/** @param {string} content @param {string} type */
const text = (content, type) => new Blob([content], { type });

const COLUMNS = ["step", "x", "y", "loss", "gradient_norm", "learning_rate"];
/** Those that may be of a batch; each is then another column. */
const SEEN = ["loss", "gradient_norm"];

/** @param {string} title */
const quoted = (title) => `"${title.replaceAll('"', '""')}"`;

/** @param {import("../types.js").Track[]} tracks */
export function csvOf(tracks) {
  const scopes = scopesOf(tracks.map(({ buffer }) => buffer));
  /** @param {string} name @returns {(import("./scope.js").Scope | null)[]} */
  const kinds = (name) => (SEEN.includes(name) ? scopes : [null]);
  const cells = COLUMNS.flatMap((name) => kinds(name).map((scope) => ({ name, scope })));
  const rows = tracks.flatMap(({ buffer, title }, run) => {
    const columns = cells.map(({ name, scope }) => (!scope || scope === buffer.scope ? buffer.column(name) : null));
    return Array.from({ length: buffer.length }, (_, i) =>
      [run, quoted(title), ...columns.map((column) => (column ? shortest(column.at(i), column.single) : ""))].join(","),
    );
  });
  const head = cells.map(({ name, scope }) => (scope === "batch" ? `batch_${name}` : name));
  return [["run", "optimiser", ...head].join(","), ...rows].join("\n");
}

const MEASURED = ["step", "threshold", "threshold_kind", "top", "bottom", "unconverged"];

/**
 * One row for each measurement; its eigenvalues, and the preconditioned ones, in one cell each, separated by spaces.
 *
 * @param {import("../types.js").Track[]} tracks
 */
export function curvatureCsvOf(tracks) {
  const listed = (/** @type {ArrayLike<number> | undefined} */ values) =>
    Array.from(values ?? [], (value) => shortest(value, values instanceof Float32Array)).join(" ");
  const rows = tracks.flatMap(({ buffer, title }, run) =>
    buffer.curvature.map((event) => {
      const facts = MEASURED.map((name) => event[/** @type {"step"} */ (name)] ?? "");
      const values = [event.eigenvalues, event.preconditioned_eigenvalues].map(listed);
      return [run, quoted(title), ...facts, ...values].join(",");
    }),
  );
  const head = ["run", "optimiser", ...MEASURED, "eigenvalues", "preconditioned_eigenvalues"];
  return [head.join(","), ...rows].join("\n");
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
