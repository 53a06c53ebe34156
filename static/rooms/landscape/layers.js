// @ts-check
/** Norms per layer at the step shown: where the gradient is, and how the error signal shrinks or grows on its way back. */
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { createBars } from "../../plots/bars.js";
import { readPalette } from "../../plots/palette.js";
import { NOISY } from "../../race/scope.js";

/** @param {HTMLElement} host @param {import("../../race/context.js").Context} context */
export function layersView(host, context) {
  const { live, services } = context;
  const chartHost = h("div", { class: "bars" });
  const note = h("p", { class: "help" });
  const bars = createBars(chartHost, { palette: readPalette(document.documentElement) });
  const batches = () => live.get().run.tracks[0]?.buffer.scope === "batch";
  /** @type {"gradientNorm" | "deltaNorm"} */
  let shown = "gradientNorm";
  /** @param {"gradientNorm" | "deltaNorm"} quantity */
  const choose = (quantity) => {
    shown = quantity;
    bars.setQuantity(quantity);
    fill(note, `${NOTES[quantity]} ${batches() ? `${NOISY} of the whole.` : ""}`);
    bars.draw(context.step());
  };
  const which = segments(
    "Quantity",
    [
      ["gradientNorm", "Weights"],
      ["deltaNorm", "Pre-activations"],
    ],
    { value: "gradientNorm", onChange: choose, class: "segments-small" },
  );
  host.append(which.element, chartHost, note);
  const setTracks = () => {
    bars.setTracks(live.get().run.tracks);
    choose(shown);
  };
  setTracks();
  return disposal([
    live.subscribe((l) => l.run.tracks, setTracks),
    context.onPulse((step) => bars.draw(step)),
    services.onTheme(() => bars.setPalette(readPalette(document.documentElement))),
    () => bars.dispose(),
  ]);
}

const NOTES = {
  gradientNorm: "‖∂L/∂(W, b)‖ of each layer, on a log scale, at the step shown.",
  deltaNorm: "‖∂L/∂z‖ at each layer's pre-activations: the error signal on its way back.",
};
