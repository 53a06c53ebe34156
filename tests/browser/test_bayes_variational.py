"""Gaussian fits: both divergences beside each other, and the ELBO as a landscape with the optimisers' ways."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_accessibility import SIZES, faults
from tests.browser.visiting import address, painted, spec_of, until, visit

pytestmark = pytest.mark.browser

SMALL: dict[str, Any] = {
    "target": {"kind": "gaussian"},
    "methods": [{"kind": "variational", "iterations": 300}, {"kind": "laplace"}],
    "chains": 20,
    "draws": 40,
    "warm_up": 0,
    "page": {"scene": "gaussians"},
}


def ready(page: Page) -> None:
    page.locator(".elbo[data-status=ready]").wait_for()
    until(lambda: painted(page, ".elbo canvas.layer-elbo") > 500, "the landscape")


def numbers(page: Page, row: str, table: str = ".divergences") -> list[str]:
    return page.locator(f"{table} tbody tr", has_text=row).first.locator("td").all_inner_texts()


def test_the_numbers_are_those_of_the_api_and_of_the_theorem(browser: Browser, server: str) -> None:
    """Mean field keeps 1/Λᵢᵢ = 1 − ρ² = 0.19 and is −½ ln(1 − ρ²) = 0.830366 away; moments match Σᵢᵢ = 1."""
    spec = {key: value for key, value in SMALL.items() if key != "page"} | {"divergences": True}
    reply = httpx.post(f"{server}/api/posteriors", json=spec, timeout=60).json()
    with visit(browser, server + address(SMALL, "bayes"), reduced_motion="reduce") as page:
        ready(page)
        variance, reverse, _ = numbers(page, "Variational")
        found = reply["methods"][0]
        assert float(variance) == pytest.approx(found["variance"][0], rel=1e-3) == pytest.approx(0.19, rel=0.2)
        assert float(reverse) == pytest.approx(found["divergences"]["reverse"]["value"], rel=1e-3)
        assert numbers(page, "Moment match") == ["1.000", "0", "0"]
        assert float(numbers(page, "independent")[2]) == pytest.approx(0.8304)
        until(lambda: page.locator(".places tbody tr", has_text="Maximum").count() == 1, "the maximum")


def test_the_way_to_the_fit_goes_with_the_clock(browser: Browser, server: str) -> None:
    spec = SMALL | {"target": {"kind": "mixture"}}
    with visit(browser, server + address(spec, "bayes"), reduced_motion="reduce") as page:
        ready(page)
        scrubber = page.get_by_label("Step", exact=True)
        scrubber.fill("1")
        early = until(lambda: numbers(page, "Fit", ".places"), "the fit at the first step")
        less = painted(page, ".elbo canvas.layer-way")
        scrubber.fill("40")
        until(lambda: numbers(page, "Fit", ".places") != early, "another fit at the last step")
        until(lambda: painted(page, ".elbo canvas.layer-way") > less, "a longer way")


def test_another_coordinate_is_another_landscape_and_stays_in_the_address(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL, "bayes")) as page:
        ready(page)
        with page.expect_request("**/api/landscapes*") as asked:
            page.get_by_label("Coordinate", exact=True).select_option("1")
        assert (asked.value.post_data_json or {})["plane"] == {"kind": "weights", "x": 1, "y": 3}
        until(lambda: (spec_of(page) or {}).get("page", {}).get("coordinate") == 1, "the coordinate in the address")


def test_without_a_method_that_climbs_one_a_click_adds_it(browser: Browser, server: str) -> None:
    with visit(browser, server + address(SMALL | {"methods": [{"kind": "laplace"}]}, "bayes")) as page:
        page.get_by_role("button", name="Add variational inference").click()
        ready(page)


def test_a_landscape_that_fails_can_be_asked_for_again(browser: Browser, server: str) -> None:
    with visit(browser, "about:blank", expected="Failed to load") as page:
        page.route("**/api/landscapes*", lambda route: route.abort())
        page.goto(server + address(SMALL, "bayes"))
        again = page.locator(".elbo-message").get_by_role("button", name="Try again")
        again.wait_for()
        page.unroute("**/api/landscapes*")
        again.click()
        ready(page)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_scene_has_no_faults_and_fits(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + address(SMALL, "bayes"), viewport=SIZES[size], color_scheme=theme) as page:
        ready(page)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]


DIAL: dict[str, Any] = {
    "target": {"kind": "gaussian", "correlation": 0.5},
    "methods": [{"kind": "langevin_dial", "step_size": 0.8, "temperature": 1.0}],
    "chains": 500,
    "draws": 40,
    "warm_up": 60,
}


def variances(page: Page, row: str) -> float:
    return float(numbers(page, row, ".settled")[2].split()[0])


def test_the_dial_tells_the_bias_before_it_is_measured(browser: Browser, server: str) -> None:
    with visit(browser, server + address(DIAL, "bayes"), reduced_motion="reduce") as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        assert "Unadjusted Langevin" in page.locator(".dial-name").inner_text()
        predicted = variances(page, "Predicted")
        assert predicted > 1.1 and variances(page, "Measured") == pytest.approx(predicted, rel=0.1)
        assert "exact" in page.locator(".dial-bias .help").inner_text()


def test_turned_to_its_end_the_dial_is_mala_without_bias(browser: Browser, server: str) -> None:
    with visit(browser, server + address(DIAL, "bayes"), reduced_motion="reduce") as page:
        page.locator(".view-bayes[data-status=finished]").wait_for()
        page.get_by_role("button", name="MALA", exact=True).click()
        until(lambda: (spec_of(page) or {})["methods"][0].get("corrected"), "the accept step in the address")
        until(lambda: "no bias" in numbers(page, "Predicted", ".settled")[2], "a prediction without bias")
        page.get_by_label("From descent to sampling").fill("0")
        until(lambda: page.locator(".dial-name").inner_text().startswith("Gradient descent"), "gradient descent")
        until(lambda: variances(page, "Predicted") == 0, "a variance of zero")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_dial_has_no_faults_and_fits(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + address(DIAL, "bayes"), viewport=SIZES[size], color_scheme=theme) as page:
        page.locator(".dial .settled").wait_for()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
