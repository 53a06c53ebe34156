"""Learning rates that the page gives to racers nobody tuned: calm on every surface, and out of the way of a hand."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import RACE, address, drawn, spec_of, until, visit

pytestmark = pytest.mark.browser

UNBOUNDED = {"saddle", "monkey_saddle"}
"""Surfaces that fall for ever: whoever descends leaves."""
GIVEN = """async () => {
  const [{ retuned, suitedRate }, { FIRST }] = await Promise.all([
    import('/race/rates.js'), import('/race/state.js')]);
  const catalogue = await (await fetch('/api/catalogue')).json();
  const tuned = (surface) => catalogue.optimisers.map(({ kind }) => ({ kind }))
    .filter((racer) => suitedRate(racer, surface, catalogue) !== null);
  return catalogue.surfaces.map((surface) => ({ kind: surface.kind,
    races: [FIRST.function().optimisers, tuned(surface)].map((racers) => retuned(racers, [], surface, catalogue)) }));
}"""


def choose(page: Page, surface: str) -> None:
    page.get_by_label("Function", exact=True).last.select_option(surface)
    until(lambda: spec_of(page)["objective"]["kind"] == surface, f"{surface} in the address")


def rates(page: Page) -> list[float]:
    return [racer["learning_rate"] for racer in spec_of(page)["optimisers"]]


def diverged(server: str, surface: str, racers: list[dict[str, Any]]) -> list[str]:
    """Kinds of the racers that diverge from the surface's own start within 300 steps."""
    found: list[str] = []
    for first in range(0, len(racers), 8):
        some = racers[first : first + 8]
        spec = {"objective": {"kind": surface}, "optimisers": some, "steps": 300, "record": {"every": 300}}
        reply = httpx.post(f"{server}/api/runs", json=spec, headers={"Accept": "application/json"}, timeout=60)
        assert reply.status_code == 200, reply.text
        runs = [run["summary"] for run in reply.json()["runs"]]
        found += [racer["kind"] for racer, run in zip(some, runs, strict=True) if run["diverged"]]
    return found


def test_no_racer_with_a_given_rate_diverges_on_a_surface_with_a_floor(browser: Browser, server: str) -> None:
    with visit(browser, server) as page:
        drawn(page)
        given = page.evaluate(GIVEN)
    bounded = [surface for surface in given if surface["kind"] not in UNBOUNDED]
    assert {
        surface["kind"]: kinds
        for surface in bounded
        if (kinds := [kind for race in surface["races"] for kind in diverged(server, surface["kind"], race)])
    } == {}
    assert len(bounded) == len(given) - len(UNBOUNDED)


def test_another_surface_brings_its_rates_except_for_those_chosen_by_hand(browser: Browser, server: str) -> None:
    race = {**RACE, "optimisers": [*RACE["optimisers"], {"kind": "adam", "learning_rate": 0.123}]}
    with visit(browser, server + address(race)) as page:
        drawn(page)
        choose(page, "rosenbrock")
        suited = rates(page)
        assert suited[0] == pytest.approx(0.00033)
        assert suited[1:] == pytest.approx([0.04, 0.123])
        page.go_back()
        until(lambda: rates(page) == [0.0016, 0.06, 0.123], "the rates before")
        choose(page, "rosenbrock")
        choose(page, "quadratic")
        assert rates(page) == pytest.approx([0.02, 0.04, 0.123])


def test_a_new_racer_starts_with_a_rate_that_suits_the_surface(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        page.get_by_role("button", name="Add an optimiser").click()
        page.get_by_role("menuitem", name="Lion").click()
        until(lambda: len(spec_of(page)["optimisers"]) == 3, "three racers")
        assert rates(page)[2] == pytest.approx(0.1)
