// @ts-check
/** What every room may ask of the page around it. */
import { fill, h } from "./dom.js";
import { loadPlotly } from "./plots/plotly.js";
import { getJson } from "./stream.js";

/**
 * @typedef {{kind: string, title: string, summary: string, reference: string, formula: string, mathml?: string | null,
 *   schema: import("./schema.js").Schema, learning_rate_unit?: string, needs_model?: boolean, window?: number[],
 *   suggested_learning_rate?: number | null, can_be_simulated?: boolean,
 *   broken?: string, repaired?: string, exhibit?: Record<string, any>}} Entry
 * @typedef {Record<string, Entry[]>} Catalogue
 * @typedef {object} Services
 * @property {(text: string) => void} announce tell a screen reader
 * @property {(text: string) => void} toast tell everyone, briefly
 * @property {(fn: () => void) => () => void} onTheme
 * @property {() => Promise<Catalogue>} catalogue
 * @property {() => Promise<any>} plotly
 * @property {(route: string, spec?: any) => void} go open another room
 * @property {(address: () => string) => void} shareAs what the share button copies
 */

const SHOWN = 2600;
const PLOTLY = "vendor/plotly.min.js";

/** @template T @param {() => Promise<T>} load @returns {() => Promise<T>} the same promise again, unless it failed */
function once(load) {
  /** @type {Promise<T> | null} */
  let loading = null;
  return () =>
    (loading ??= load().catch((error) => {
      loading = null;
      throw error;
    }));
}

/**
 * @param {{live: HTMLElement, toasts: HTMLElement}} hosts
 * @param {Pick<Services, "onTheme" | "go" | "shareAs">} page
 * @returns {Services}
 */
export function createServices({ live, toasts }, page) {
  return {
    ...page,
    announce: (text) => fill(live, text),
    toast(text) {
      const toast = h("div", { class: "toast" }, text);
      toasts.append(toast);
      setTimeout(() => toast.remove(), SHOWN);
    },
    catalogue: once(async () => titled(await getJson("api/catalogue"))),
    plotly: once(() => loadPlotly(PLOTLY)),
  };
}

/**
 * Give the members of nested unions the titles they have as entries of their own; pydantic knows class names only.
 *
 * @param {Catalogue} catalogue
 */
function titled(catalogue) {
  for (const entry of Object.values(catalogue).flat()) {
    for (const [key, nested] of Object.entries(entry.schema.$defs ?? {}))
      nested["x-title"] = titleOf(catalogue, key, nested);
  }
  return catalogue;
}

/** @param {Catalogue} catalogue @param {string} key names the package where classes of two share a name @param {import("./schema.js").Schema} nested */
function titleOf(catalogue, key, nested) {
  const groups = Object.entries(catalogue).filter(([group]) => !key.includes("__") || key.includes(`__${group}__`));
  const kind = nested.properties?.kind?.const;
  return groups
    .flatMap(([, entries]) => entries)
    .find((entry) => entry.kind === kind && entry.schema.title === nested.title)?.title;
}

/** @param {Catalogue} catalogue @param {string} group @param {string} kind */
export function entryOf(catalogue, group, kind) {
  return catalogue[group]?.find((entry) => entry.kind === kind);
}
