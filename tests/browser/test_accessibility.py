"""What axe finds in the rooms, in both themes and at both sizes; and that the keyboard reaches every control."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import RACE, address, drawn, rest, visit

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA and of axe's best practices, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("tags => axe.run({runOnly: tags}).then(r => r.violations)", TAGS)
    return [f"{fault['id']}: {node['target']} {node['failureSummary']}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_landscape_has_no_faults(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + address(RACE), viewport=SIZES[size], color_scheme=theme) as page:
        drawn(page)
        rest(page)
        page.get_by_role("button", name="Settings of Adam").click()
        for summary in page.locator("summary").all():
            summary.click()
        assert faults(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_network_and_its_divergence_have_no_faults(browser: Browser, server: str, theme: str) -> None:
    network = {
        "objective": {"kind": "network", "data": {"kind": "sine"}},
        "optimisers": [{"kind": "gradient_descent", "learning_rate": 50.0}],
        "steps": 60,
    }
    with visit(browser, server + address(network), color_scheme=theme) as page:
        page.get_by_role("region", name="Divergence").wait_for()
        drawn(page)
        page.get_by_role("radio", name="Truth").check()
        assert faults(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_lessons_have_no_faults(browser: Browser, server: str, theme: str) -> None:
    with visit(browser, server + "#/lessons", color_scheme=theme) as page:
        card = page.locator("#lesson-edge_of_divergence")
        card.get_by_role("button", name="Read").click()
        card.get_by_role("button", name="Check").click()
        card.locator(".verdict").wait_for()
        assert faults(page) == []


def test_the_first_tab_skips_to_the_room(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the room"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "room"
        assert page.url.split("#")[1].startswith("/landscape")


def test_every_control_is_reached_by_tab_and_shows_it(browser: Browser, server: str) -> None:
    with visit(browser, server + address(RACE)) as page:
        drawn(page)
        rest(page)
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(FOCUSED))
        names = {entry["name"] for entry in seen}
        assert {"Play", "Step", "Speed", "Settings of Adam", "Add an optimiser"} <= names
        assert [entry for entry in seen if not entry["shown"]] == []


FOCUSED = """() => {
  const element = document.activeElement;
  const carriers = [element, element.parentElement, element.closest('.timeline')].filter(Boolean);
  const shown = element === document.body || carriers.some((part) => parseFloat(getComputedStyle(part).outlineWidth) > 0
    && getComputedStyle(part).outlineStyle !== 'none');
  return { name: element.getAttribute('aria-label') ?? element.textContent.trim(), shown };
}"""


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_regularisation_room_has_no_faults(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + "#/regularisation", viewport=SIZES[size], color_scheme=theme) as page:
        page.locator(".reg-facts").wait_for(timeout=60_000)
        assert faults(page) == []
