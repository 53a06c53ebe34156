"""Take ``docs/screenshots/*.png``: each scene at two sizes in both themes, of a server that this script starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from scripts.find_browser import FLAGS, REMEDY, find, use_packaged_node
from scripts.serve import serving

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = ("dark", "light")
SETTLE = 1500.0
"""Milliseconds to draw once everything has arrived."""

SIZES = {"wide": (1440, 900), "phone": (390, 844)}

RACE: dict[str, Any] = {
    "objective": {"kind": "himmelblau"},
    "optimisers": [
        {"kind": "gradient_descent", "learning_rate": 0.0016},
        {"kind": "heavy_ball", "learning_rate": 0.0011, "momentum": 0.93},
        {"kind": "nesterov", "learning_rate": 0.0024},
        {"kind": "rmsprop", "learning_rate": 0.025},
        {"kind": "adam", "learning_rate": 0.06},
    ],
    "start": {"point": [-0.3, -0.2]},
    "steps": 300,
}

CHAIN: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 4, "activation": {"kind": "tanh"}}, {"units": 3, "activation": {"kind": "tanh"}}],
        "data": {"kind": "moons", "noise": 0.1},
    },
    "optimisers": [{"kind": "adam", "learning_rate": 0.03}],
    "steps": 300,
    "page": {"panel": "chain", "stage": 7},
}

PRIOR: dict[str, Any] = {"data": "diabetes", "columns": [3, 8], "penalty": "l1", "index": 2, "reading": "prior"}


TANH: dict[str, Any] = {"units": 16, "activation": {"kind": "tanh"}}
EDGE: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [TANH, TANH],
        "data": {"kind": "chebyshev"},
        "loss": {"kind": "squared_error", "half": True},
        "initialiser": {"kind": "lecun_normal"},
    },
    "optimisers": [
        {"kind": "gradient_descent", "learning_rate": 0.15},
        {"kind": "gradient_descent", "learning_rate": 0.25},
        {"kind": "gradient_descent", "learning_rate": 0.4},
        {"kind": "heavy_ball", "learning_rate": 0.25, "momentum": 0.5},
        {"kind": "adam", "learning_rate": 0.003, "beta2": 0.99},
    ],
    "steps": 1000,
    "seed": 1,
    "record": {"curvature": {"every": 10, "top": 2, "bottom": 0}},
}


class Scene(NamedTuple):
    """A state of the page, what shows that it is there, and the step that a race is scrubbed to."""

    name: str
    address: str
    ready: str
    step: int | None = None


def _curvature(page: dict[str, Any]) -> str:
    return f"#/curvature?s={quote(json.dumps(EDGE | {'page': page}))}"


SCENES = (
    Scene("landscape", f"#/landscape?s={quote(json.dumps(RACE))}", ".view-contour[data-status=ready]", 120),
    Scene("network", "#/network", ".scores tbody", 150),
    Scene("network-chain", f"#/network?s={quote(json.dumps(CHAIN))}", ".checks", 100),
    Scene("curvature", _curvature({"panel": "run"}), ".numbers[data-status=ready]", 700),
    Scene("curvature-plane", _curvature({"panel": "plane", "pair": "top_and_bottom", "step": 180}), "table.steps"),
    Scene("bayes", "#/bayes", ".view-bayes[data-status=finished]", 130),
    Scene("lessons", "#/lessons", "#room[data-room=lessons] article"),
    Scene("regularisation", "#/regularisation", ".reg-facts"),
    Scene("prior", f"#/regularisation?s={quote(json.dumps(PRIOR))}", ".reg-slices:visible"),
)


class Shot(NamedTuple):
    """One picture."""

    scene: Scene
    size: str
    theme: Theme

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return TARGET / f"{self.scene.name}-{self.size}-{self.theme}.png"


def shots() -> Iterator[Shot]:
    """Every picture that is taken."""
    yield from (Shot(*choice) for choice in product(SCENES, SIZES, THEMES))


def take(browser: Browser, url: str, shot: Shot) -> None:
    """Open the scene, wait for it to come to rest, and keep the picture."""
    width, height = SIZES[shot.size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.theme, reduced_motion="reduce"
    )
    context.add_init_script(f"localStorage.setItem('theme', '{shot.theme}')")
    page = context.new_page()
    page.goto(f"{url}/{shot.scene.address}")
    page.locator(shot.scene.ready).first.wait_for()
    page.wait_for_load_state("networkidle")
    if shot.scene.step is not None:
        scrubber = page.get_by_label("Step", exact=True)
        scrubber.fill(str(shot.scene.step))
        scrubber.blur()
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=shot.path)
    context.close()


def main() -> None:
    """Take all pictures."""
    path = find()
    if path is None:
        raise SystemExit(REMEDY)
    use_packaged_node()
    TARGET.mkdir(parents=True, exist_ok=True)
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for shot in shots():
            take(browser, url, shot)
            print(shot.path.relative_to(TARGET.parent.parent))
        browser.close()


if __name__ == "__main__":
    main()
