"""The Network room: the drawn editor, what follows it, the chain rule step by step, activations, and files."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.test_accessibility import SIZES, faults
from tests.browser.visiting import painted, spec_of, until, visit

pytestmark = pytest.mark.browser

SMALL: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 3, "activation": {"kind": "tanh"}}],
        "data": {"kind": "moons", "n": 40},
    },
    "optimisers": [{"kind": "adam", "learning_rate": 0.05}],
    "steps": 40,
}
CHAIN: dict[str, Any] = {**SMALL, "page": {"panel": "chain", "step": 20}}
STAGES = 6
"""Inputs, two layers forward, the loss, two layers back."""


def at(spec: dict[str, Any]) -> str:
    """The fragment that opens a spec in the Network room."""
    return f"#/network?s={quote(json.dumps(spec))}"


def drawn(page: Page) -> None:
    """Return once the network and its answer are drawn."""
    for canvas in (".board .layer-edges", ".board .layer-tiles", ".view-answer canvas >> nth=0"):
        until(lambda canvas=canvas: painted(page, canvas) > 100, f"a picture on {canvas}")


def derivatives_of(page: Page) -> Locator:
    """The numbers that are known of the chosen weight's derivative, over all examples."""
    return page.locator(".checks-mean tbody td:first-of-type")


def to_the_end(page: Page) -> None:
    """Walk forward and back, stage by stage."""
    page.get_by_role("heading", name="An example comes in").wait_for()
    for _ in range(STAGES - 1):
        page.get_by_role("button", name="Next stage").click()


def test_the_first_experiment_draws_itself_and_learns(browser: Browser, server: str) -> None:
    with visit(browser, f"{server}#/network") as page:
        drawn(page)
        page.get_by_role("button", name="One step on").wait_for()
        right = page.locator(".scores tbody tr td").nth(1)
        until(lambda: float(right.inner_text().split("\u202f")[0].strip("–") or 0) > 60, "more than 60 % right")


def test_layers_and_units_are_edited_on_the_drawing_and_the_run_follows(browser: Browser, server: str) -> None:
    with visit(browser, server + at(SMALL)) as page:
        drawn(page)
        page.get_by_role("button", name="Add a layer before the output").click()
        until(lambda: len(spec_of(page)["objective"]["layers"]) == 2, "the layer in the address")
        page.get_by_role("button", name="One unit more in hidden layer 2").click()
        page.get_by_label("Activation of hidden layer 1").select_option("relu")
        until(
            lambda: (
                spec_of(page)["objective"]["layers"]
                == [{"units": 3, "activation": {"kind": "relu"}}, {"units": 4, "activation": {"kind": "tanh"}}]
            ),
            "both changes",
        )
        page.get_by_text("30 parameters").wait_for()
        page.locator(".layer-bars").first.get_by_text("hidden 2").wait_for()
        page.get_by_role("button", name="Hidden layer 2, unit 4").wait_for(state="attached")
        page.get_by_role("button", name="Remove hidden layer 1").click()
        page.get_by_text("17 parameters").wait_for()
        drawn(page)


def test_units_tell_their_numbers_to_hand_and_keyboard(browser: Browser, server: str) -> None:
    with visit(browser, server + at(SMALL)) as page:
        drawn(page)
        page.get_by_role("button", name="Inputs, x₁").focus()
        page.keyboard.press("ArrowRight")
        page.locator(".detail", has_text="hidden layer 1, unit 1: bias").wait_for()
        page.keyboard.press("ArrowDown")
        page.locator(".detail", has_text="unit 2").wait_for()
        page.get_by_role("button", name="Output, output 1").hover()
        page.locator(".detail", has_text="output").wait_for()


def test_no_derivative_is_there_before_the_backward_pass(browser: Browser, server: str) -> None:
    with visit(browser, server + at(CHAIN)) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        page.locator(".weight-math math").wait_for()
        for _ in range(STAGES - 2):
            assert derivatives_of(page).count() == 0
            assert page.locator(".factor-result").count() == 0
            page.keyboard.press("n")
        page.get_by_role("heading", name="Backward: output").wait_for()
        page.get_by_text("not known yet").first.wait_for(state="attached")
        assert derivatives_of(page).count() == 0
        page.keyboard.press("n")
        until(lambda: derivatives_of(page).count() == 3, "three ways to the derivative")
        page.keyboard.press("p")
        until(lambda: derivatives_of(page).count() == 0, "the derivative gone again")


def test_the_numbers_of_a_weight_are_those_of_the_api(browser: Browser, server: str) -> None:
    with visit(browser, server + at(CHAIN)) as page:
        to_the_end(page)
        until(lambda: spec_of(page)["page"].get("stage") == STAGES - 1, "the stage in the address")
        with page.expect_request("**/api/derivatives*") as sent:
            page.get_by_label("To", exact=True).select_option(label="2")
        asked = json.loads(sent.value.post_data or "")
        assert asked["weight"] == {"layer": "hidden 1", "row": 1, "column": 0}
        reply = httpx.post(f"{server}/api/derivatives", json=asked, timeout=30).json()["weight"]
        ways = [reply["gradient"], reply["finite_difference"]["value"], reply["complex_step"]["value"]]
        until(lambda: derivatives_of(page).count() == 3, "the table")
        until(lambda: number(derivatives_of(page).nth(0)) == pytest.approx(reply["gradient"], rel=1e-8), "the weight")
        assert [number(cell) for cell in derivatives_of(page).all()] == pytest.approx(ways, rel=1e-8)
        own = reply["examples"][0]["product"] * 40
        assert number(page.locator(".factor-result")) == pytest.approx(own, rel=1e-2)
        alone = page.locator(".checks-own tbody td:first-of-type").all()
        assert [number(cell) for cell in alone] == pytest.approx([own] * 3, rel=1e-6)
        page.get_by_label("From", exact=True).select_option(label="bias")
        page.locator(".weight-name", has_text="bias of hidden layer 1, unit 2").wait_for()
        delta = own / reply["examples"][0]["input"]
        until(lambda: number(page.locator(".factor-result")) == pytest.approx(delta, rel=1e-2), "δ, which is that of b")


def test_a_bias_is_chosen_by_clicking_its_unit(browser: Browser, server: str) -> None:
    with visit(browser, server + at(SMALL)) as page:
        drawn(page)
        page.get_by_role("button", name="Hidden layer 1, unit 3").click()
        page.locator(".weight-name", has_text="bias of hidden layer 1, unit 3 b = ").wait_for()
        page.locator(".factor-legend", has_text="a bias is added as it is").wait_for()
        page.get_by_label("Layer", exact=True).select_option(label="output")
        page.locator(".weight-name", has_text="hidden layer 1, unit 1 → output").wait_for()


def number(cell: Locator) -> float:
    """A number as the page writes it."""
    mantissa, _, power = (cell.text_content() or "").replace("\u2212", "-").partition("·10")
    digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10 ** int(digits or 0)


def test_a_weight_is_chosen_by_clicking_its_line(browser: Browser, server: str) -> None:
    line = {**SMALL["objective"], "layers": [{"units": 1, "activation": {"kind": "tanh"}}], "data": {"kind": "sine"}}
    with visit(browser, server + at({**SMALL, "objective": line})) as page:
        drawn(page)
        begin = page.get_by_role("button", name="Hidden layer 1, unit 1").bounding_box()
        end = page.get_by_role("button", name="Output, output 1").bounding_box()
        assert begin and end
        page.mouse.click((begin["x"] + begin["width"] + end["x"]) / 2, end["y"] + end["height"] / 2)
        page.locator(".weight-name", has_text="hidden layer 1, unit 1 → output, output 1").wait_for()
        assert page.get_by_label("Layer", exact=True).input_value() == "1"


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_drawing_the_way_on_and_its_explanation_are_seen_together(browser: Browser, server: str, size: str) -> None:
    with visit(browser, server + at(CHAIN), viewport=SIZES[size]) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        drawing = page.locator(".board .layer-edges")
        for part in (drawing, page.get_by_role("button", name="Next stage"), page.locator(".scope-title")):
            assert seen(part), part
        page.get_by_role("button", name="Next stage").click()
        page.get_by_role("heading", name="Forward: hidden layer 1").wait_for()
        assert seen(page.locator(".scope-title")) and seen(drawing)
        menu = page.get_by_label("Layer", exact=True)
        menu.focus()
        assert seen(menu) and seen(drawing) and seen(page.get_by_role("button", name="Next stage"))


def seen(part: Locator) -> bool:
    """Whether the middle of an element is in the window, with nothing above it."""
    found: bool = part.evaluate(
        "element => { const { x, y, width, height } = element.getBoundingClientRect();"
        " const top = document.elementFromPoint(x + width / 2, y + height / 2);"
        " return Boolean(top) && (element.contains(top) || Boolean(element.closest('.board')?.contains(top))); }"
    )
    return found


def test_a_unit_that_is_tapped_on_a_phone_brings_its_product_into_view(browser: Browser, server: str) -> None:
    with visit(browser, server + at(SMALL), viewport=SIZES["phone"]) as page:
        drawn(page)
        page.get_by_role("button", name="Hidden layer 1, unit 2").click()
        name = page.locator(".weight-name", has_text="bias of hidden layer 1, unit 2")
        name.wait_for()
        until(lambda: seen(name) and seen(page.locator(".board .layer-edges")), "the product below the drawing")


def test_a_wide_layer_is_paged_and_each_unit_has_its_numbers(browser: Browser, server: str) -> None:
    wide = {**SMALL["objective"], "layers": [{"units": 40, "activation": {"kind": "tanh"}}]}
    with visit(browser, server + at({**CHAIN, "objective": wide})) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        page.get_by_role("button", name="Hidden layer 1, unit 1", exact=True).wait_for()
        on = page.get_by_role("button", name="Units after, hidden layer 1")
        while on.is_enabled():
            on.click()
        page.locator(".pager", has_text="of 40").wait_for()
        last = page.get_by_role("button", name="Hidden layer 1, unit 40")
        last.hover()
        page.locator(".detail", has_text="hidden layer 1, unit 40").wait_for()
        page.get_by_label("To", exact=True).select_option(label="3")
        page.get_by_role("button", name="Hidden layer 1, unit 3", exact=True).wait_for()


def test_the_numbers_of_a_hovered_unit_come_with_the_passes(browser: Browser, server: str) -> None:
    with visit(browser, server + at(CHAIN)) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        unit = page.get_by_role("button", name="Hidden layer 1, unit 2")
        detail = page.locator(".detail", has_text="hidden layer 1, unit 2")
        unit.hover()
        assert "δ" not in detail.inner_text()
        page.keyboard.press("n")
        page.locator(".detail", has_text="z = ").wait_for()
        assert "δ" not in detail.inner_text()
        for _ in range(STAGES - 2):
            page.keyboard.press("n")
        page.locator(".detail", has_text="δ = ∂ℓ/∂a · f′(z) = ").wait_for()


def test_a_batch_is_followed_too(browser: Browser, server: str) -> None:
    with visit(browser, server + at(CHAIN)) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        page.get_by_role("radio", name="Batch").check()
        page.get_by_role("heading", name="A batch comes in").wait_for()
        page.get_by_text("All 40 training examples at once").wait_for()
        page.get_by_role("button", name="To the end").click()
        until(lambda: derivatives_of(page).count() == 3, "the derivative")
        assert number(page.locator(".factor-result")) == pytest.approx(number(derivatives_of(page).first), rel=2e-2)


def test_numbers_of_one_example_are_not_said_of_the_batch(browser: Browser, server: str) -> None:
    with visit(browser, server + at(CHAIN)) as page:
        page.get_by_role("heading", name="An example comes in").wait_for()
        page.get_by_role("button", name="To the end").click()
        page.locator(".factor-result").wait_for()
        page.route("**/api/derivatives", lambda route: None)
        page.get_by_role("radio", name="Batch").check()
        page.get_by_role("heading", name="Looking inside…").wait_for()
        page.locator(".factor-result").wait_for(state="detached")
        page.unroute_all(behavior="ignoreErrors")


def test_activations_tell_their_slopes_and_true_bounds(browser: Browser, server: str) -> None:
    with visit(browser, server + at({**SMALL, "page": {"panel": "activation"}})) as page:
        page.get_by_text("never larger than 1.000").wait_for()
        page.get_by_label("Activation", exact=True).select_option("sigmoid")
        page.get_by_text("never larger than 0.2500").wait_for()
        slide = page.get_by_label("z", exact=True)
        slide.fill("0")
        page.get_by_text("At z = 0: f = 0.5000, f′ = 0.2500, f″ = 0").wait_for()
        slide.press("ArrowRight")
        page.get_by_text("At z = 0.0500: f = 0.5125").wait_for()
        page.get_by_text("layers").first.wait_for()
        page.get_by_text("it vanishes").wait_for()


def test_the_trained_network_is_taken_away(browser: Browser, server: str) -> None:
    with visit(browser, server + at({**SMALL, "page": {"panel": "export", "step": 5}})) as page:
        page.get_by_text("weights of step 5").wait_for()
        contents = {}
        for which in ("The step shown", "The last step"):
            page.get_by_role("radio", name=which).check()
            with page.expect_download() as taken:
                page.get_by_role("button", name="NumPy script").click()
            contents[which] = taken.value.path().read_text(encoding="utf-8")
            assert taken.value.suggested_filename.endswith(".py")
            compile(contents[which], "export", "exec")
        assert contents["The step shown"] != contents["The last step"]
        for name, suffix in (("PyTorch module", ".py"), ("Arrays (.npz)", ".npz")):
            with page.expect_download() as taken:
                page.get_by_role("button", name=name).click()
            assert taken.value.suggested_filename.endswith(suffix)


def test_data_with_more_inputs_take_over_from_a_curve(browser: Browser, server: str) -> None:
    curve = {**SMALL["objective"], "data": {"kind": "sine"}}
    with visit(browser, server + at({**SMALL, "objective": curve})) as page:
        drawn(page)
        page.get_by_label("Dataset").select_option("moons")
        page.locator(".view-answer figcaption", has_text="Decision boundary").wait_for()
        page.get_by_role("button", name="Inputs, x₂").wait_for(state="attached")
        drawn(page)


def test_many_inputs_are_learnt_without_a_picture(browser: Browser, server: str) -> None:
    iris = {**SMALL, "objective": {**SMALL["objective"], "data": {"kind": "iris"}}}
    with visit(browser, server + at(iris)) as page:
        page.get_by_text("a picture needs one or two").wait_for()
        until(lambda: painted(page, ".board .layer-edges") > 100, "the network")


TABLE = "size, kind, price, note\n" + "".join(f"{i}, {'ab'[i % 2]}, {i * i}, same\n" for i in range(24))
DROP = """(box, [text, kind]) => {
  const data = new DataTransfer();
  if (kind === 'drop') data.items.add(new File([text], 'own.csv', { type: 'text/csv' }));
  if (kind === 'drop') return void box.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
  box.value = text;
  box.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
}"""


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_table_of_ones_own_is_learnt_from(browser: Browser, server: str, way: str) -> None:
    with visit(browser, server + at(SMALL)) as page:
        page.get_by_label("Dataset").select_option("table")
        page.get_by_label("Rows", exact=True).evaluate(DROP, [TABLE, way])
        page.get_by_text("24 rows, 3 inputs; to be learnt: note").wait_for()
        page.get_by_text("the target note is the same in every row").wait_for()
        page.get_by_label("To be learnt").select_option(label="price")
        page.get_by_text("to be learnt: price, a number").wait_for()
        page.locator(".columns", has_text="left out: it is constant").wait_for()
        until(lambda: spec_of(page)["objective"]["data"].get("task") == "regression", "the table in the address")
        assert spec_of(page)["objective"]["data"]["feature_names"] == ["size", "kind = a", "kind = b"]
        page.get_by_text("16 parameters, 18 training examples, 6 held out").wait_for()


def test_faults_of_a_table_name_line_and_column_and_lead_there(browser: Browser, server: str) -> None:
    with visit(browser, server + at(SMALL), expected="422") as page:
        page.get_by_label("Dataset").select_option("table")
        box = page.get_by_label("Rows", exact=True)
        box.fill("a, b\n1, 2\n1, 2, 3")
        page.get_by_role("button", name="Use this table").click()
        page.get_by_text("line 3 has 3 fields but line 1 has 2").click()
        assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "1, 2, 3"
        box.fill("a, b, c\n1, 2, 0\n3, , 1\n4, 4, 1")
        page.get_by_role("button", name="Use this table").click()
        page.get_by_text("line 3, column 2 (b): the value is missing").wait_for()
        page.get_by_label("Leave out rows with gaps").check()
        page.get_by_text("3 rows (1 with gaps left out), 2 inputs").wait_for()


def test_a_refusal_is_told_and_mended(browser: Browser, server: str) -> None:
    with visit(browser, server + at({**SMALL, "batch_size": 500}), expected="422") as page:
        page.get_by_role("alert").get_by_text("batch_size 500 must be at most 40").first.wait_for()
        page.locator("summary", has_text="Run").click()
        size = page.get_by_role("textbox", name="Mini-batches")
        size.fill("10")
        size.press("Enter")
        drawn(page)


@pytest.mark.parametrize(("panel", "size", "theme"), [
    ("layers", "wide", "dark"),
    ("chain", "wide", "light"),
    ("activation", "phone", "dark"),
    ("chain", "phone", "light"),
])  # fmt: skip
def test_the_room_has_no_faults_and_fits(browser: Browser, server: str, panel: str, size: str, theme: str) -> None:
    spec = {**SMALL, "page": {"panel": panel, "step": 20}}
    with visit(browser, server + at(spec), viewport=SIZES[size], color_scheme=theme) as page:
        drawn(page)
        if panel == "chain":
            page.locator(".weight-math math").wait_for()
            page.get_by_role("button", name="To the end").click()
            until(lambda: derivatives_of(page).count() == 3, "the derivative")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


PADDING = 12
"""Pixels beside a table's last column."""
TWO_LAYERS: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [{"units": 4, "activation": {"kind": "tanh"}}, {"units": 3, "activation": {"kind": "tanh"}}],
        "data": {"kind": "moons", "n": 40},
    },
    "optimisers": [{"kind": "adam", "learning_rate": 0.03}],
    "steps": 40,
}


@pytest.mark.parametrize("width", [390, 970])
def test_two_hidden_layers_and_a_product_are_seen_without_scrolling_sideways(
    browser: Browser, server: str, width: int
) -> None:
    fits = "box => box.scrollWidth <= box.clientWidth"
    spec = TWO_LAYERS | {"page": {"panel": "chain", "stage": 7}}
    with visit(browser, server + at(spec), viewport={"width": width, "height": 900}) as page:
        page.locator(".product-table").wait_for()
        drawn(page)
        assert page.locator(".board-frame").evaluate(fits)
        assert page.locator(":has(> math > .product-table)").evaluate(fits)
        page.get_by_role("radio", name="Layers", exact=True).check()
        until(lambda: page.locator(".board-frame").evaluate(fits), "a drawing that fits")
        table, choice = (page.locator(f".scores-card {part}").bounding_box() for part in (".scores", ".segments"))
        assert table is not None and choice is not None
        beside = table["x"] + table["width"] - PADDING <= choice["x"]
        assert beside or table["y"] + table["height"] <= choice["y"], "the scores are covered"
