// @ts-check
/** The trained network as a file: a script that needs nothing of this page, or its numbers. */
import { button } from "../../controls/button.js";
import { segments } from "../../controls/segments.js";
import { disposal, fill, h } from "../../dom.js";
import { failureOf } from "../../failure.js";
import { formatNumber } from "../../format.js";
import { save } from "../../race/downloads.js";
import { postFile } from "../../stream.js";

/** @typedef {import("./inside.js").NetworkContext} NetworkContext */

/** Words for what the server writes. @type {[string, string, string][]} format, title, about */
const FORMATS = [
  ["numpy", "NumPy script", "A plain Python file with the weights inside. Its predict(x) needs NumPy alone."],
  ["pytorch", "PyTorch module", "An nn.Module with the weights inside, ready to be trained further."],
  ["npz", "Arrays (.npz)", "The weights, biases and scalings by name, for numpy.load."],
];

/** @param {HTMLElement} host @param {NetworkContext} context */
export function exportsPanel(host, context) {
  const { live } = context;
  let which = "shown";
  const choice = segments(
    "Weights of",
    [
      ["shown", "The step shown"],
      ["last", "The last step"],
    ],
    {
      value: which,
      onChange(value) {
        which = value;
        tell();
      },
      class: "segments-small",
    },
  );
  const said = h("p", { class: "number", "aria-live": "polite" });
  const complaint = h("p", { class: "error", role: "alert", hidden: true });
  /** θ and its step. */
  const chosen = () => {
    const buffer = context.inside.track()?.buffer;
    const index = buffer ? (which === "shown" ? buffer.at(context.step()) : buffer.length - 1) : -1;
    const theta = buffer?.parameters(index) ?? null;
    return theta && buffer ? { theta, ...buffer.frame(index) } : null;
  };
  const tell = () => {
    const now = chosen();
    fill(
      said,
      now
        ? `The file holds the weights of step ${now.step}, where the loss is ${formatNumber(now.loss)}.`
        : "Nothing has been trained yet.",
    );
    for (const item of items) item.disabled = !now;
  };
  /** @param {string} format */
  const take = async (format) => {
    const now = chosen();
    if (!now) return;
    complaint.hidden = true;
    try {
      const spec = { objective: context.store.get().spec.objective, parameters: Array.from(now.theta), format };
      const { blob, name } = await postFile("api/exports", spec);
      save(blob, name);
    } catch (error) {
      complaint.hidden = false;
      fill(complaint, failureOf(error)?.detail);
    }
  };
  const items = FORMATS.map(([format, title]) => button({ words: title, icon: "download" }, () => take(format)));
  const rows = FORMATS.map(([, , about], i) => h("li", {}, items[i], h("span", { class: "help" }, about)));
  host.append(
    h(
      "section",
      { class: "card scope-card", "aria-label": "Export" },
      h("h2", {}, "Take the network with you"),
      choice.element,
      said,
      h("ul", { class: "export-list" }, rows),
      complaint,
    ),
  );
  tell();
  return disposal([context.onPulse(tell), live.subscribe((l) => l.run, tell)]);
}
