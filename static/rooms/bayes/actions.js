// @ts-check
/** Everything a person can change in the room, as functions of the store. */
import { freeColour, MAX_RACERS } from "../../race/state.js";

/**
 * @typedef {import("./state.js").Spec} Spec @typedef {import("./state.js").Page} Page @typedef {import("./state.js").Tagged} Tagged
 * @typedef {ReturnType<typeof createActions>} Actions
 */

/** @param {import("../../store.js").Store<import("./state.js").State>} store */
export function createActions(store) {
  /** @param {Partial<Spec>} change @param {{push?: boolean}} [options] */
  const spec = (change, options) => store.set((s) => ({ spec: { ...s.spec, ...change } }), options);
  /** @param {Partial<Page>} change */
  const page = (change) => store.set((s) => ({ page: { ...s.page, ...change } }));
  /** @param {Tagged[]} methods @param {number[]} colours @param {number} selected */
  const listed = (methods, colours, selected) =>
    store.set((s) => ({ spec: { ...s.spec, methods }, page: { ...s.page, colours, selected } }), { push: true });

  return {
    spec,
    page,
    /** Another kind of density: where chains began means nothing to it. @param {Tagged} target */
    replaceTarget: (target) => spec({ target, start: null, view: [0, 1] }, { push: true }),
    /** @param {Tagged} target */
    editTarget: (target) => spec({ target }),
    /** @param {number} index @param {Tagged} method */
    setMethod: (index, method) => spec({ methods: store.get().spec.methods.with(index, method) }),
    /** @param {Tagged} method */
    addMethod(method) {
      const { methods } = store.get().spec;
      const { colours } = store.get().page;
      if (methods.length < MAX_RACERS) listed([...methods, method], [...colours, freeColour(colours)], methods.length);
    },
    /** @param {number} index */
    removeMethod(index) {
      const { methods } = store.get().spec;
      const { colours, selected } = store.get().page;
      const left = Math.max(0, Math.min(selected > index ? selected - 1 : selected, methods.length - 2));
      listed(methods.toSpliced(index, 1), colours.toSpliced(index, 1), left);
    },
    /** All chains from one point. @param {number[] | null} start */
    startAt: (start) => spec({ start: start?.map((v) => Number(v.toPrecision(4))) }, { push: true }),
  };
}
