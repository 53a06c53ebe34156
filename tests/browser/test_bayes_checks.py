"""What the Bayes room has against being fooled: R̂ of crowds, calibration by simulation, and kernels to unmask."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import address, spec_of, until, visit

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
        page.get_by_text("Sampling").click()
        page.get_by_label("Superchains").select_option("none")
        until(lambda: readings.inner_text().startswith("R̂") and "do not begin in groups" in readings.inner_text(), "R̂")
        assert (spec_of(page) or {})["superchains"] is None
        assert [body["superchains"] for body in asked][-1] is None
        assert json.dumps(asked[-1]["target"]) == json.dumps(COIN["target"])
