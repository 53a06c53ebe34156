"""What a network is trained with beyond its optimiser: noise and early stopping, set in the page."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import address, rest, spec_of, step_of, until, visit

pytestmark = pytest.mark.browser

OVERFITS: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 12, "activation": {"kind": "tanh"}}],
        "data": {"kind": "moons", "n": 60, "noise": 0.4},
    },
    "optimisers": [{"kind": "adam", "learning_rate": 0.1}],
    "steps": 400,
    "page": {"step": 400},
}
"""Few noisy examples and many units: the held-out loss turns up."""


def test_patience_with_the_held_out_loss_is_told_and_its_best_step_shown(browser: Browser, server: str) -> None:
    spec = {name: value for name, value in OVERFITS.items() if name != "page"} | {"early_stopping": {}}
    reply = httpx.post(f"{server}/api/runs", json=spec, headers={"Accept": "application/json"}, timeout=60)
    truth = reply.raise_for_status().json()["runs"][0]["summary"]["early_stop"]
    assert 0 < truth["best_step"] < truth["step"] < 400
    with visit(browser, server + address(OVERFITS, "network")) as page:
        rest(page)
        assert not page.get_by_role("region", name="Early stopping").is_visible()
        page.locator(".settings summary").first.click()
        page.get_by_role("switch", name="Early stopping").check()
        notice = page.get_by_role("region", name="Early stopping")
        notice.wait_for()
        told = notice.inner_text()
        assert f"at step {truth['best_step']};" in told
        assert f"patience ended at step {truth['step']}" in told
        notice.get_by_role("button").click()
        until(lambda: step_of(page) == truth["best_step"], "the best step on the clock")


def test_noise_changes_the_run_and_what_it_cannot_disturb_is_said_beside_its_field(
    browser: Browser, server: str
) -> None:
    linear = OVERFITS | {"objective": OVERFITS["objective"] | {"layers": []}}
    with visit(browser, server + address(linear, "network"), expected="422") as page:
        rest(page)
        page.locator(".settings summary").first.click()
        page.get_by_role("switch", name="Noise in training").check()
        until(lambda: (spec_of(page).get("noise") or {}).get("dropout") == 0.2, "dropout in the address")
        page.locator(".settings").get_by_text("dropout needs hidden layers").wait_for()
        rate = page.get_by_role("textbox", name="Dropout", exact=True)
        rate.fill("0")
        rate.press("Enter")
        until(lambda: not page.locator(".notice-bad").count(), "a run that starts")


def test_a_run_in_single_precision_is_asked_for_and_refused_beside_the_racer_that_cannot(
    browser: Browser, server: str
) -> None:
    spec = OVERFITS | {"optimisers": [{"kind": "lbfgs"}]}
    with visit(browser, server + address(spec, "network"), expected="422") as page:
        rest(page)
        page.locator(".settings summary").first.click()
        page.get_by_role("combobox", name="Precision").select_option("float32")
        until(lambda: spec_of(page).get("precision") == "float32", "single precision in the address")
        page.locator(".notice-bad").get_by_text("lbfgs computes in float64").first.wait_for()
        page.get_by_role("combobox", name="Precision").select_option("float64")
        until(lambda: not page.locator(".notice-bad").count(), "a run that starts")
