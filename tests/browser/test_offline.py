"""A server that goes away in the middle of a visit."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from scripts.serve import serving
from tests.browser.visiting import RACE, address, drawn, rest, spec_of, until, visit

pytestmark = pytest.mark.browser


def test_without_its_server_the_page_says_so_and_keeps_its_picture_and_controls(browser: Browser) -> None:
    with ExitStack() as running:
        url = running.enter_context(serving())
        with visit(browser, url + address(RACE), expected="net::ERR_") as page:
            drawn(page)
            rest(page)
            running.close()
            page.get_by_label("Function", exact=True).last.select_option("rosenbrock")
            notice = page.locator(".notice[role=alert]").first
            notice.wait_for()
            assert "No connection" in notice.inner_text()
            assert notice.get_by_role("button", name="Try again").is_visible()
            assert page.locator(".view-contour[data-status=failed] .main-svg").first.is_visible()
            page.go_back()
            until(lambda: spec_of(page)["objective"]["kind"] == "himmelblau", "the surface before")
            assert page.locator(".racer").count() == len(RACE["optimisers"])
