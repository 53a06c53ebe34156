// @ts-check
/** Groups of chains that share a start, for nested R̂: how many there are, and the control that says so. */
import { fill, h } from "../../dom.js";
import { formatWhole } from "../../format.js";

/** Below so many chains each is long enough for plain R̂, or should be. */
export const CROWD = 64;
const FEWEST = 4;
const USUAL = 16;

/** The numbers of groups into which chains can be parted, at least as many chains in each as there are groups. @param {number} chains @returns {number[]} */
export function groupings(chains) {
  const most = Math.floor(Math.sqrt(chains));
  return Array.from({ length: most }, (_, i) => i + 1).filter((k) => k >= FEWEST && chains % k === 0);
}

/** The grouping nearest to 16 groups; null where chains are few, or cannot be parted. @param {number} chains @returns {number | null} */
export function grouping(chains) {
  if (chains < CROWD) return null;
  const away = (/** @type {number} */ k) => Math.abs(Math.log(k / USUAL));
  return groupings(chains).reduce(
    (/** @type {number | null} */ best, k) => (best === null || away(k) < away(best) ? k : best),
    null,
  );
}

/**
 * What is asked for: what was chosen as long as it parts the chains, else what is usual for so many.
 *
 * @param {{chains: number, superchains?: number | null}} spec `superchains`: 0 for none, left out or null for the usual
 * @returns {number | null}
 */
export function superchainsOf({ chains, superchains }) {
  if (superchains === 0) return null;
  return superchains && chains % superchains === 0 ? superchains : grouping(chains);
}

/** @param {number} groups @param {number} chains */
const sized = (groups, chains) => `${formatWhole(groups)} × ${formatWhole(chains / groups)}`;

/** @param {import("./context.js").Context} context */
export function superchainChoice({ store, act }) {
  const select = h("select", { class: "select", "aria-label": "Superchains" });
  const row = h("div", { class: "row row-apart" }, h("span", { class: "field-label" }, "Share a start"), select);
  select.addEventListener("change", () =>
    act.spec({ superchains: select.value === "usual" ? undefined : Number(select.value) || 0 }, { push: true }),
  );
  const draw = () => {
    const { spec } = store.get();
    const usual = grouping(spec.chains);
    row.hidden = usual === null;
    if (usual === null) return;
    fill(
      select,
      h("option", { value: "usual" }, `usual groups, ${sized(usual, spec.chains)}`),
      groupings(spec.chains).map((k) => h("option", { value: k }, `${sized(k, spec.chains)} chains`)),
      h("option", { value: "none" }, "no groups"),
    );
    const wanted = superchainsOf(spec);
    select.value = spec.superchains === (wanted ?? 0) ? String(wanted ?? "none") : "usual";
  };
  return { element: row, draw };
}
