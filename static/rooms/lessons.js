// @ts-check
/** The Lessons room: experiments with a text, a spec that opens in a room, and claims that check themselves. */
import { toAddress } from "../address.js";
import { fill, h, icon, scroller } from "../dom.js";
import { failureOf } from "../failure.js";
import { mathml } from "../mathml.js";
import { getJson, postStream } from "../stream.js";
import { verdict } from "./lessons/claims.js";

/**
 * @typedef {{id: string, title: string, summary: string, text: string | string[], reference?: string, room?: string, page?: any, spec?: any, mathml?: string | null}} Lesson
 */

/** @type {import("../main.js").Room} */
export function lessons(host, address, services) {
  const list = h(
    "div",
    { class: "lesson-grid" },
    Array.from({ length: 3 }, () => h("div", { class: "card skeleton lesson-skeleton" })),
  );
  const controller = new AbortController();
  fill(
    host,
    h(
      "div",
      { class: "lessons" },
      h(
        "header",
        { class: "lessons-head" },
        h("h1", {}, "Lessons"),
        h(
          "p",
          { class: "muted" },
          "One experiment each. Read it, open it in its room, and check its claims on this machine.",
        ),
      ),
      list,
    ),
  );
  const load = async () => {
    try {
      const lessons = lessonsOf(await getJson("api/lessons", { signal: controller.signal }));
      fill(
        list,
        ...lessons.map((lesson) => lessonCard(lesson, services, controller.signal, address.route[0] === lesson.id)),
      );
      if (!lessons.length) fill(list, h("p", { class: "empty" }, "This server offers no lessons."));
    } catch (error) {
      const failure = failureOf(error);
      if (failure)
        fill(
          list,
          h(
            "div",
            { class: "notice notice-bad", role: "alert" },
            icon("warn"),
            h("p", {}, h("b", {}, failure.title), " ", failure.detail),
            h("button", { class: "button button-small", type: "button", onclick: load }, "Try again"),
          ),
        );
    }
  };
  load();
  return () => controller.abort();
}

/** What a room is called in a sentence. @type {Record<string, string>} */
const PLACES = {
  landscape: "the landscape",
  curvature: "the curvature room",
  network: "the network room",
  bayes: "the Bayes room",
  regularisation: "the regularisation room",
};

/** @param {any} reply @returns {Lesson[]} */
const lessonsOf = (reply) => (Array.isArray(reply) ? reply : (reply.lessons ?? []));

/** @param {Lesson} lesson @param {import("../services.js").Services} services @param {AbortSignal} signal @param {boolean} open */
function lessonCard(lesson, services, signal, open) {
  const results = h("div", { class: "results", "aria-live": "polite" });
  const check = h("button", { class: "button", type: "button" }, icon("check"), "Check");
  check.addEventListener("click", () => runCheck(lesson, { check, results }, services, signal));
  const text = h(
    "div",
    { class: "lesson-text", hidden: !open },
    paragraphs(lesson.text),
    lesson.reference && h("p", { class: "help" }, lesson.reference),
  );
  const read = h(
    "button",
    {
      class: "button button-link",
      type: "button",
      "aria-expanded": String(open),
      onclick: () => {
        text.hidden = !text.hidden;
        read.setAttribute("aria-expanded", String(!text.hidden));
        read.textContent = text.hidden ? "Read" : "Close";
        card.classList.toggle("open", !text.hidden);
      },
    },
    open ? "Close" : "Read",
  );
  const show =
    lesson.spec &&
    h(
      "a",
      { class: "button button-primary", href: addressOf(lesson) },
      "Open",
      h("span", { class: "wide" }, `in ${PLACES[lesson.room ?? "landscape"] ?? "its room"}`),
    );
  const card = h(
    "article",
    { class: `card lesson ${open ? "open" : ""}`, id: `lesson-${lesson.id}`, "aria-labelledby": `title-${lesson.id}` },
    h("h2", { id: `title-${lesson.id}` }, lesson.title),
    h("p", { class: "lesson-summary" }, lesson.summary),
    lesson.mathml && h("div", { class: "formula lesson-formula" }, scroller(mathml(lesson.mathml))),
    text,
    h("div", { class: "row lesson-tools" }, show, check, read),
    results,
  );
  return card;
}

/** Where a lesson opens. @param {Lesson} lesson */
const addressOf = ({ room = "landscape", spec, page = {} }) =>
  toAddress(room, Object.keys(page).length ? { ...spec, page } : spec);

/** Blank lines part paragraphs; lines that begin with a dash are a list. @param {string | string[]} text */
function paragraphs(text) {
  return (Array.isArray(text) ? text : text.split(/\n\s*\n/)).map((block) => {
    const lines = block
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    if (lines.every((line) => /^[-*•] /.test(line)))
      return h(
        "ul",
        { class: "bullets" },
        lines.map((line) => h("li", {}, line.slice(2))),
      );
    return h("p", {}, lines.join(" "));
  });
}

/** How far a check is. @param {any} event */
const progressOf = ({ step, of, claim, trial, trials }) =>
  claim ? `${step} of ${of} claims measured.` : `Claim ${step + 1} of ${of}: trial ${trial} of ${trials} done.`;

/** @param {Lesson} lesson @param {{check: HTMLButtonElement, results: HTMLElement}} parts @param {import("../services.js").Services} services @param {AbortSignal} signal */
async function runCheck(lesson, { check, results }, services, signal) {
  check.disabled = true;
  check.closest(".lesson")?.classList.add("open");
  const news = h("p", { class: "muted" }, "Checking…");
  fill(results, h("div", { class: "skeleton skeleton-row", "aria-hidden": "true" }), news);
  try {
    /** @type {any} */
    let reply = null;
    for await (const event of postStream(`api/lessons/${encodeURIComponent(lesson.id)}/check`, {}, { signal })) {
      if (event.kind === "progress") news.textContent = progressOf(event);
      if (event.kind === "result") reply = event;
    }
    fill(results, ...verdict(reply));
    services.announce(`${lesson.title}: ${reply.passed ? "pass" : "fail"}`);
  } catch (error) {
    const failure = failureOf(error);
    if (failure)
      fill(results, h("p", { class: "error" }, icon("warn"), h("span", {}, `${failure.title}. ${failure.detail}`)));
  } finally {
    check.disabled = false;
  }
}
