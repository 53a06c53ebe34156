"""The Bayes room: chains relax, routes to the integrals stand beside the exact answers."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser

from tests.browser.test_accessibility import SIZES, faults
from tests.browser.visiting import painted, spec_of, step_of, until, visit

pytestmark = pytest.mark.browser

SMALL: dict[str, Any] = {
    "target": {"kind": "banana"},
    "methods": [{"kind": "hmc"}, {"kind": "laplace"}, {"kind": "quasi_monte_carlo"}],
    "chains": 200,
    "draws": 40,
    "warm_up": 40,
    "seed": 1,
}


def address(spec: dict[str, Any]) -> str:
    return f"#/bayes?s={quote(json.dumps(spec))}"


def test_the_first_experiment_moves_by_itself_and_ends_in_answers(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/bayes") as page:
        until(lambda: step_of(page) > 3, "the chains' first steps")
        until(lambda: painted(page, ".view-bayes canvas.layer-cloud") > 500, "a cloud")
        page.locator(".view-bayes[data-status=finished]").wait_for(timeout=60_000)
        assert page.locator(".answers tbody tr").count() == 7
        assert page.locator(".answer-exact").inner_text().startswith("Exact")


def test_numbers_on_the_page_are_those_of_the_api(browser: Browser, server: str) -> None:
    reply = httpx.post(f"{server}/api/posteriors", json=SMALL, timeout=60).json()
    with visit(browser, server + address(SMALL)) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        page.wait_for_timeout(200)
        for row, method in enumerate(reply["methods"]):
            evaluations = page.locator(".answers tbody tr").nth(row + 1).locator("td").last.inner_text()
            assert evaluations.replace("\u202f", "") == str(method["gradients"])


def test_scenes_change_and_stay_in_the_address(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL)) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        page.get_by_label("Bayes’s rule").check()
        until(lambda: painted(page, ".sheet canvas.layer-sheet") > 500, "a sheet")
        page.get_by_label("Z as volume").check()
        page.locator(".volume .js-plotly-plot").wait_for()
        until(lambda: (spec_of(page) or {}).get("page", {}).get("scene") == "volume", "the scene in the address")


def test_a_click_starts_all_chains_there(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL)) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        page.locator(".view-bayes .picture").click()
        start = until(lambda: (spec_of(page) or {}).get("start"), "a start in the address")
        assert len(start) == 2


def test_a_click_on_the_band_adds_an_example(browser: Browser, server: str) -> None:
    spec = SMALL | {"target": {"kind": "linear_regression"}, "page": {"tab": "predictive"}}
    with visit(browser, server + address(spec)) as page:
        page.locator(".band-picture canvas").wait_for()
        rim = "c => c.getContext('2d').getImageData(0, 0, 1, c.height).data.some((value) => value > 0)"
        assert not page.locator(".band-picture canvas").first.evaluate(rim), "the name of an axis is cut off"
        page.locator(".band-picture").click()
        until(lambda: len((spec_of(page) or {})["target"].get("points", [])) == 7, "a seventh example")


def test_the_energy_along_the_path_judges_the_step(browser: Browser, server: str) -> None:
    spec = SMALL | {"methods": [{"kind": "hmc"}], "page": {"tab": "energy", "step": 70}}
    with visit(browser, server + address(spec)) as page:
        words = page.locator(".panel-body .help")
        until(lambda: "ΔH" in words.inner_text() or "broke down" in words.inner_text(), "the verdict")
        assert painted(page, ".energy-picture canvas") > 100


def test_the_scrubber_goes_back(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL), reduced_motion="reduce") as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        scrubber = page.get_by_label("Step", exact=True)
        scrubber.fill("60")
        until(lambda: step_of(page) == 60, "step 60")
        scrubber.fill("5")
        until(lambda: step_of(page) == 5, "step 5")


def test_a_refusal_is_told_beside_its_field_and_as_a_whole(browser: Browser, server: str) -> None:
    spec = SMALL | {"chains": 4096, "draws": 100_000}
    with visit(browser, server + address(spec), expected="422") as page:
        page.locator(".notice-bad").wait_for()
        assert "Try again" in page.locator(".notice-bad").inner_text()


def test_the_phone_shows_everything_in_one_column(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL), viewport={"width": 390, "height": 844}) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_room_has_no_faults(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + address(SMALL), viewport=SIZES[size], color_scheme=theme) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        assert faults(page) == []


def test_the_answers_of_the_first_experiment_are_all_seen(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/bayes") as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        assert page.locator(".answers-card").evaluate("card => card.scrollHeight <= card.clientHeight")


def test_examples_are_typed_as_rows(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL | {"target": {"kind": "logistic_regression"}})) as page:
        field = page.get_by_label("Data", exact=True)
        field.fill("-2, 0; -1, 1; 3")
        field.press("Enter")
        assert "5 numbers do not make rows of 2" in page.locator(".source .error:not([hidden])").inner_text()
        field.fill("-2, 0; -1, 1; 3, 1")
        field.press("Enter")
        rows = until(lambda: (spec_of(page) or {})["target"].get("points"), "the examples in the address")
        assert rows == [[-2, 0], [-1, 1], [3, 1]]
        page.locator(".view-bayes[data-status=finished]").wait_for()
        assert field.input_value() == "-2, 0; -1, 1; 3, 1"


def test_a_hill_is_added_to_a_mixture_with_numbers_of_its_own(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL | {"target": {"kind": "mixture"}})) as page:
        hills = page.locator(".source")
        hills.get_by_role("button", name="Add").click()
        third = hills.get_by_role("group", name="Component 3")
        centre = third.get_by_label("Centre").first
        centre.fill("5")
        centre.press("Enter")
        until(
            lambda: [c["mean"] for c in (spec_of(page) or {})["target"].get("components", [])] == [-2, 2, 5],
            "a third component in the address",
        )


@pytest.mark.parametrize("scene", ["cloud", "sheets", "volume", "gaussians", "calibration"])
def test_what_is_said_of_a_picture_is_said_to_the_end(browser: Browser, server: str, scene: str) -> None:
    spec = SMALL | {"target": {"kind": "logistic_regression"}, "page": {"scene": scene}}
    with visit(browser, server + address(spec)) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        hints = page.locator(":is(.view-bayes, .view-race) > figcaption .hint")
        assert hints.evaluate_all("all => all.every(hint => hint.scrollWidth <= hint.clientWidth)")
        readings = page.locator(".bayes-side .panel-body")
        assert readings.evaluate("body => body.scrollWidth <= body.clientWidth")
