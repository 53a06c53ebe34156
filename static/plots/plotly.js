/** The one way to Plotly. */

/** @typedef {any} Plotly the library's namespace; it ships no types */

/** @param {string} src @returns {Promise<void>} */
function insertScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error(`The plotting library at ${src} did not load; reload the page.`));
    });
    document.head.append(script);
  });
}

/**
 * The global Plotly, loaded first if need be.
 * @param {string} [src] of the bundle
 * @returns {Promise<Plotly>}
 */
export async function loadPlotly(src) {
  const page = /** @type {{Plotly?: Plotly}} */ (globalThis);
  if (!page.Plotly && src) await insertScript(src);
  if (!page.Plotly)
    throw new Error("The plotting library is missing; name its address, or load it before the page's modules.");
  return page.Plotly;
}
