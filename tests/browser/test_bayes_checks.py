"""What the Bayes room has against being fooled: R̂ of crowds, calibration by simulation, and kernels to unmask."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.test_accessibility import faults
from tests.browser.visiting import address, painted, spec_of, until, visit

pytestmark = pytest.mark.browser

COIN: dict[str, Any] = {
    "target": {"kind": "beta_bernoulli", "tosses": 3, "heads": 3},
    "methods": [{"kind": "hmc"}, {"kind": "laplace"}],
    "chains": 200,
    "draws": 30,
    "warm_up": 20,
}


def test_a_crowd_begins_in_groups_and_is_read_by_nested_rhat(browser: Browser, server: str) -> None:
    with visit(browser, server + address(COIN, "bayes")) as page:
        asked: list[Any] = []
        page.on("request", lambda r: asked.append(r.post_data_json) if "posteriors" in r.url else None)
        readings = page.locator(".readings")
        until(lambda: "Nested R̂" in readings.inner_text() and "10 groups" in readings.inner_text(), "the nested R̂")
        page.locator(".settings summary").click()
        page.get_by_label("Superchains").select_option("none")
        until(lambda: readings.inner_text().startswith("R̂") and "do not begin in groups" in readings.inner_text(), "R̂")
        assert (spec_of(page) or {})["superchains"] == 0
        assert [body["superchains"] for body in asked][-1] is None
        assert json.dumps(asked[-1]["target"]) == json.dumps(COIN["target"])


RANKS: dict[str, Any] = COIN | {
    "chains": 16,
    "page": {"scene": "calibration", "replications": 40, "ranked": 19, "settling": 10, "mixing": 5, "bins": 10},
}


def test_a_sampler_is_calibrated_on_demand(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RANKS, "bayes")) as page:
        page.get_by_role("button", name="Calibrate", exact=True).click()
        verdict = page.locator(".calibration-verdict")
        verdict.wait_for()
        assert "p = " in verdict.inner_text() and "40 data sets" in verdict.inner_text()
        until(lambda: painted(page, ".rank-picture canvas >> nth=0") > 500, "the histogram")
        until(lambda: painted(page, ".rank-picture canvas >> nth=1") > 500, "the band")
        page.get_by_role("button", name="Calibrate again").wait_for()
        assert faults(page) == []


def test_a_calibration_under_way_can_be_cancelled(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RANKS, "bayes")) as page:
        page.route("**/api/calibrations*", lambda route: None)
        page.get_by_role("button", name="Calibrate", exact=True).click()
        page.locator(".calibration-progress").wait_for()
        page.get_by_role("button", name="Cancel").click()
        until(lambda: "No verdict" in page.locator(".calibration-words").inner_text(), "the end")


def test_a_lost_connection_is_told_and_can_be_tried_again(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RANKS, "bayes"), expected="ERR_FAILED") as page:
        page.route("**/api/calibrations*", lambda route: route.abort())
        page.get_by_role("button", name="Calibrate", exact=True).click()
        page.locator(".calibration .notice-bad").wait_for()
        page.unroute("**/api/calibrations*")
        page.get_by_role("button", name="Calibrate", exact=True).click()
        page.locator(".calibration-verdict").wait_for()


def test_a_model_without_data_is_refused_with_those_that_have_some(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RANKS | {"target": {"kind": "banana"}}, "bayes"), expected="422") as page:
        page.get_by_role("button", name="Calibrate", exact=True).click()
        until(lambda: "no data to simulate" in page.locator(".calibration").inner_text(), "the reason")
        page.get_by_role("button", name="A coin").click()
        until(lambda: (spec_of(page) or {})["target"] == {"kind": "beta_bernoulli"}, "another target")


def test_only_samplers_are_calibrated(browser: Browser, server: str) -> None:
    laplace = RANKS | {"page": RANKS["page"] | {"selected": 1}}
    with visit(browser, server + address(laplace, "bayes"), viewport={"width": 390, "height": 844}) as page:
        until(lambda: "Only samplers" in page.locator(".calibration").inner_text(), "the reason")
        page.locator(".calibration").get_by_role("button", name="Hamiltonian").click()
        page.get_by_role("button", name="Calibrate", exact=True).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


CASE: dict[str, Any] = {
    "target": COIN["target"],
    "chains": 64,
    "draws": 1500,
    "warm_up": 100,
    "page": {"lineup": 1, "suspect": 6},
}


def test_a_suspect_is_tried_without_its_name_accused_and_unmasked(browser: Browser, server: str) -> None:
    with visit(browser, server + address(CASE, "bayes")) as page:
        page.locator(".view-bayes[data-status=finished]").wait_for(timeout=60_000)
        catalogue = page.evaluate("fetch('api/catalogue').then((reply) => reply.json())")
        titles = [entry["title"] for entry in catalogue["broken_samplers"]]
        hidden = " ".join(page.locator(".suspects, .answers, .panel:not(.evidence-card)").all_inner_texts())
        assert not [title for title in titles if title in hidden]
        assert "Suspect G" in page.locator(".answers").inner_text() and "methods" not in (spec_of(page) or {})
        evidence = page.locator(".evidence-card")
        assert evidence.locator("tr").count() == 7 and "alarm" in evidence.inner_text()
        page.get_by_role("button", name="Accuse").click()
        told = page.locator(".unmasked").inner_text()
        (entry,) = [entry for entry in catalogue["broken_samplers"] if entry["title"] in told]
        assert entry["broken"] in told and "Blind to it: Nested R̂ (1.0" in told
        assert "Stein check (" in told.split("Convicted by:")[1].split("Blind to it:")[0]
        assert faults(page) == []
        page.get_by_role("button", name="Race it against that one").click()
        until(
            lambda: [m["kind"] for m in (spec_of(page) or {}).get("methods", [])] == [entry["kind"], entry["repaired"]],
            "both",
        )


def test_the_lesson_and_the_room_lead_to_the_line_up_and_back_leads_out(browser: Browser, server: str) -> None:
    with visit(browser, server + address(COIN, "bayes")) as page:
        page.get_by_role("button", name="Spot the bug").click()
        page.locator(".suspect").first.wait_for()
        assert page.locator(".suspect").count() == 8
        page.go_back()
        page.locator(".racers .racer").first.wait_for()
        page.goto(server + "#/lessons/spot_the_bug")
        link = page.locator("#lesson-spot_the_bug").get_by_role("link", name="Open")
        link.click()
        page.locator(".suspect").first.wait_for()


def test_the_line_up_fits_a_phone(browser: Browser, server: str) -> None:
    phone = {"width": 390, "height": 844}
    with visit(browser, server + address(CASE, "bayes"), viewport=phone, color_scheme="light") as page:
        until(lambda: "alarm" in page.locator(".evidence-card").inner_text(), "the evidence")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert faults(page) == []
