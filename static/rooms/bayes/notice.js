// @ts-check
/** What went wrong, and what to do about it. */
import { button } from "../../controls/button.js";
import { fill, h, icon } from "../../dom.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function notice(host, { live, again }) {
  const box = h("div", { class: "notices", role: "status" });
  host.append(box);
  return live.subscribe(
    (l) => l.failure,
    (failure) =>
      fill(
        box,
        failure &&
          h(
            "div",
            { class: "notice notice-bad" },
            icon(failure.kind === "offline" ? "offline" : "warn"),
            h("p", {}, h("b", {}, `${failure.title}. `), failure.detail),
            h("div", { class: "notice-tools row" }, button({ words: "Try again", icon: "reset" }, again)),
          ),
      ),
  );
}
