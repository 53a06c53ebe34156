"""What is drawn above a plot is where Plotly itself would draw it, to half a pixel, however the plot is seen."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PLOTLY, ROOT, OpenPage
from tests.browser.visiting import PATIENCE

pytestmark = pytest.mark.browser
TOLERANCE = 0.5  # CSS pixels

# One saturated colour a marker: no colour of the surface comes near it.
COLOURS = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#ff00ff", "#00ffff"]
POINTS = [[-3, -3, 700], [0, 0, 500], [3, 2, 650], [-3, 2.5, 750], [2.5, -3, 620], [0.5, 3.5, 800]]

ADD_MARKERS = """async ([points, colours]) => {
  const { plotly, element, settled } = harness;
  const column = (k) => points.map((point) => point[k]);
  await plotly.addTraces(element("surface"), { type: "scatter3d", mode: "markers", hoverinfo: "skip", showlegend: false,
    x: column(0), y: column(1), z: column(2), marker: { size: 9, color: colours, opacity: 1, line: { width: 0 } } });
  for (const canvas of document.querySelectorAll("#surface > canvas")) canvas.style.visibility = "hidden";
  await settled();
}"""

# The centroids of the pixels of each colour in a picture of the page, in CSS pixels of the host.
CENTROIDS = """async ([png, colours]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data, width } = context.getImageData(0, 0, image.width, image.height);
  const wanted = colours.map((text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)));
  const sums = colours.map(() => [0, 0, 0]);
  for (let i = 0; i < data.length; i += 4) {
    const found = wanted.findIndex((rgb) => rgb.every((value, k) => Math.abs(value - data[i + k]) < 40));
    if (found < 0) continue;
    sums[found][0] += (i / 4) % width + 0.5;
    sums[found][1] += Math.floor(i / 4 / width) + 0.5;
    sums[found][2] += 1;
  }
  const ratio = image.width / document.querySelector("#surface").clientWidth;
  return sums.map(([x, y, n]) => ({ at: [x / n / ratio, y / n / ratio], pixels: n }));
}"""


def worst_surface_error(page: Page) -> float:
    """The largest distance between our projection and the centre of a marker that Plotly rendered."""
    png = base64.b64encode(page.locator("#surface").screenshot()).decode()
    centroids = page.evaluate(CENTROIDS, [png, COLOURS])
    ours = page.evaluate("(points) => harness.projectSurface(points)", POINTS)
    assert min(found["pixels"] for found in centroids) > 20, "a marker is hidden"
    return max(distance(found["at"], point) for found, point in zip(centroids, ours, strict=True))


def surface_error_at_rest(page: Page) -> float:
    """The same once WebGL has drawn what Plotly has laid out, which no event tells."""
    deadline = time.monotonic() + PATIENCE
    while (error := worst_surface_error(page)) >= TOLERANCE and time.monotonic() < deadline:
        page.evaluate("harness.settled()")
    return error


def distance(a: list[float], b: list[float]) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def look_from_above(page: Page) -> None:
    page.evaluate("harness.surface3d.setCamera({eye: {x: -0.3, y: -1.1, z: 1.9}}).then(harness.settled)")


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_surface_overlay_is_where_plotly_draws(open_page: OpenPage, ratio: int) -> None:
    with open_page("overlay.html", device_scale_factor=ratio) as page:
        look_from_above(page)
        page.evaluate(ADD_MARKERS, [POINTS, COLOURS])
        errors = {"at first": worst_surface_error(page)}
        page.evaluate("harness.surface3d.orbit(0.6, -0.15).then(harness.settled)")
        errors["after a turn by code"] = worst_surface_error(page)
        drag(page, "#surface", (320, 240), (250, 225))
        errors["after a turn by hand"] = worst_surface_error(page)
        page.evaluate("document.body.classList.add('wide'); harness.resized('surface')")
        assert page.evaluate("document.querySelector('#surface').clientWidth") == 820
        errors["after a resize"] = surface_error_at_rest(page)
        page.evaluate("harness.surface3d.setPalette(harness.readPalette())")
        assert max(errors.values()) < TOLERANCE, errors


def drag(page: Page, selector: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag within an element, in several moves as a hand would."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=6)
    page.mouse.up()
    page.evaluate("harness.settled()")


CONTOUR_ERRORS = """async () => {
  const { plotly, element, projectContour } = harness;
  const box = document.querySelector("#contour").getBoundingClientRect();
  const points = [[-4, -4], [0, 0], [3, 2], [-2.8, 3.1], [3.6, -1.8]];
  if (!document.querySelector("#contour .scatterlayer .point")) {
    await plotly.addTraces(element("contour"), { type: "scatter", mode: "markers", hoverinfo: "skip", showlegend: false,
      x: points.map(([x]) => x), y: points.map(([, y]) => y), marker: { size: 10, color: "#f00" } });
  }
  const ours = projectContour(points);
  return [...document.querySelectorAll("#contour .scatterlayer .point")].map((mark, i) => {
    const at = mark.getBoundingClientRect();
    return Math.hypot(at.x + at.width / 2 - box.x - ours[i][0], at.y + at.height / 2 - box.y - ours[i][1]);
  });
}"""


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_contour_overlay_is_where_plotly_draws(open_page: OpenPage, ratio: int) -> None:
    with open_page("overlay.html", device_scale_factor=ratio) as page:
        assert worst(page.evaluate(CONTOUR_ERRORS)) < TOLERANCE
        drag(page, "#contour", (200, 200), (260, 170))
        assert worst(page.evaluate(CONTOUR_ERRORS)) < TOLERANCE
        page.evaluate("document.body.classList.add('wide'); harness.resized('contour')")
        assert worst(page.evaluate(CONTOUR_ERRORS)) < TOLERANCE


def worst(errors: list[float]) -> float:
    assert len(errors) == 5
    return max(errors)


def test_the_overlay_follows_after_a_lost_context(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        look_from_above(page)
        page.evaluate(ADD_MARKERS, [POINTS, COLOURS])
        page.evaluate(
            """async () => {
              const scene = harness.element("surface")._fullLayout.scene._scene;
              const [before, extension] = [scene.glplot, scene.glplot.gl.getExtension("WEBGL_lose_context")];
              extension.loseContext();
              await new Promise((resolve) => setTimeout(resolve, 100));
              extension.restoreContext();
              const late = performance.now() + 20_000;
              while (scene.glplot === before && performance.now() < late) await harness.frame();
              if (scene.glplot === before) throw new Error("Plotly did not recover from the lost context");
              await harness.settled();
              await harness.surface3d.orbit(0.4, -0.1);
              await harness.settled();
            }"""
        )
        assert worst_surface_error(page) < TOLERANCE


PRIVATE_FIELDS = """() => {
  const scene = harness.element("surface")._fullLayout.scene._scene;
  const { xaxis, yaxis } = harness.element("contour")._fullLayout;
  const matrix = (value) => value?.length === 16 && Array.from(value).every(Number.isFinite);
  return {
    "scene.glplot.cameraParams.projection": matrix(scene.glplot?.cameraParams?.projection),
    "scene.glplot.cameraParams.view": matrix(scene.glplot?.cameraParams?.view),
    "scene.glplot.cameraParams.model": matrix(scene.glplot?.cameraParams?.model),
    "scene.glplot.onrender": typeof scene.glplot?.onrender === "function",
    "scene.dataScale": scene.dataScale?.length === 3,
    "scene.getCamera": typeof scene.getCamera?.().eye?.x === "number",
    ...Object.fromEntries([xaxis, yaxis].flatMap((axis) => [
      [`${axis._id}axis._offset`, Number.isFinite(axis._offset)], [`${axis._id}axis._length`, axis._length > 0],
      [`${axis._id}axis.l2p`, Number.isFinite(axis.l2p?.(0))],
      [`${axis._id}axis.p2l`, Math.abs(axis.p2l?.(axis.l2p(1.25)) - 1.25) < 1e-9],
      [`${axis._id}axis.range`, axis.range?.length === 2],
    ])),
  };
}"""


def test_plotly_still_has_the_private_fields_that_we_read(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        fields: dict[str, Any] = page.evaluate(PRIVATE_FIELDS)
    missing = [name for name, there in fields.items() if not there]
    assert not missing, f"this version of Plotly has no {', '.join(missing)}: adapt static/plots/internals.js"


def test_the_page_holds_the_elements_by_which_plotly_skips_its_inline_styles() -> None:
    bundle = PLOTLY.read_text(encoding="utf-8")
    index = (ROOT / "static" / "index.html").read_text(encoding="utf-8")
    assert "plotly.js-style-" in bundle
    for name in (
        'id="plotly.js-style-global"',
        'id="9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"',
    ):
        assert name in index, f"static/index.html must hold an element with {name} before Plotly runs"
    identifier = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"
    assert identifier in bundle, (
        "this version of Plotly names its map styles otherwise: look for the new id in its bundle"
    )
