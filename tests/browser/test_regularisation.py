"""The Regularisation room: the picture of two weights, the paths, the prior, the pruned network."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page

from app.lessons.sparsity import STRENGTH
from tests.browser.visiting import painted, spec_of, until, visit

pytestmark = pytest.mark.browser

SCENE = ".reg-picture canvas.layer-scene"
LINES = ".reg-lines canvas.layer-lines"


def room(server: str, **choice: Any) -> str:
    """The address of a choice."""
    return f"{server}#/regularisation?s={quote(json.dumps(choice))}"


def settled(page: Page) -> None:
    """Return once the path is solved and the picture is drawn."""
    page.locator(".reg-facts").wait_for(timeout=60_000)
    until(lambda: painted(page, SCENE) > 50, "the ball and the path")


def fact(page: Page, term: str) -> str:
    """The number beside a term under the picture."""
    return page.locator(".reg-facts > div", has=page.get_by_text(term, exact=True)).locator("dd").inner_text()


def test_the_room_shows_the_lasso_s_optimum_as_the_server_solves_it(browser: Browser, server: str) -> None:
    with visit(browser, room(server, columns=[3, 8], index=2)) as page:
        settled(page)
        assert fact(page, "w").count("exactly 0") == 1
        assert until(lambda: painted(page, f"{LINES} >> nth=0") > 50, "the coefficients")
        reply = httpx.post(
            f"{server}/api/paths",
            json={
                "objective": {
                    "data": {"kind": "diabetes"},
                    "regularisers": [{"kind": "l1", "biases": False}],
                },
                "count": 49,
                "folds": 0,
            },
            timeout=60,
        ).json()
        assert f"{10 - reply['nonzero'][1]} of 10" in page.locator(".reg-zeros").inner_text()


def test_the_slider_moves_the_strength_and_the_address_keeps_it(browser: Browser, server: str) -> None:
    with visit(browser, room(server, index=40)) as page:
        settled(page)
        weak = page.locator(".reg-lambda").inner_text()
        slider = page.get_by_label("Strength of the penalty")
        slider.focus()
        slider.press("Home")
        assert "10 of 10" in page.locator(".reg-zeros").inner_text()
        assert fact(page, "w") == "exactly 0, exactly 0"
        assert page.locator(".reg-lambda").inner_text() != weak
        until(lambda: spec_of(page)["index"] == 0, "the address to follow")
        page.get_by_role("button", name="One standard error").click()
        assert re.match(r"[1-9] of 10", page.locator(".reg-zeros").inner_text())


def test_a_click_on_the_picture_shows_both_pulls_there(browser: Browser, server: str) -> None:
    with visit(browser, room(server, penalty="l2")) as page:
        settled(page)
        assert "0 of 10" in page.locator(".reg-zeros").inner_text()
        page.locator(".reg-picture").click(position={"x": 200, "y": 120})
        page.get_by_role("button", name="Back to the optimum").click()
        page.get_by_role("button", name="Back to the optimum").wait_for(state="hidden")


def test_as_a_prior_the_lasso_s_mode_is_exactly_zero_and_its_mean_is_not(browser: Browser, server: str) -> None:
    with visit(browser, room(server, columns=[3, 8], index=2, reading="prior")) as page:
        settled(page)
        page.locator(".reg-slices").wait_for()
        until(lambda: "exactly 0" in fact(page, "bp: mode"), "the posterior")
        mean = fact(page, "bp: mean")
        assert float(mean.split(" ")[0]) > 0 and "±" in mean
        until(lambda: painted(page, ".reg-slice >> nth=0 >> canvas.layer-lines") > 50, "the slices")


def test_a_network_is_pruned_and_keeps_its_accuracy(browser: Browser, server: str) -> None:
    with visit(browser, room(server)) as page:
        settled(page)
        page.get_by_role("button", name="Train, then prune").click()
        page.locator(".reg-verdict table").wait_for(timeout=90_000)
        rows = [row.locator("td").all_inner_texts() for row in page.locator(".reg-verdict tbody tr").all()]
        before, after = ([float(cell.replace("\u202f", "").rstrip("%")) for cell in row] for row in rows)
        assert before[2] == 0 and after[2] > 80
        assert after[1] >= before[1] - 1
        assert painted(page, ".reg-bins canvas") > 50


def test_training_can_be_stopped_and_says_so(browser: Browser, server: str) -> None:
    with visit(browser, room(server)) as page:
        settled(page)
        page.route("**/api/runs*", lambda route: None)  # never answered, since training may be over before a click
        page.get_by_role("button", name="Train, then prune").click()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_text("Stopped.").wait_for()
        assert page.get_by_role("button", name="Train, then prune").is_visible()


def test_a_run_on_a_linear_model_opens_with_its_data_and_penalty(browser: Browser, server: str) -> None:
    run = {"objective": {"kind": "network", "data": {"kind": "diabetes"}, "regularisers": [{"kind": "elastic_net"}]}}
    with visit(browser, room(server, **run)) as page:
        settled(page)
        assert page.get_by_role("radio", name="Elastic").is_checked()


def test_the_lesson_on_sparsity_opens_at_its_strength_with_every_useless_weight_at_zero(
    browser: Browser, server: str
) -> None:
    with visit(browser, f"{server}#/lessons/sparsity") as page:
        page.locator("#lesson-sparsity").get_by_role("link", name="Open").click()
        settled(page)
        assert page.get_by_role("radio", name="Sparse").is_checked()
        strength = float(page.locator(".reg-lambda").inner_text().removeprefix("λ = "))
        assert strength == pytest.approx(STRENGTH, rel=0.1)
        assert "25 of 30" in page.locator(".reg-zeros").inner_text()
        assert fact(page, "w").endswith("exactly 0"), fact(page, "w")


def test_what_is_chosen_while_the_path_is_solved_is_what_is_shown(browser: Browser, server: str) -> None:
    with visit(browser, room(server, data="breast_cancer", index=20)) as page:
        page.get_by_role("radio", name="As a prior").dispatch_event("click")
        settled(page)
        until(lambda: page.locator(".reg-facts dt", has_text="mean").count() == 2, "the posterior")


def test_what_the_server_refuses_is_said_where_it_happened(browser: Browser, server: str) -> None:
    with visit(browser, room(server, columns=[2, 99]), expected="422") as page:
        notice = page.get_by_role("alert")
        notice.wait_for(timeout=60_000)
        assert "column 99 must be from 0 to 9" in notice.inner_text()
        page.get_by_label("Upright").select_option("8")
        settled(page)
        assert not notice.is_visible()
