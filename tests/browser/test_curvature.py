"""The Curvature room: what it says is what the API says, at every step and in every look."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from tests.browser.test_accessibility import SIZES, faults
from tests.browser.visiting import address, painted, spec_of, until, visit

pytestmark = pytest.mark.browser

SPEC: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 6, "activation": {"kind": "tanh"}}],
        "data": {"kind": "chebyshev"},
        "loss": {"kind": "squared_error", "half": True},
    },
    "optimisers": [
        {"kind": "gradient_descent", "learning_rate": 0.3},
        {"kind": "adam", "learning_rate": 0.01},
    ],
    "steps": 60,
    "seed": 2,
    "record": {"curvature": {"every": 20, "top": 2, "bottom": 1}},
}
"""19 parameters: measured exactly, and at once."""
STEP = 40


def at(step: int, look: str = "run", selected: int = 0, **change: Any) -> str:
    """The address of ``SPEC`` (changed), paused at a step, with a racer selected and a look open."""
    page = {"step": step, "panel": look, "selected": selected}
    return address(SPEC | change | {"page": page}, "curvature")


def asked(server: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The API's JSON answer."""
    reply = httpx.post(f"{server}/api/{path}", json=body, headers={"Accept": "application/json"}, timeout=60)
    answer: dict[str, Any] = reply.raise_for_status().json()
    return answer


def hessian(server: str, step: int, racer: int = 0, **question: Any) -> dict[str, Any]:
    """The Hessian of a racer at a step, by the run that records its parameters."""
    run = asked(server, "runs", SPEC | {"record": {"parameters": True}})["runs"][racer]
    body = {"objective": SPEC["objective"], "parameters": run["parameters"][run["step"].index(step)]}
    return asked(server, "hessian", body | question)


def number(text: str) -> float:
    """A number as the page writes it, without its unit or error."""
    plain = text.replace("\u2212", "-").replace("\u202f", "").replace("≈", "").split("±")[0]
    mantissa, _, power = plain.partition("·10")
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    return float(mantissa.strip(" %")) * 10.0 ** int(power.translate(digits) or 0)


def shown(page: Page, name: str) -> str:
    """A value of the panel of numbers, once the Hessian has come."""
    page.locator(".numbers[data-status=ready]").wait_for()
    row = page.locator(".numbers .facts > div").filter(has=page.locator("dt", has_text=name))
    return row.first.locator("dd").inner_text()


def meter(page: Page, racer: int) -> Locator:
    """One racer's row of the stability meter."""
    return page.locator(".meter").nth(racer)


def test_the_first_experiment_is_measured_at_once(browser: Browser, server: str) -> None:
    with visit(browser, server + "#/curvature") as page:
        until(lambda: painted(page, ".view-run canvas.layer-curves") > 200, "the curves", 60)
        assert page.locator(".meter").count() == 5
        until(lambda: _near(meter(page, 0).locator(".meter-ratio").inner_text(), 0.3, 2.0), "the first measurement", 60)


def test_the_meter_is_the_largest_eigenvalue_over_the_threshold_and_follows_the_scrubber(
    browser: Browser, server: str
) -> None:
    runs = asked(server, "runs", SPEC)["runs"]
    with visit(browser, server + at(STEP)) as page:
        for step in (STEP, 20, 59):
            page.get_by_label("Step", exact=True).fill(str(step))
            for racer, run in enumerate(runs):
                event = next(e for e in run["curvature"] if e["step"] == step // 20 * 20)
                own = "preconditioned_" if event["threshold_kind"] == "preconditioned_hessian" else ""
                ratio = event[f"{own}eigenvalues"][0] / event["threshold"]
                told = meter(page, racer).locator(".meter-ratio")
                until(lambda told=told, ratio=ratio: _near(told.inner_text(), ratio, 0.006), f"{ratio} at step {step}")
                verdict = "stable" if ratio < 0.95 else "unstable" if ratio > 1.05 else "edge"
                assert meter(page, racer).get_attribute("data-verdict") == verdict


def _near(text: str, value: float, relative: float) -> bool:
    digits = any(character.isdigit() for character in text)
    return digits and number(text) == pytest.approx(value, rel=relative if value >= 0.1 else 0.5)


def test_the_numbers_are_the_hessian_of_the_step_that_is_shown(browser: Browser, server: str) -> None:
    with visit(browser, server + at(STEP)) as page:
        for step in (STEP, 7):
            truth = hessian(server, step, gauss_newton=True)
            page.get_by_label("Step", exact=True).fill(str(step))
            head = page.locator(".numbers .panel-head")
            until(lambda head=head, step=step: head.inner_text().endswith(f"step {step}"), f"the Hessian at {step}")
            assert number(shown(page, "λmax")) == pytest.approx(truth["eigenvalues"][0], rel=1e-3)
            assert number(shown(page, "λmin")) == pytest.approx(truth["eigenvalues"][-1], rel=1e-2)
            assert number(shown(page, "trace")) == pytest.approx(truth["trace"], rel=1e-3)
            assert shown(page, "index").startswith(f"{truth['index']} of {truth['dim']}")
            part = truth["gauss_newton"]["difference"]
            assert number(shown(page, "‖H − G‖")) == pytest.approx(100 * part, rel=1e-2)


def test_the_spectrum_is_drawn_whole_and_by_layer(browser: Browser, server: str) -> None:
    with visit(browser, server + at(STEP, "spectrum")) as page:
        page.locator(".legend li").first.wait_for()
        assert page.locator(".legend li").all_inner_texts() == ["whole", "hidden 1", "output"]
        assert "all 19 eigenvalues" in page.locator(".look-note").inner_text()
        until(lambda: painted(page, ".view-look canvas.layer-marks") > 500, "the density")


def test_every_entry_of_the_hessian_is_read_by_name(browser: Browser, server: str) -> None:
    truth = hessian(server, STEP, matrix=True)
    with visit(browser, server + at(STEP, "hessian")) as page:
        page.locator(".view-look .hint", has_text=f"step {STEP}").wait_for()
        until(lambda: painted(page, ".view-look canvas.layer-axes") > 5000, "the heat map")
        page.get_by_role("application").press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        text = page.locator(".reading").inner_text()
        assert all(truth["names"][i] in text for i in (1, 2))
        assert number(text.split("=")[-1]) == pytest.approx(truth["matrix"][1][2], rel=1e-3)
        page.get_by_text("Norms of the blocks").click()
        cells = page.locator(".block-norms td.number, .block-norms tbody td").all_inner_texts()
        assert [number(cell) for cell in cells] == pytest.approx(
            [norm for row in truth["blocks"]["norms"] for norm in row], rel=1e-2
        )


def test_a_hessian_too_large_to_form_says_what_to_look_at_instead(browser: Browser, server: str) -> None:
    layers = [{"units": units, "activation": {"kind": "tanh"}} for units in (40, 30)]
    wide = SPEC["objective"] | {"layers": layers}
    few = SPEC | {"objective": wide, "steps": 4, "record": {"curvature": {"every": 4, "top": 1}}}
    place = few | {"page": {"step": 2, "panel": "hessian"}}
    with visit(browser, server + address(place, "curvature"), expected="422") as page:
        refused = page.locator(".look-refusal")
        refused.wait_for()
        assert "1,100" in refused.inner_text()
        page.get_by_role("button", name="One step on").click()
        until(lambda: "step 3" in page.locator(".numbers").inner_text(), "the numbers of the next step")
        assert refused.is_visible()
        refused.get_by_role("button", name="Spectral density").click()
        page.locator(".legend li").first.wait_for()
        assert "Stochastic Lanczos quadrature" in page.locator(".look-note").inner_text()
        assert "±" in shown(page, "trace")
        page.get_by_role("radio", name="Newton’s plane").check()
        refused.wait_for()
        assert "steps" in refused.inner_text() and "1,100" in refused.inner_text()
        page.get_by_text("Not drawn either").wait_for()
        assert page.locator(".look-skeleton:visible").count() == 0


def test_the_plane_says_what_it_waits_for_until_its_loss_is_there(browser: Browser, server: str) -> None:
    held: list[Route] = []
    with visit(browser, server + at(STEP)) as page:
        page.route("**/api/landscapes*", lambda route: held.append(route))
        with page.expect_request("**/api/landscapes*"):
            page.get_by_role("radio", name="Newton’s plane").check()
        page.get_by_text("Computing the loss").wait_for()
        assert page.locator(".plane-pictures .look-skeleton:visible").count() == 2
        held[0].continue_()
        page.locator("table.steps").wait_for()
        assert page.locator(".plane-pictures .look-skeleton:visible").count() == 0


def test_the_steps_of_the_quadratic_are_drawn_and_told_as_the_api_tells_them(browser: Browser, server: str) -> None:
    plane = {"kind": "eigenvectors", "pair": "top_and_bottom"}
    truth = hessian(server, STEP, steps=True, plane=plane)["steps"]
    with visit(browser, server + at(STEP, "plane")) as page:
        page.get_by_role("radio", name="Top and lowest").check()
        rows = page.locator("table.steps tbody tr")
        for row, name in enumerate(("gradient", "newton", "saddle_free")):
            until(
                lambda row=row, name=name: rows.count() == 3 and _told(rows.nth(row), truth[name]), f"the {name} step"
            )
        for view in page.locator(".plane-pictures .view").all():
            for layer in ("sketch", "arrows", "trail"):
                until(lambda view=view, layer=layer: _painted(view, layer) > 20, f"the {layer}")


def _told(row: Locator, step: dict[str, Any]) -> bool:
    cells = row.locator("td").all_inner_texts()
    return [number(cell) for cell in cells[:2]] == pytest.approx([step["predicted_loss"], step["loss"]], rel=6e-3)


def _painted(view: Locator, layer: str) -> int:
    count: int = view.locator(f"canvas.layer-{layer}").evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data"
        ".filter((value, i) => i % 4 === 3 && value > 0).length"
    )
    return count


def test_a_preconditioner_is_recorded_on_request_and_compared_with_the_diagonal(browser: Browser, server: str) -> None:
    curvature = SPEC["record"]["curvature"] | {"diagonal": True}
    events = asked(server, "runs", SPEC | {"record": {"curvature": curvature}})["runs"][1]["curvature"]
    truth = next(event for event in events if event["step"] == STEP)["correlation"]
    with visit(browser, server + at(STEP, "diagonal")) as page:
        page.get_by_role("button", name="Record it").click()
        page.locator(".look-refusal").get_by_role("button", name="Adam").click()
        words = page.locator(".correlation b")
        words.first.wait_for()
        found = [number(text) for text in words.all_inner_texts()]
        assert found == pytest.approx([truth["pearson_log"], truth["spearman"]], rel=5e-3)
        until(lambda: painted(page, ".view-look canvas.layer-marks") > 50, "the cloud")
        assert spec_of(page)["record"]["curvature"]["diagonal"] is True


def test_a_surface_has_a_curvature_too(browser: Browser, server: str) -> None:
    surface: dict[str, Any] = {"objective": {"kind": "himmelblau"}, "start": {"point": [-0.3, -0.2]}, "steps": 40}
    surface["optimisers"] = [{"kind": "gradient_descent", "learning_rate": 0.0016}]
    reached = asked(server, "runs", surface)["runs"][0]["position"][20]
    truth = asked(server, "hessian", {"objective": surface["objective"], "parameters": reached})
    with visit(browser, server + address(surface | {"page": {"step": 20}}, "curvature")) as page:
        page.locator(".numbers .panel-head", has_text="step 20").wait_for()
        assert number(shown(page, "λmax")) == pytest.approx(truth["eigenvalues"][0], rel=1e-3)
        assert shown(page, "index") == f"{truth['index']} of 2"
        assert page.locator(".numbers dt", has_text="Gauss").count() == 0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
def test_the_room_has_no_faults_and_fits(browser: Browser, server: str, size: str, theme: str) -> None:
    with visit(browser, server + at(STEP), viewport=SIZES[size], color_scheme=theme) as page:
        shown(page, "λmax")
        found = faults(page)
        for look in ("Spectrum", "Hessian", "Preconditioner"):
            page.get_by_role("radio", name=look, exact=True).check(force=True)
            page.locator(".look-waiting").first.wait_for(state="hidden")
            found += faults(page)
        assert found == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= SIZES[size]["width"]
