"""The Landscape room, from opening it to sharing what was made of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import RACE, address, drawn, painted, rest, spec_of, step_of, until, visit

pytestmark = pytest.mark.browser


def wait_for_step(page: Page, step: int) -> None:
    until(lambda: step_of(page) == step, f"step {step}")


def test_a_race_draws_itself_and_plays_to_its_end(browser: Browser, server: str) -> None:
    with visit(browser, server) as page:
        drawn(page)
        assert painted(page, ".view-surface canvas.layer-trail") > 50
        first = until(lambda: step_of(page), "the first step")
        until(lambda: step_of(page) > first, "a later step")
        rest(page)
        assert step_of(page) == 300
        assert "leads at step 300" in page.locator(".story").inner_text()


def test_a_click_on_the_contour_moves_the_start(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        picture = page.locator(".view-contour .picture")
        box = picture.bounding_box()
        assert box is not None
        picture.click(position={"x": 0.7 * box["width"], "y": 0.3 * box["height"]})
        until(lambda: (spec_of(page)["start"] or {}).get("point") != [-0.3, -0.2], "another start in the address")
        x, y = spec_of(page)["start"]["point"]
        assert x > 0
        assert y > 0
        before = page.url
        drawn(page)
        page.locator(".facts").get_by_text("at (x, y)").wait_for()
        page.go_back()
        until(lambda: spec_of(page)["start"]["point"] == [-0.3, -0.2], "the start before")
        assert page.url != before


def test_the_address_restores_the_state_to_the_step(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        rest(page)
        page.get_by_role("slider", name="Step", exact=True).fill("40")
        page.get_by_role("radio", name="Gradient", exact=True).first.check()
        until(lambda: spec_of(page).get("page", {}).get("step") == 40, "the step in the address")
        story, shared = page.locator(".story").inner_text(), page.url
    with visit(browser, shared) as page:
        drawn(page)
        wait_for_step(page, 40)
        until(lambda: page.locator(".story").inner_text() == story, "the same story")
        assert page.get_by_role("radio", name="Gradient", exact=True).first.is_checked()
        assert spec_of(page)["optimisers"] == RACE["optimisers"]
        assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_optimisers_are_added_duplicated_and_removed(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        page.get_by_role("button", name="Add an optimiser").click()
        page.get_by_role("menuitem", name="Lion").click()
        page.locator(".racer").nth(2).wait_for()
        page.get_by_role("button", name="Settings of Adam").click()
        page.get_by_role("button", name="Duplicate Adam").click()
        page.locator(".racer").nth(3).wait_for()
        colours = page.locator(".racer").evaluate_all("rows => rows.map(row => row.className.match(/line-\\d/)[0])")
        assert len(set(colours)) == 4
        until(lambda: "–" not in page.locator(".racer-loss").all_inner_texts(), "a loss for every racer")
        for _ in range(4):
            if not page.locator("[aria-label^='Remove']").first.is_visible():
                page.locator("[aria-label^='Settings of']").first.click()
            page.locator("[aria-label^='Remove']").first.click()
        page.get_by_text("Nobody on the starting line.").wait_for()


def test_a_schedule_is_a_control_within_a_control(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        page.get_by_role("button", name="Settings of Adam").click()
        row = page.locator(".racer").nth(1)
        row.get_by_role("combobox", name="Schedule").select_option("cosine")
        until(lambda: spec_of(page)["optimisers"][1].get("schedule", {}).get("kind") == "cosine", "the schedule")
        row.get_by_text("at rest").or_(row.locator(".racer-loss")).first.wait_for()


def test_divergence_is_explained_and_its_suggestion_holds(browser: Browser, server: str) -> None:
    steep: dict[str, Any] = {**RACE, "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.2}]}
    with visit(browser, server + address(steep)) as page:
        notice = page.get_by_role("region", name="Divergence")
        notice.get_by_text("diverged at step").wait_for()
        assert page.locator(".racer-state").inner_text() == "diverged"
        notice.get_by_role("button", name="Use rate").click()
        notice.wait_for(state="hidden")
        rate = until(lambda: spec_of(page)["optimisers"][0]["learning_rate"] != 0.2, "another rate")
        assert rate
        rest(page)
        assert page.locator(".racer-state").inner_text() != "diverged"


def test_a_formula_is_typeset_and_its_errors_point_at_the_place(browser: Browser, server: str) -> None:
    with visit(browser, server, expected="422") as page:
        page.get_by_role("radio", name="Formula").check()
        box = page.get_by_label("f(x, y) =")
        box.fill("x^2 + 3*y^2")
        until(lambda: spec_of(page)["objective"].get("expression") == "x^2 + 3*y^2", "the formula in the address")
        assert page.locator(".derivative math").count() == 5
        box.fill("x^2 + $y")
        caret = page.locator(".caret")
        caret.wait_for()
        text, mark = caret.inner_text().split("\n")
        assert text[mark.index("^")] == "$"
        assert box.get_attribute("aria-invalid") == "true"
        assert spec_of(page)["objective"]["expression"] == "x^2 + 3*y^2"


def test_the_keyboard_plays_steps_and_jumps(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        rest(page)
        page.locator("#room").focus()
        page.keyboard.press("Home")
        wait_for_step(page, 0)
        page.keyboard.press("ArrowRight")
        wait_for_step(page, 1)
        page.keyboard.press("Shift+ArrowRight")
        wait_for_step(page, 11)
        page.keyboard.press("ArrowLeft")
        wait_for_step(page, 10)
        page.keyboard.press(" ")
        until(lambda: step_of(page) > 10, "the race to play")
        page.keyboard.press("End")
        wait_for_step(page, 120)
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keyboard").wait_for()
        page.keyboard.press("Escape")


def test_without_webgl_the_contour_takes_the_place_of_the_surface(flat_browser: Browser, server: str) -> None:
    with visit(flat_browser, server + address(RACE)) as page:
        page.get_by_text("Shown from above only.").wait_for()
        drawn(page)
        box = page.locator(".view-contour").bounding_box()
        assert box is not None
        assert box["width"] > 500


@pytest.mark.parametrize("route", ["#/landscape", "#/lessons"])
def test_a_phone_never_scrolls_sideways(browser: Browser, server: str, route: str) -> None:
    with visit(browser, server + route, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        page.locator("article, .view-contour[data-status=ready]").first.wait_for()
        width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= shown


def test_a_desk_screen_never_scrolls_at_all(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        height, shown = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        assert height <= shown


def test_greek_is_not_taken_for_latin(browser: Browser, server: str) -> None:
    widths = """([faces, text]) => {
      const context = document.createElement("canvas").getContext("2d");
      context.font = `40px ${faces}`;
      return context.measureText(text).width;
    }"""
    with visit(browser, server + "#/lessons") as page:
        page.locator("article").first.wait_for()
        ours, spare = (page.evaluate(widths, [faces, "η"]) for faces in ("Manrope, monospace", "monospace"))
        assert ours == spare  # the page's own η is its n
        assert page.evaluate(widths, ["Manrope, monospace", "n"]) != page.evaluate(widths, ["monospace", "n"])


def test_the_theme_is_switched_and_remembered(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/lessons", color_scheme="dark") as page:
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.get_by_role("button", name="Switch between dark and light").click()
        page.reload()
        assert page.locator("html").get_attribute("data-theme") == "light"
