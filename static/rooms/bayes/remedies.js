// @ts-check
/** What to do where a model cannot be simulated from: the ones that can, each a click away. */
import { button } from "../../controls/button.js";
import { fill, h } from "../../dom.js";

/** @param {import("./calibrations.js").Calibration} refused @param {import("./context.js").Context} context */
export function remedies({ failure }, { services, act }) {
  const row = h("div", { class: "row row-wrap" });
  if (!failure?.errors.some(({ pointer }) => pointer === "/target")) return row;
  services.catalogue().then(
    ({ targets }) =>
      fill(
        row,
        targets
          .filter((entry) => entry.can_be_simulated)
          .map(({ kind, title }) => button({ words: title }, () => act.replaceTarget({ kind }))),
      ),
    () => {},
  );
  return row;
}
