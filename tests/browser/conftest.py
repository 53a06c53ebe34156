"""A browser, and a static server for the pages that drive one module of the front end each."""

from __future__ import annotations

import functools
import http.server
import importlib.resources
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import plotly
import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from app.api.headers import CONTENT_SECURITY_POLICY
from app.api.pages import ASSETS
from scripts.find_browser import FLAGS

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PACKAGED = {"/plotly.min.js": PLOTLY} | {
    f"/static/vendor/{asset.name}": importlib.resources.files(asset.package) / asset.path for asset in ASSETS
}
"""Files of installed packages, by the address at which the pages ask for them."""

OpenPage = Callable[..., AbstractContextManager[Page]]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves ``/static``, the files of packages and the harness pages under the policy that the product sends."""

    def translate_path(self, path: str) -> str:
        route = urlsplit(path).path
        if route in PACKAGED:
            return str(PACKAGED[route])
        base = ROOT if route.startswith("/static/") else PAGES
        return str(base / route.lstrip("/"))

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("Cache-Control", "no-store" if "plotly" not in self.path else "max-age=3600")
        super().end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Quiet: a failing page is reported by its test."""


@pytest.fixture(scope="session")
def pages() -> Iterator[str]:
    """The address of the harness pages."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For one module's tests: its event loop runs in this thread, where later modules run their own."""
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launched(playwright: Playwright, executable: Path, *flags: str) -> Iterator[Browser]:
    """A headless Chromium with software WebGL."""
    browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    with launched(playwright, chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def flat_browser(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """A browser without WebGL."""
    with launched(playwright, chromium, "--disable-3d-apis") as browser:
        yield browser


def opened(browser: Browser, url: str, **context: object) -> AbstractContextManager[Page]:
    """A page that is ready, and that must end without an error in its console or a violation of the policy."""

    @contextmanager
    def page_of() -> Iterator[Page]:
        page = browser.new_context(**{"viewport": {"width": 1130, "height": 700}, **context}).new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.locator("html[data-ready=yes]").wait_for(timeout=60_000)
        yield page
        assert page.evaluate("violations") == []
        assert errors == []
        page.context.close()

    return page_of()


@pytest.fixture
def open_page(browser: Browser, pages: str) -> OpenPage:
    """``open_page("overlay.html?theme=dark", device_scale_factor=2)`` as a context."""
    return lambda path, **context: opened(browser, f"{pages}/{path}", **context)


@pytest.fixture
def open_flat_page(flat_browser: Browser, pages: str) -> OpenPage:
    """The same without WebGL."""
    return lambda path, **context: opened(flat_browser, f"{pages}/{path}", **context)
