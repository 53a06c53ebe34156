// @ts-check
import { h, icon } from "../dom.js";

/**
 * A button with words, an icon, or both; with an icon alone, `label` is its name and its tooltip.
 *
 * @param {{words?: string, icon?: string, label?: string, look?: "primary" | "quiet" | "link", large?: boolean,
 *   narrow?: boolean}} face `narrow` drops the words where the page is narrow
 * @param {() => void} onclick
 */
export function button({ words, icon: picture, label, look, large, narrow }, onclick) {
  const style = ["button", look && `button-${look}`, !large && "button-small", !words && "button-icon"];
  const attributes = { class: style.filter(Boolean).join(" "), type: "button", "aria-label": label, onclick };
  const text = words && h("span", { class: narrow ? "wide" : null }, words);
  return h("button", { ...attributes, title: words ? null : label }, picture && icon(picture), text);
}
