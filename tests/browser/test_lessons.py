"""The Lessons room: reading, opening, checking."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import drawn, spec_of, visit

pytestmark = pytest.mark.browser


def test_every_lesson_of_the_server_is_a_card(browser: Browser, server: str) -> None:
    offered = httpx.get(f"{server}/api/lessons").json()["lessons"]
    with visit(browser, server + "#/lessons") as page:
        page.locator("article").first.wait_for()
        assert page.locator("article h2").all_inner_texts() == [lesson["title"] for lesson in offered]


def test_a_check_shows_each_claim_as_passed(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/lessons") as page:
        card = page.locator("#lesson-edge_of_divergence")
        card.get_by_role("button", name="Read").click()
        assert card.locator(".lesson-text").is_visible()
        card.get_by_role("button", name="Check").click()
        card.locator(".verdict .badge").wait_for(timeout=60_000)
        assert card.locator(".verdict .badge").inner_text() == "PASS"
        badges = card.locator("tbody .badge").all_inner_texts()
        assert badges == ["PASS"] * len(badges)
        assert len(badges) >= 2


def test_a_lesson_opens_its_run_in_the_landscape(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/lessons") as page:
        page.locator("#lesson-edge_of_divergence").get_by_role("link", name="Open").click()
        drawn(page)
        assert spec_of(page)["objective"]["kind"] == "quadratic"
        assert [o["learning_rate"] for o in spec_of(page)["optimisers"]] == pytest.approx([0.0198, 0.0202])
        page.get_by_role("link", name="Lessons").click()
        page.locator("article").first.wait_for()


def test_the_address_of_a_lesson_opens_that_lesson_alone(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/lessons/quadratic_rates") as page:
        card = page.locator("#lesson-quadratic_rates")
        card.locator(".lesson-text").wait_for()
        assert card.get_by_role("button", name="Close").get_attribute("aria-expanded") == "true"
        assert page.locator(".lesson-text:visible").count() == 1
        assert page.locator("article math").count() >= page.locator("article").count()
