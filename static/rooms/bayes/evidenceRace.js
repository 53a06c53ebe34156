// @ts-check
/** The race of all routes to one number at equal cost. */
import { disposal, fill, h, uniqueId } from "../../dom.js";
import { readPalette } from "../../plots/palette.js";
import { createConvergence } from "./convergence.js";
import { QUANTITIES, read, titleOf } from "./quantities.js";

/** @param {HTMLElement} host @param {import("./context.js").Context} context */
export function evidenceRace(host, context) {
  const { store, live, act, services } = context;
  const select = h("select", { class: "select", id: uniqueId("quantity"), "aria-label": "Quantity" });
  const note = h("p", { class: "help chart-note" });
  const picture = h("div", { class: "picture" });
  const caption = h(
    "figcaption",
    {},
    h("b", {}, "Routes to"),
    select,
    h("span", { class: "hint muted" }, "dashed: exact · bands: ± 1 standard error"),
  );
  host.append(
    h("figure", { class: "card view view-race", "aria-label": "Estimates against cost" }, caption, picture, note),
  );
  const palette = () => readPalette(document.documentElement);
  const chart = createConvergence(picture, { palette: palette() });
  select.addEventListener("change", () => act.page({ quantity: /** @type {any} */ (select.value) }));

  const name = () => {
    const { started } = live.get();
    const offered = QUANTITIES.filter((q) => started?.dim !== 1 || !q.endsWith("_1"));
    fill(
      select,
      offered.map((q) => h("option", { value: q }, titleOf(q, started?.labels ?? ["x", "y"]))),
    );
    select.value = store.get().page.quantity;
  };
  const draw = () => {
    const { started, estimates } = live.get();
    const { quantity, colours, selected } = store.get().page;
    const { view } = store.get().spec;
    const lines = estimates.map((all, i) => ({
      colour: colours[i] ?? 0,
      selected: selected === i,
      reports: all.flatMap((found) => {
        const value = read(found, quantity, view);
        return value === null
          ? []
          : [{ cost: found.gradients, value, error: read(found.standard_error, quantity, view) }];
      }),
    }));
    chart.show({ lines, exact: read(started?.reference, quantity, view) });
    const silent = lines.every(({ reports }) => reports.length === 0);
    fill(note, started && silent && silence(quantity));
    note.hidden = !(started && silent);
  };
  name();
  draw();
  return disposal([
    live.subscribe((l) => l.started, name),
    live.subscribe((l) => l.status, draw),
    store.subscribe(
      (s) => s.page,
      () => {
        select.value = store.get().page.quantity;
        draw();
      },
    ),
    context.onGrowth(draw),
    services.onTheme(() => chart.setPalette(palette())),
    chart.dispose,
  ]);
}

/** @param {string} quantity */
const silence = (quantity) =>
  quantity === "log_evidence"
    ? "None of these methods estimates ln Z: a Markov chain knows the density only up to its constant. Add an integrator."
    : "None of these methods estimates this number.";
