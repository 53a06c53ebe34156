// Runs before the first paint, so that the page never flashes in the other theme; and sends for the plotting library,
// by far the largest file, before the modules that will ask for it have themselves arrived.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage is refused in some private windows; the system's preference then decides.
  }
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : light ? "light" : "dark";
  if (location.hash.startsWith("#/lessons")) return;
  const early = Object.assign(document.createElement("link"), { rel: "preload", as: "script" });
  early.href = "vendor/plotly.min.js";
  document.head.append(early);
})();
