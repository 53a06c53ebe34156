// @ts-check
/** Who is calibrated and how thoroughly; the button that begins it, or ends it early. */
import { button } from "../../controls/button.js";
import { fold } from "../../controls/fold.js";
import { fill, h } from "../../dom.js";
import { createForm } from "../../form.js";
import { formatWhole } from "../../format.js";
import { fieldErrors } from "../../race/errors.js";
import { requestOf } from "./calibrations.js";

/** @param {number} minimum @param {number} maximum @param {string} title @param {string} description */
const whole = (minimum, maximum, title, description) => ({ type: "integer", minimum, maximum, title, description });

/** The fields of CalibrationSpec that stand outside of the catalogue. @type {import("../../schema.js").Schema} */
const SETTINGS = {
  type: "object",
  properties: {
    replications: { ...whole(20, 2000, "Data sets", "Each from a truth of its own."), slider: [20, 1000] },
    draws: { ...whole(9, 999, "Chains", "Each gives one draw that the truth is ranked among."), slider: [9, 199] },
    warm_up: { ...whole(0, 10_000, "Warm-up", "Steps that tune, from draws of the prior."), slider: [0, 300] },
    steps: { ...whole(1, 10_000, "Steps", "After warm-up, until the draw is taken."), slider: [1, 200] },
    bins: { ...whole(2, 100, "Bins", "They divide the number of ranks, one more than chains."), slider: [2, 50] },
  },
};

/** @param {import("./context.js").Context} context */
export function calibrationHead({ store, live, act, calibrations }) {
  const who = h("p", { class: "who" });
  const asking = h("div", { class: "row" });
  const values = () => requestOf(store.get().spec, store.get().page, store.get().page.selected);
  const form = createForm({
    schema: SETTINGS,
    value: values(),
    onChange: ({ replications, draws, warm_up, steps, bins }) =>
      act.page({ replications, ranked: draws, settling: warm_up, mixing: steps, bins }),
  });
  form.element.classList.add("calibration-fields");
  const settings = fold("How thoroughly", [form.element]);
  const element = h(
    "div",
    { class: "calibration-head" },
    h("div", { class: "row row-apart" }, who, asking),
    settings.element,
  );

  /** @param {import("./calibrations.js").Calibration | null} found */
  const tell = (found) => {
    const { page } = store.get();
    const method = live.get().started?.methods[page.selected];
    const request = values();
    const sampler = method?.family === "sampler";
    form.set(request);
    form.report(fieldErrors(found?.status === "refused" ? found.failure : null));
    settings.note(`${formatWhole(request.replications)} data sets`);
    settings.element.hidden = !sampler;
    fill(
      who,
      method && h("i", { class: `dot line-${(page.colours[page.selected] ?? 0) + 1}` }),
      ` ${method?.title ?? ""}`,
    );
    const words = found?.status === "finished" ? "Calibrate again" : "Calibrate";
    fill(
      asking,
      found?.status === "running"
        ? button({ words: "Cancel", icon: "close" }, calibrations.cancel)
        : sampler && button({ words, icon: "check", look: "primary" }, () => calibrations.start(values())),
    );
  };
  return { element, tell };
}
