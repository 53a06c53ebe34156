"""The Landscape room on a network: planes, truth, layers, data of one's own, and refusals beside their fields."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import address, drawn, painted, rest, spec_of, until, visit

pytestmark = pytest.mark.browser

NETWORK: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 4, "activation": {"kind": "tanh"}}],
        "data": {"kind": "moons", "n": 60},
    },
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.3}, {"kind": "adam", "learning_rate": 0.05}],
    "steps": 80,
}
AXIS = 32
"""Pixels of a chart's height that are not its curves'."""


def choose_plane(page: Page, kind: str) -> None:
    page.locator("summary", has_text="View").click()
    page.get_by_label("Plane").select_option(kind)


def test_a_network_draws_its_slice_and_its_layers(browser: Browser, server: str) -> None:
    with visit(browser, server) as page:
        page.get_by_role("radio", name="Network").check()
        drawn(page)
        page.get_by_text("parameters").first.wait_for()
        page.get_by_role("radio", name="Layers").check()
        until(lambda: painted(page, ".bars .layer-bars") > 100, "bars of the layers")
        page.get_by_role("radio", name="Truth").check()
        rest(page)
        cells = page.locator("table.truth tbody tr").first.locator("td").all_inner_texts()
        assert len(cells) == 3
        assert "–" not in cells


def test_the_pca_plane_appears_after_the_run_and_says_what_it_holds(browser: Browser, server: str) -> None:
    with visit(browser, server + address(NETWORK)) as page:
        drawn(page)
        choose_plane(page, "pca")
        badge = page.locator(".truth-badge", has_text="of the paths’ variance")
        badge.wait_for()
        badge.click()
        page.get_by_text("A random walk would show").wait_for()
        page.get_by_text("first principal component").first.wait_for(state="attached")
        drawn(page)


def test_two_weights_are_chosen_by_name(browser: Browser, server: str) -> None:
    with visit(browser, server + address(NETWORK)) as page:
        choose_plane(page, "weights")
        page.get_by_label("Weight along y").select_option(label="output W[0,0]")
        plane = until(lambda: (spec_of(page).get("view") or {}).get("plane"), "the plane in the address")
        until(lambda: spec_of(page)["view"]["plane"].get("y") == 12, "the second weight")
        assert plane["kind"] == "weights"
        drawn(page)


def test_layers_are_edited(browser: Browser, server: str) -> None:
    with visit(browser, server + address(NETWORK)) as page:
        page.get_by_role("button", name="Add a layer").click()
        page.get_by_label("Activation of layer 2").select_option("relu")
        units = page.get_by_label("Units of layer 2")
        units.fill("6")
        units.press("Enter")
        until(lambda: spec_of(page)["objective"]["layers"][1:] == [{"units": 6, "activation": {"kind": "relu"}}], "it")
        page.get_by_text("49 parameters").wait_for()


def test_a_table_of_ones_own_is_learnt_and_its_faults_are_named(browser: Browser, server: str) -> None:
    with visit(browser, server + address(NETWORK)) as page:
        page.get_by_label("Dataset").select_option("table")
        box = page.get_by_label("Rows", exact=True)
        box.fill("a, b, class\n0, 0, no\n0, , yes\n1, 0, yes\n1, 1, no")
        page.get_by_role("button", name="Use this table").click()
        page.get_by_text("line 3, column 2 (b): the value is missing").wait_for()
        box.fill("a, b, class\n0, 0, no\n0, 1, yes\n1, 0, yes\n1, 1, no")
        page.get_by_role("button", name="Use this table").click()
        page.get_by_text("4 rows, 2 inputs; to be learnt: class, 2 classes (no: 2, yes: 2).").wait_for()
        names = ["no", "yes", "yes", "no"]
        until(lambda: spec_of(page)["objective"]["data"].get("targets") == names, "the table in the address")
        page.get_by_text("17 parameters, 4 training examples").wait_for()
        drawn(page)


def test_a_refusal_is_shown_beside_its_field(browser: Browser, server: str) -> None:
    wrong = {**NETWORK, "batch_size": 500}
    with visit(browser, server + address(wrong), expected="422") as page:
        alert = page.get_by_role("alert")
        alert.get_by_text("batch_size 500 must be at most 60").first.wait_for()
        page.locator("summary", has_text="Run").click()
        page.locator(".settings .error", has_text="must be at most 60").wait_for()
        size = page.get_by_role("textbox", name="Mini-batches")
        size.fill("20")
        size.press("Enter")
        alert.wait_for(state="hidden")
        drawn(page)


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700), (390, 844)], ids=str)
@pytest.mark.parametrize("scope", ["objective", "batch"])
def test_the_curves_have_room_whatever_is_said_of_them(
    browser: Browser, server: str, scope: str, size: tuple[int, int]
) -> None:
    spec = {**NETWORK, "batch_size": 8, "record": {"scope": scope}}
    with visit(browser, server + address(spec), viewport={"width": size[0], "height": size[1]}) as page:
        drawn(page)
        note = page.locator(".timeline-note")
        note.wait_for(state="visible" if scope == "batch" else "hidden")
        chart = page.locator(".timeline .chart").bounding_box()
        assert chart is not None
        assert chart["height"] - AXIS >= 60
        if scope == "batch":
            said = note.bounding_box()
            assert said is not None
            assert said["y"] + said["height"] <= chart["y"] + 1


def test_curves_of_batches_say_that_they_are(browser: Browser, server: str) -> None:
    with visit(browser, server + address({**NETWORK, "batch_size": 8})) as page:
        drawn(page)
        note = page.locator(".timeline-note")
        note.wait_for(state="hidden")
        page.locator("summary", has_text="Run").click()
        page.get_by_role("combobox", name="Curves tell of").select_option("batch")
        until(lambda: spec_of(page).get("record") == {"scope": "batch"}, "the scope in the address")
        note.get_by_text("Of each step’s batch: a noisy estimate").wait_for()
        drawn(page)
        page.get_by_text("loss of the batch").first.wait_for()
        page.get_by_role("radio", name="Truth").check()
        page.get_by_role("columnheader", name="Loss of the batch").wait_for()
        page.get_by_role("combobox", name="Curves tell of").select_option("objective")
        until(lambda: "record" not in spec_of(page), "the usual scope, not written down")
        note.wait_for(state="hidden")
        page.get_by_role("columnheader", name="True loss").wait_for()
