// @ts-check
/** What there is to say of a calibration, in each of its states. */
import { button } from "../../controls/button.js";
import { h, icon } from "../../dom.js";
import { formatNumber, formatWhole } from "../../format.js";
import { shapeOf } from "./ranks.js";
import { remedies } from "./remedies.js";

/**
 * @typedef {import("./calibrations.js").Calibration} Calibration
 * @typedef {{context: import("./context.js").Context, parameter: number, choose(index: number): void}} Around
 */

const IDEA =
  "Draw a truth from the prior, data from the truth, and run the sampler on the posterior of these data; again and again. If the sampler is right, the truth ranks evenly among the draws: no exact answer is needed to see that it does not.";

/** @param {Calibration | null} found @param {Around} around @returns {(Node | false)[]} */
export function calibrationWords(found, around) {
  if (!found) return nothingYet(around);
  const { status, failure, result } = found;
  if (status === "running") return [progress(found)];
  if (status === "cancelled")
    return [h("p", { class: "muted" }, `Cancelled after ${done(found)} data sets. No verdict.`)];
  if (result) return verdict(found, around);
  return [
    h(
      "div",
      { class: "notice notice-bad" },
      icon(failure?.kind === "offline" ? "offline" : "warn"),
      h("p", {}, h("b", {}, `${failure?.title}. `), reasonOf(failure)),
    ),
    status === "refused" && remedies(found, around.context),
  ];
}

/** What each field is refused for, without its pointer. @param {import("../../failure.js").Failure | null} failure */
const reasonOf = (failure) => failure?.errors.map(({ detail }) => detail).join(" ") || failure?.detail;

/** @param {Around} around */
function nothingYet({ context: { store, live, act } }) {
  const { started } = live.get();
  if (!started) return [h("p", { class: "muted" }, "Waiting for the density.")];
  if (started.methods[store.get().page.selected]?.family === "sampler")
    return [h("p", { class: "muted calibration-idea" }, IDEA)];
  const samplers = started.methods.flatMap((/** @type {any} */ method, /** @type {number} */ i) =>
    method.family === "sampler" ? [button({ words: method.title }, () => act.page({ selected: i }))] : [],
  );
  const advice = samplers.length ? "Choose a sampler:" : "Add a sampler to the methods.";
  return [
    h("p", { class: "muted" }, `Only samplers can be calibrated: they draw from the posterior. ${advice}`),
    h("div", { class: "row row-wrap" }, samplers),
  ];
}

/** @param {Calibration} found */
const done = ({ ranks }) => formatWhole(ranks.length);

/** @param {Calibration} found */
function progress(found) {
  const of = found.request.replications;
  const words = `${done(found)} of ${formatWhole(of)} data sets`;
  return h(
    "div",
    { class: "row calibration-progress" },
    h("progress", { max: of, value: found.ranks.length, "aria-label": "Progress of the calibration" }),
    h("span", { class: "muted number" }, words),
  );
}

/** @param {Calibration} found @param {Around} around */
function verdict({ request, ranks, result }, { parameter, choose }) {
  const shown = Math.min(parameter, result.parameters.length - 1);
  const { replications, draws: highest, bins } = request;
  const shape = shapeOf({ ranks: ranks.map((rank) => rank[shown]), highest, bins });
  const many = result.parameters.length;
  const basis = `χ² of ${bins} bins${many > 1 ? `, the smallest of ${many} parameters times ${many}` : ""}`;
  return [
    h(
      "p",
      { class: "calibration-verdict", dataset: { mood: result.calibrated ? "good" : "bad" } },
      icon(result.calibrated ? "check" : "warn"),
      h("b", {}, result.calibrated ? "Calibrated, as far as can be seen" : "Not calibrated"),
      h("span", { class: "number" }, ` p = ${formatNumber(result.p_value, 2)}`),
      h("span", { class: "muted" }, ` (${basis}; ${formatWhole(replications)} data sets)`),
    ),
    shape !== null && !result.calibrated && h("p", {}, shape),
    h(
      "div",
      { class: "row row-wrap", role: "group", "aria-label": "Parameter" },
      result.parameters.map((/** @type {any} */ one, /** @type {number} */ i) =>
        parameterButton(one, i === shown, () => choose(i)),
      ),
    ),
  ];
}

/** @param {any} one @param {boolean} shown @param {() => void} onclick */
function parameterButton({ name, p_value, chi_squared, inside }, shown, onclick) {
  const words = `${name}: χ² = ${formatNumber(chi_squared, 3)}, p = ${formatNumber(p_value, 2)}, ${inside ? "inside" : "outside of"} the band`;
  const element = button({ words }, onclick);
  element.setAttribute("aria-pressed", String(shown));
  return element;
}
