"""Trails, heads, picking, the start handle and the charts, as a person meets them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

INK = """([id, layer]) => {
  const canvas = document.querySelector(`#${id} .layer-${layer}`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) inked += data[i] > 127;
  return inked;
}"""

# How many pixels differ between trails drawn frame by frame and at once, and how many there are.
INCREMENTS = """async (id) => {
  const plot = id === "surface" ? harness.surface3d : harness.contour2d;
  const canvas = document.querySelector(`#${id} .layer-trail`);
  const pixels = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const mask = () => pixels().filter((_, i) => i % 4 === 3);
  plot.draw(0);
  for (let step = 0; step <= 300; step += 1.5) plot.draw(step);
  const bit_by_bit = mask();
  plot.draw(0);
  plot.draw(300);
  const at_once = mask();
  const pairs = Array.from(at_once, (alpha, i) => [alpha > 127, bit_by_bit[i] > 127]);
  return { all: pairs.filter(([a]) => a).length, different: pairs.filter(([a, b]) => a !== b).length };
}"""


@pytest.mark.parametrize("plot", ["surface", "contour"])
def test_a_trail_drawn_frame_by_frame_is_the_trail_drawn_at_once(open_page: OpenPage, plot: str) -> None:
    with open_page("overlay.html") as page:
        counts = page.evaluate(INCREMENTS, plot)
        assert counts["all"] > 1000
        assert counts["different"] < 0.05 * counts["all"], counts


@pytest.mark.parametrize("plot", ["surface", "contour"])
def test_going_back_takes_the_trail_back(open_page: OpenPage, plot: str) -> None:
    with open_page("overlay.html") as page:
        inks = [
            page.evaluate(f"harness.draw({step})") or page.evaluate(INK, [plot, "trail"]) for step in (20, 150, 20, 0)
        ]
        assert inks[1] > inks[0] == inks[2] > 0
        assert inks[3] == 0


COUNT_WORK = """async ([from, to]) => {
  const { plotly, draw, frame, element } = harness;
  let [calls, renders, lines] = [0, 0, 0];
  const names = ["react", "newPlot", "restyle", "relayout", "update", "animate", "extendTraces", "redraw"];
  const restore = names.map((name) => {
    const real = plotly[name];
    plotly[name] = (...args) => { calls++; return real(...args); };
    return () => { plotly[name] = real; };
  });
  const { glplot } = element("surface")._fullLayout.scene._scene;
  const real = glplot.onrender;
  glplot.onrender = () => { renders++; real(); };
  const lineTo = CanvasRenderingContext2D.prototype.lineTo;
  draw(from);
  await frame();
  CanvasRenderingContext2D.prototype.lineTo = function (...args) { lines++; return lineTo.apply(this, args); };
  for (let step = from + 1; step <= to; step++) { await frame(); draw(step); }
  CanvasRenderingContext2D.prototype.lineTo = lineTo;
  glplot.onrender = real;
  for (const undo of restore) undo();
  return { calls, renders, lines: lines / (to - from) };
}"""


def test_a_frame_calls_plotly_never_and_costs_the_same_for_short_and_long_trails(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        short, long = (page.evaluate(COUNT_WORK, span) for span in ([10, 40], [900, 930]))
        assert short["calls"] == long["calls"] == 0
        assert short["renders"] == long["renders"] == 0
        assert 0 < long["lines"] <= short["lines"] + 1


def click(page: Page, selector: str, at: list[float]) -> None:
    page.locator(selector).click(position={"x": at[0], "y": at[1]}, force=True)


def test_a_click_on_the_surface_picks_the_point_under_it(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        for x, y in ([1.0, -1.0], [-3.0, -3.5], [3.5, -2.0]):
            loss = page.evaluate("([x, y]) => harness.surface.of(x, y)", [x, y])
            click(page, "#surface", page.evaluate("(point) => harness.projectSurface([point])[0]", [x, y, loss]))
            found = page.evaluate("harness.picked.at(-1)")
            assert abs(found["x"] - x) < 0.06 and abs(found["y"] - y) < 0.06, found
            assert abs(found["loss"] - loss) < 3
        count = page.evaluate("harness.picked.length")
        click(page, "#surface", [5, 5])
        assert page.evaluate("harness.picked.length") == count == 3


def test_turning_the_surface_is_not_a_click(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        drag(page, "#surface", (300, 240), (360, 260))
        assert page.evaluate("harness.picked") == []


def test_a_click_on_the_contour_gives_data_coordinates(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        click(page, "#contour", page.evaluate("harness.projectContour([[2.5, -3.25]])[0]"))
        point = page.evaluate("harness.picked.at(-1)")
        assert abs(point["x"] - 2.5) < 0.03 and abs(point["y"] + 3.25) < 0.03
        click(page, "#contour", [10, 200])
        assert page.evaluate("harness.picked.length") == 1


def drag(page: Page, selector: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=5)
    page.mouse.up()
    page.evaluate("harness.settled()")


def test_a_drag_on_the_contour_pans_it_and_tells_the_window(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        drag(page, "#contour", (200, 200), (238, 200))
        (window,) = page.evaluate("harness.windows")
        assert abs(window[0] + 6) < 0.05 and abs(window[1] - 4) < 0.05  # one unit is 38 pixels
        assert page.evaluate("harness.picked") == []


def test_the_start_is_dragged_by_pointer(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        start, end = page.evaluate("harness.projectContour([[-0.3, -0.2], [-2, 1.5]])")
        drag(page, "#contour", tuple(start), tuple(end))
        moves = page.evaluate("harness.started")
        assert [move["done"] for move in moves] == [False] * (len(moves) - 1) + [True]
        assert abs(moves[-1]["x"] + 2) < 0.05 and abs(moves[-1]["y"] - 1.5) < 0.05
        assert page.evaluate("harness.windows") == [] == page.evaluate("harness.picked")


def test_the_start_is_moved_by_keys_and_says_where_it_is(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        handle = page.get_by_role("button", name="Start at x = −0.3")
        assert page.locator(".start-handle ~ .layer-heads").count() == 1  # names of heads are not covered by it
        handle.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
            page.keyboard.press(key)
        last = page.evaluate("harness.started.filter(({ done }) => !done).at(-1)")
        assert abs(last["x"] - (-0.3 + 0.1)) < 1e-9 and abs(last["y"] - (-0.2 + 0.05 - 0.5)) < 1e-9
        expect(page.get_by_role("button", name="Start at x = −0.200, y = −0.650")).to_be_focused()
        page.evaluate("(async () => { while (!harness.started.at(-1).done) await harness.frame(); })()")
        assert page.evaluate("harness.started.at(-1)") == {**last, "done": True}


def test_the_surface_turns_by_keys(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        eyes = [page.evaluate("harness.surface3d.camera().eye")]
        page.locator("#surface").focus()
        for key in ("ArrowRight", "+", "0"):
            page.keyboard.press(key)
            page.evaluate("harness.settled()")
            eyes.append(page.evaluate("harness.surface3d.camera().eye"))
        home, turned, nearer, reset = (tuple(eye.values()) for eye in eyes)
        assert turned[2] == pytest.approx(home[2]) and turned[:2] != pytest.approx(home[:2])
        assert nearer == pytest.approx(tuple(value / 1.12 for value in turned))
        assert reset == pytest.approx(home)


def test_a_new_field_keeps_the_camera(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        page.evaluate("harness.surface3d.orbit(0.5, 0.1).then(harness.settled)")
        before = page.evaluate("harness.surface3d.camera().eye")
        page.evaluate("harness.surface3d.setField(harness.field, { height: 'log' }).then(harness.settled)")
        assert page.evaluate("harness.surface3d.camera().eye") == pytest.approx(before)


def test_without_webgl_the_surface_says_so_and_the_contour_works(open_flat_page: OpenPage) -> None:
    with open_flat_page("overlay.html") as page:
        assert page.evaluate("harness.surface3d.supported") is False
        assert "WebGL" in page.evaluate("harness.surface3d.reason")
        assert page.locator("#surface .plot").inner_html() == ""
        assert page.evaluate("harness.surface3d.pick(200, 200)") is None
        assert page.evaluate(INK, ["contour", "trail"]) > 500


HOLED = """async () => {
  const { surface3d, contour2d, fieldOf, gridOf, surface, settled } = harness;
  const of = (x, y) => (Math.hypot(x - 2, y + 2) < 1.2 ? null : surface.of(x, y));
  const field = fieldOf(gridOf({ ...surface, of }, 65));
  await Promise.all([surface3d.setField(field), contour2d.setField(field)]);
  await settled();
  return field.holes;
}"""


def test_a_hole_stays_a_hole(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        loss = page.evaluate("harness.surface.of(2, -2)")
        at = page.evaluate("(z) => harness.projectSurface([[2, -2, z]])[0]", loss)
        before = page.evaluate("([x, y]) => harness.surface3d.pick(x, y)", at)
        assert abs(before["x"] - 2) < 0.05
        assert page.evaluate(HOLED) > 0
        after = page.evaluate("([x, y]) => harness.surface3d.pick(x, y)", at)
        assert after is None or abs(after["x"] - 2) > 1 or abs(after["y"] + 2) > 1


HEADS = """async ([x, y, diverged]) => {
  const { contour2d, RunBuffer } = harness;
  const buffer = new RunBuffer();
  const position = [[0, 0], [x, y]];
  buffer.append({ kind: "frames", run: 0, step: [0, 1], position, loss: [1, 2], gradient_norm: [1, 1] });
  if (diverged) buffer.diverged = { kind: "diverged", run: 0, step: 1, reason: "overflow", message: "" };
  contour2d.setTracks([{ buffer, title: "A", colour: 0 }]);
  contour2d.draw(9);
  const canvas = document.querySelector("#contour .layer-heads");
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const inked = [];
  for (let i = 3; i < data.length; i += 4) if (data[i] > 127) inked.push((i >> 2) % width);
  return { left: Math.min(...inked), right: Math.max(...inked), count: inked.length };
}"""


def test_an_optimiser_that_left_the_window_is_an_arrow_at_its_border(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        right = page.evaluate("harness.projectContour([[5, 0]])[0][0]")
        for x in (7.0, 1e300):
            drawn: dict[str, Any] = page.evaluate(HEADS, [x, 1.0, False])
            assert 0 < drawn["count"] < 400
            assert right - 30 < drawn["left"] < drawn["right"] <= right


def test_an_optimiser_that_diverged_is_a_cross(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        disc, cross = (page.evaluate(HEADS, [1.0, 1.0, diverged])["count"] for diverged in (False, True))
        assert 0 < cross != disc


def test_the_loss_chart_scrubs_from_its_first_step_to_its_last(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        insets = page.evaluate("harness.chart.insets()")
        width = page.evaluate("document.querySelector('#chart').clientWidth")
        click(page, "#chart", [insets["left"], 60])
        click(page, "#chart", [width - insets["right"], 60])
        click(page, "#chart", [5, 60])
        assert page.evaluate("harness.scrubbed") == [0, 1000, 0]


def test_every_chart_draws_and_a_theme_changes_it(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        pictures = []
        for theme in ("dark", "light"):
            page.evaluate(
                """async (theme) => {
                  document.documentElement.dataset.theme = theme;
                  const { surface3d, contour2d, chart, bars, readPalette } = harness;
                  for (const plot of [surface3d, contour2d, chart, bars]) await plot.setPalette(readPalette());
                  await harness.settled();
                }""",
                theme,
            )
            for plot, layer in (
                ("chart", "curves"),
                ("chart", "axes"),
                ("bars", "bars"),
                ("surface", "frame"),
                ("contour", "markers"),
            ):
                assert page.evaluate(INK, [plot, layer]) > 30, (theme, plot, layer)
            pictures.append([page.locator(f"#{plot}").screenshot() for plot in ("surface", "contour", "chart", "bars")])
        assert all(dark != light for dark, light in zip(*pictures, strict=True))


@pytest.mark.parametrize("plot", ["surface3d", "contour2d"])
def test_a_picture_holds_plot_and_paths_at_the_display_s_resolution(open_page: OpenPage, plot: str) -> None:
    with open_page("overlay.html", device_scale_factor=2) as page:
        size = page.evaluate(
            """async (plot) => {
              const bitmap = await createImageBitmap(await harness[plot].picture());
              const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
              context.drawImage(bitmap, 0, 0);
              const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
              const colours = new Set();
              let yellow = 0;
              for (let i = 0; i < data.length; i += 4) {
                colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
                yellow += data[i] > 220 && data[i + 1] > 215 && data[i + 2] < 90;
              }
              return { width: bitmap.width, height: bitmap.height, colours: colours.size, yellow };
            }""",
            plot,
        )
        assert (size["width"], size["height"]) == ((1280, 960) if plot == "surface3d" else (880, 960))
        assert size["colours"] > 100 and size["yellow"] > 200


def test_disposing_leaves_the_host_empty(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        page.evaluate("for (const name of ['surface3d', 'contour2d', 'chart', 'bars']) harness[name].dispose()")
        page.evaluate("document.body.classList.add('wide')")
        page.wait_for_timeout(200)
        assert page.evaluate("[...document.querySelectorAll('.host')].map((host) => host.children.length)") == [
            0,
            0,
            0,
            0,
        ]


def test_a_resize_while_a_field_is_being_drawn_is_nobody_s_choice_of_a_window(open_page: OpenPage) -> None:
    with open_page("overlay.html") as page:
        windows = page.evaluate(
            """async () => {
              const { contour2d, fieldOf, gridOf, surfaces, windows, resized } = harness;
              document.body.classList.add("wide");
              await contour2d.setField(fieldOf(gridOf(surfaces.rosenbrock, 65)));
              await resized("contour");
              return windows;
            }"""
        )
        assert windows == []
        extent = page.evaluate("harness.element('contour')._fullLayout.xaxis.range")
        assert extent == pytest.approx([-2, 2])
