// @ts-check
/** The strength of the penalty: a slider over the path, played like a film. */
import { button } from "../../controls/button.js";
import { disposal, fill, h, uniqueId } from "../../dom.js";
import { formatNumber } from "../../format.js";
import { zerosAt } from "./charts.js";
import { STRENGTHS } from "./state.js";

const FRAME = 90;

/** @param {import("../regularisation.js").Context} context */
export function strengthBar({ store, live, choose }) {
  const id = uniqueId("strength");
  const slider = h("input", { id, type: "range", min: "0", max: String(STRENGTHS - 1), step: "1", class: "reg-range" });
  const value = h("output", { class: "number reg-lambda", htmlFor: id });
  const zeros = h("span", { class: "muted reg-zeros", role: "status" });
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    face();
  };
  const play = () => {
    if (timer) return stop();
    if (store.get().choice.index === STRENGTHS - 1) choose({ index: 0 });
    timer = window.setInterval(() => {
      const next = store.get().choice.index + 1;
      if (next >= STRENGTHS) return stop();
      choose({ index: next });
    }, FRAME);
    face();
  };
  const slot = h("span", {});
  const face = () =>
    fill(slot, button({ icon: timer ? "pause" : "play", label: timer ? "Pause" : "Play the path", large: true }, play));
  face();
  slider.addEventListener("input", () => {
    if (timer) stop();
    choose({ index: Number(slider.value) });
  });
  const chosen = h("span", { class: "row reg-chosen" });
  const show = () => {
    const { index } = store.get().choice;
    const { path } = live.get();
    slider.value = String(index);
    slider.disabled = !path;
    slider.setAttribute("aria-valuetext", path ? `λ = ${formatNumber(path.strengths[index], 3)}` : "waiting");
    fill(value, path ? `λ = ${formatNumber(path.strengths[index], 3)}` : "λ");
    if (!path) return fill(zeros);
    const { zeros: count, of } = zerosAt(path, index);
    fill(zeros, `${count} of ${of} weights exactly zero`);
  };
  const offer = () => {
    const found = live.get().path?.chosen;
    fill(
      chosen,
      found && button({ words: "Least error", look: "quiet" }, () => choose({ index: found.minimum })),
      found &&
        found.one_standard_error !== null &&
        button({ words: "One standard error", look: "quiet" }, () =>
          choose({ index: Number(found.one_standard_error) }),
        ),
    );
  };
  const stops = [
    store.onChange(show),
    live.subscribe(
      ({ path }) => path,
      () => {
        show();
        offer();
      },
    ),
  ];
  show();
  offer();
  const element = h(
    "section",
    { class: "card reg-bar", "aria-label": "Strength" },
    slot,
    h("div", { class: "reg-slide" }, h("label", { htmlFor: id }, "Strength of the penalty"), slider),
    value,
    zeros,
    chosen,
  );
  return { element, dispose: disposal([stop, ...stops]) };
}
