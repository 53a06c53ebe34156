"""Visits to the whole page on a live server: what every visit must leave behind is a clean console."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PATIENCE = 20.0
VIOLATIONS = """addEventListener('securitypolicyviolation', (event) => {
  (window.violations ??= []).push(event.violatedDirective);
});"""

RACE: dict[str, Any] = {
    "objective": {"kind": "himmelblau"},
    "optimisers": [
        {"kind": "gradient_descent", "learning_rate": 0.0016},
        {"kind": "adam", "learning_rate": 0.06},
    ],
    "start": {"point": [-0.3, -0.2]},
    "steps": 120,
}
"""A short race that converges."""


def address(spec: dict[str, Any], room: str = "landscape") -> str:
    """The fragment that opens a spec in a room."""
    return f"#/{room}?s={quote(json.dumps(spec))}"


@contextmanager
def visit(browser: Browser, url: str, *, expected: str | None = None, **context: Any) -> Iterator[Page]:
    """A page that must end without an error in its console and without a violation of the policy.

    Args:
        browser: where to open it.
        url: the server's address and the fragment.
        expected: text of console errors that the visit provokes on purpose (a refused request is one).
        context: settings of the browser context.
    """
    options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, **context}
    with browser.new_context(**options) as opened:
        opened.add_init_script(VIOLATIONS)
        page = opened.new_page()
        errors: list[str] = []
        unanswered: dict[Request, str] = {}
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _collect(message, errors, expected))
        page.on("request", lambda request: unanswered.update({request: f"{request.method} {request.url[:200]}"}))
        for ended in ("requestfinished", "requestfailed"):
            page.on(ended, lambda request: unanswered.pop(request, None))
        page.goto(url)
        try:
            yield page
        except Exception as error:
            error.add_note(f"errors of the page: {errors}; requests without an answer: {[*unanswered.values()]}")
            raise
        assert page.evaluate("window.violations ?? []") == []
        assert errors == []


def _collect(message: ConsoleMessage, errors: list[str], expected: str | None) -> None:
    if message.type == "error" and not (expected and expected in message.text):
        errors.append(f"{message.text} ({message.location})")


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Poll (the page's policy forbids strings to be evaluated in it) until ``condition`` gives something true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {patience:g} s")


def step_of(page: Page) -> int:
    """The step that the clock shows."""
    return int(page.locator(".clock-step").inner_text().replace("\u202f", "") or -1)


def spec_of(page: Page) -> dict[str, Any]:
    """The experiment in the address."""
    read: dict[str, Any] = page.evaluate("JSON.parse(decodeURIComponent(location.hash.split('?s=')[1] ?? 'null'))")
    return read


def painted(page: Page, canvas: str) -> int:
    """How many pixels of a canvas are not transparent."""
    count: int = page.locator(canvas).evaluate(
        "canvas => { if (!canvas.width || !canvas.height) return 0;"
        " const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        " let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; }"
    )
    return count


def drawn(page: Page) -> None:
    """Return once the landscape and the paths above it are drawn."""
    page.locator(".view-contour[data-status=ready]").wait_for()
    until(lambda: painted(page, ".view-contour canvas.layer-trail") > 50, "the paths on the contour")


def rest(page: Page) -> None:
    """Return once the race has run to its end."""
    page.get_by_role("button", name="Play", exact=True).wait_for()
