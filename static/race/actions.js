// @ts-check
/** Everything a person can change in the room, as functions of the store. */
import { coloursFor, FIRST, freeColour, isPca, MAX_RACERS, sourceOf } from "./state.js";

/**
 * @typedef {import("./state.js").Spec} Spec
 * @typedef {import("./state.js").Page} Page
 * @typedef {import("./state.js").Tagged} Tagged
 * @typedef {import("../store.js").Store<{spec: Spec, page: Page}>} RoomStore
 * @typedef {ReturnType<typeof createActions>} Actions
 */

/** @param {RoomStore} store */
export function createActions(store) {
  /** @type {Partial<Record<import("./state.js").Source, Spec>>} what each source showed when it was left */
  const left = {};
  /** @param {Partial<Spec>} change @param {{push?: boolean}} [options] */
  const spec = (change, options) => store.set((s) => ({ spec: { ...s.spec, ...change } }), options);
  /** @param {Partial<Page>} change */
  const page = (change) => store.set((s) => ({ page: { ...s.page, ...change } }));
  /** @param {Partial<import("./state.js").View>} change */
  const view = (change) => spec({ view: tidy({ ...store.get().spec.view, ...change }) });
  /** @param {Tagged[]} optimisers @param {number[]} colours @param {number} selected */
  const racers = (optimisers, colours, selected) =>
    store.set((s) => ({ spec: { ...s.spec, optimisers }, page: { ...s.page, colours, selected } }), { push: true });

  return {
    spec,
    page,
    view,
    /** Another objective of the same source: where the old one started or was looked at means nothing to it. @param {Tagged} objective @param {Tagged[]} optimisers with rates that suit it */
    replaceObjective: (objective, optimisers) =>
      spec(
        { objective, optimisers, start: null, view: tidy({ ...store.get().spec.view, window: null, origin: null }) },
        { push: true },
      ),
    /** @param {Tagged} objective @param {Tagged[]} [optimisers] with rates that suit it */
    editObjective: (objective, optimisers = store.get().spec.optimisers) => spec({ objective, optimisers }),
    /** @param {import("./state.js").Source} source */
    switchSource(source) {
      const current = store.get().spec;
      left[sourceOf(current.objective)] = current;
      const next = left[source] ?? FIRST[source]();
      store.set(
        (s) => ({
          spec: next,
          page: { ...s.page, colours: coloursFor(next.optimisers.length), selected: 0, step: null },
        }),
        { push: true },
      );
    },
    /** @param {number} index @param {Tagged} optimiser */
    setRacer: (index, optimiser) => spec({ optimisers: store.get().spec.optimisers.with(index, optimiser) }),
    /** @param {Tagged} optimiser */
    addRacer(optimiser) {
      const {
        spec: { optimisers },
        page: { colours },
      } = store.get();
      if (optimisers.length >= MAX_RACERS) return;
      racers([...optimisers, optimiser], [...colours, freeColour(colours)], optimisers.length);
    },
    /** @param {number} index */
    removeRacer(index) {
      const {
        spec: { optimisers },
        page: { colours, selected },
      } = store.get();
      const kept = optimisers.toSpliced(index, 1);
      racers(
        kept,
        colours.toSpliced(index, 1),
        Math.max(0, Math.min(selected > index ? selected - 1 : selected, kept.length - 1)),
      );
    },
    /** @param {{run: number, rate: number}[]} suggestions learning rates to take over */
    applyRates(suggestions) {
      const { optimisers } = store.get().spec;
      const rates = new Map(suggestions.map(({ run, rate }) => [run, rate]));
      spec(
        { optimisers: optimisers.map((o, i) => (rates.has(i) ? { ...o, learning_rate: rates.get(i) } : o)) },
        { push: true },
      );
    },
    /** Start from a point of the plane. The plane itself stays where it is. @param {number} x @param {number} y */
    startAt(x, y) {
      const { spec: now } = store.get();
      if (isPca(now)) return;
      const origin = now.view?.origin ?? (now.objective.kind === "network" && !now.start?.point ? now.start : null);
      const point = [x, y].map((v) => Number(v.toPrecision(4)));
      spec({ start: { point }, view: tidy({ ...now.view, origin }) }, { push: true });
    },
  };
}

/** A view without a field that is set is no view. @param {import("./state.js").View} view */
function tidy(view) {
  const set = Object.entries(view).filter(([, value]) => value !== null && value !== undefined);
  return set.length ? Object.fromEntries(set) : null;
}
