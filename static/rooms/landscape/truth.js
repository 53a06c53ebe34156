// @ts-check
/** What a two-dimensional picture of many parameters leaves out, in numbers. */
import { disposal, fill, h } from "../../dom.js";
import { formatNumber, formatPercent, formatWhole } from "../../format.js";
import { isNetwork, isPca } from "../../race/state.js";

/** @typedef {import("../../race/context.js").Context} Context */

/** @param {HTMLElement} host @param {Context} context */
export function truthView(host, context) {
  const { live, store } = context;
  const lead = h("p", { class: "truth-lead" });
  const table = h("table", { class: "truth number" });
  host.append(lead, h("div", { class: "scroll" }, table));
  const tell = () => {
    fill(lead, ...leadOf(context));
    fill(table, head(context), h("tbody", {}, rowsOf(context)));
  };
  tell();
  return disposal([
    live.subscribe((l) => l.run, tell),
    live.subscribe((l) => l.landscape, tell),
    live.subscribe((l) => l.pca, tell),
    store.subscribe((s) => s.spec.view, tell),
    context.onPulse(tell),
  ]);
}

/** @param {Context} context */
const head = (context) =>
  h(
    "thead",
    {},
    h(
      "tr",
      {},
      ["Racer", lossOf(context), "On the plane", "Captured"].map((text) => h("th", { scope: "col" }, text)),
    ),
  );

/** @param {Context} context */
const lossOf = (context) => (context.tracks()[0]?.buffer.scope === "batch" ? "Loss of the batch" : "True loss");

/**
 * In a few words, for the picture itself: how much of the truth its plane holds. Null where nothing is left out.
 *
 * @param {Context} context
 * @returns {{share: string, what: string} | null}
 */
export function badge(context) {
  const { spec, page } = context.store.get();
  if (!isNetwork(spec)) return null;
  if (isPca(spec)) {
    const explained = context.live.get().pca && context.live.get().landscape.reply?.plane.explained;
    return explained ? { share: formatPercent(sum(explained), 3), what: " of the paths’ variance" } : null;
  }
  const track = context.tracks()[page.selected];
  const captured =
    track && context.step() > 0 ? track.buffer.frame(track.buffer.at(context.step())).captured : Number.NaN;
  return Number.isFinite(captured) ? { share: formatPercent(captured, 2), what: ` of ${track.title}’s way` } : null;
}

/** @param {Context} context @returns {(string | Node)[]} */
function leadOf(context) {
  const { run, landscape } = context.live.get();
  const dim = run.started?.dim;
  if (!dim) return ["The plane is a slice through all parameters."];
  const { explained, random_walk_explained: walk } = landscape.reply?.plane ?? {};
  if (isPca(context.store.get().spec)) {
    if (!explained) return ["The PCA plane appears when the run has finished."];
    return [
      `This plane holds `,
      h("b", {}, formatPercent(sum(explained), 3)),
      ` of the paths' variance in ${formatWhole(dim)} dimensions. `,
      walkNote(walk),
    ];
  }
  return [
    `Two of ${formatWhole(dim)} dimensions. “Captured” is the share of each racer's squared displacement that lies in the plane.`,
  ];
}

/** A random walk in many dimensions looks like a curve in its own PCA plane; a high share alone is no structure. @param {number[] | null | undefined} walk */
const walkNote = (walk) =>
  `A random walk would show ${walk ? formatPercent(sum(walk), 3) : formatPercent((6 / Math.PI ** 2) * 1.25, 3)} in two components; its first alone has 6/π² ≈ 61 %.`;

/** @param {ArrayLike<number>} values */
const sum = (values) => Array.from(values).reduce((total, value) => total + value, 0);

/** @param {Context} context */
function rowsOf(context) {
  const step = context.step();
  return context.tracks().map(({ buffer, title, colour }) => {
    const frame = buffer.frame(buffer.at(step));
    const cells = [
      number(frame.loss),
      number(frame.sliceLoss),
      Number.isFinite(frame.captured) ? formatPercent(frame.captured, 2) : "–",
    ];
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row", class: `line-${colour + 1}` },
        h("i", { class: "dot", "aria-hidden": "true" }),
        " ",
        title,
      ),
      cells.map((cell) => h("td", {}, cell)),
    );
  });
}

/** @param {number} value */
const number = (value) => (Number.isFinite(value) ? formatNumber(value, 3) : "–");
