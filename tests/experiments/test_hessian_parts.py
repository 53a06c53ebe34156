"""The steps and the Gauss–Newton part of a Hessian's reply are those of its matrix, and refusals say what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.experiments.build import build_objective
from app.experiments.specs import HessianSpec
from app.serving.wire import document
from tests.experiments.test_hessian import HUGE, MIDDLE, SMALL, events_of, reply
from tests.experiments.wire_bytes import comparable

WORDS = ("gradient", "newton", "saddle_free")
EIGENVECTORS = {"kind": "eigenvectors", "pair": "top_and_bottom"}


def objective_of(objective: Any) -> Any:
    return build_objective(HessianSpec.model_validate({"objective": objective}).objective)


def test_newton_reaches_the_minimum_of_a_quadratic_and_predicts_it() -> None:
    steps = reply(objective={"kind": "quadratic", "condition": 100.0}, parameters=[3.0, -2.0], steps=True)["steps"]
    for name in ("newton", "saddle_free"):
        np.testing.assert_allclose(steps[name]["position"], [0, 0], atol=1e-12)
        assert steps[name]["loss"] == pytest.approx(0, abs=1e-12) == steps[name]["predicted_loss"]
    assert steps["gradient"]["learning_rate"] == pytest.approx(0.01)
    assert steps["gradient"]["predicted_loss"] == pytest.approx(steps["gradient"]["loss"])


def test_the_quadratic_of_a_surface_touches_it_to_second_order() -> None:
    steps = reply(objective="rosenbrock", parameters=[-1.2, 1.0], steps=True)["steps"]
    objective, theta, q = objective_of("rosenbrock"), np.array([-1.2, 1.0]), steps["quadratic"]
    value, gradient = objective.value_and_gradient(theta)
    np.testing.assert_array_equal(q["point"], theta)
    assert q["loss"] == value
    np.testing.assert_allclose(q["gradient"], gradient)
    np.testing.assert_allclose(q["matrix"], objective.hessian(theta), rtol=1e-12)
    for name in WORDS:
        c = steps[name]["position"] - q["point"]
        assert steps[name]["predicted_loss"] == pytest.approx(q["loss"] + q["gradient"] @ c + c @ q["matrix"] @ c / 2)


def test_at_a_saddle_newton_is_drawn_to_it_and_saddle_free_away() -> None:
    steps = reply(objective="saddle", parameters=[0.5, 0.25], steps=True)["steps"]
    np.testing.assert_allclose(steps["newton"]["position"], [0, 0], atol=1e-12)
    assert "saddle" in steps["newton"]["reason"]
    assert steps["saddle_free"]["loss"] < steps["newton"]["loss"] and steps["saddle_free"]["reason"] is None


def test_a_networks_steps_solve_its_system_and_are_placed_in_its_eigenvectors() -> None:
    found = reply(objective=SMALL, seed=3, steps=True, plane=EIGENVECTORS, matrix=True, vectors=True)
    steps, theta, hessian = found["steps"], found["parameters"], found["matrix"].array
    objective = objective_of(SMALL)
    gradient = objective.value_and_gradient(theta)[1]
    newton = steps["newton"]["vector"]
    np.testing.assert_allclose(hessian @ newton, -gradient, atol=1e-9)
    plane = np.stack([found["vectors"][0], found["vectors"][-1]])
    for name in WORDS:
        step = steps[name]
        np.testing.assert_allclose(step["position"], plane @ step["vector"], rtol=1e-6, atol=1e-9)
        share = np.sum((plane @ step["vector"]) ** 2) / np.sum(step["vector"] ** 2)
        assert step["captured"] == pytest.approx(share, rel=1e-6)
        assert step["loss"] == pytest.approx(float(objective.value(theta + step["vector"])), rel=1e-12)
    np.testing.assert_allclose(steps["quadratic"]["matrix"], np.diag(found["eigenvalues"][[0, -1]]), atol=1e-9)
    np.testing.assert_allclose(steps["quadratic"]["gradient"], plane @ gradient, atol=1e-12)
    assert document(found, "json")


def test_without_a_plane_a_networks_steps_have_no_place() -> None:
    steps = reply(objective=SMALL, steps=True)["steps"]
    assert steps["quadratic"] is None and all(steps[name]["position"] is None for name in WORDS)


def test_a_singular_hessian_gives_reasons_in_place_of_steps() -> None:
    ravine = {"kind": "formula", "expression": "x^2"}
    steps = reply(objective=ravine, parameters=[1.0, 0.0], steps=True)["steps"]
    for name in ("newton", "saddle_free"):
        assert steps[name]["vector"] is None and "singular" in steps[name]["reason"]
    assert steps["gradient"]["loss"] == pytest.approx(0, abs=1e-15)


def test_a_step_to_where_the_loss_is_not_finite_says_so() -> None:
    root = {"kind": "formula", "expression": "sqrt(x) + y^2"}
    steps = reply(objective=root, parameters=[1.0, 1.0], steps=True)["steps"]
    assert steps["saddle_free"]["loss"] is None and "not finite" in steps["saddle_free"]["reason"]
    assert np.isfinite(steps["saddle_free"]["predicted_loss"])


@pytest.mark.parametrize("matrix", [True, False])
def test_the_gauss_newton_part_is_the_same_by_lanczos_and_by_lapack(matrix: bool) -> None:
    found = reply(objective=MIDDLE, top=3, bottom=2, gauss_newton=True, matrix=matrix)
    objective = objective_of(MIDDLE)
    hessian, part = objective.hessian(found["parameters"]), objective.gauss_newton(found["parameters"])
    known = np.linalg.eigvalsh(part)[::-1]
    shown = found["gauss_newton"]
    np.testing.assert_allclose(shown["eigenvalues"], np.r_[known[:3], known[-2:]], atol=1e-9)
    assert (shown["top"], shown["bottom"], shown["unconverged"]) == (3, 2, 0)
    share = np.linalg.norm(hessian - part, 2) / np.linalg.norm(hessian, 2)
    assert shown["difference"] == pytest.approx(share, rel=1e-8)


def test_the_gauss_newton_part_of_a_linear_model_is_its_hessian() -> None:
    linear = {"kind": "network", "layers": [], "data": {"kind": "blobs", "n": 60}}
    found = reply(objective=linear, gauss_newton=True)
    np.testing.assert_allclose(found["gauss_newton"]["eigenvalues"], found["eigenvalues"], atol=1e-14)
    assert found["gauss_newton"]["difference"] < 1e-12


def test_one_end_and_no_eigenvalues_of_the_gauss_newton_part_can_be_asked_for() -> None:
    assert reply(objective=MIDDLE, top=2, gauss_newton=True)["gauss_newton"]["bottom"] == 0
    found = reply(objective=MIDDLE, top=0, gauss_newton=True)["gauss_newton"]
    assert found["eigenvalues"].size == 0 and 0 < found["difference"] < 10


def test_slicing_never_shows_in_the_parts() -> None:
    fields = {"objective": MIDDLE, "top": 2, "gauss_newton": True, "steps": True, "plane": EIGENVECTORS}
    assert comparable(events_of(0.0, **fields)) == comparable(events_of(10.0, **fields))
    fields = {"objective": MIDDLE, "top": 2, "gauss_newton": True}
    assert comparable(events_of(0.0, **fields)) == comparable(events_of(10.0, **fields))


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"objective": HUGE, "top": 1, "steps": True}, "/steps", "at most 1,100 are possible"),
        ({"objective": HUGE, "steps": True}, "/steps", "at most 1,100 are possible"),
        ({"objective": "booth", "gauss_newton": True}, "/gauss_newton", "choose a network"),
        ({"objective": SMALL, "plane": EIGENVECTORS}, "/plane", 'add "steps": true'),
        ({"objective": SMALL, "steps": True, "plane": {"kind": "axes"}}, "/plane/kind", "at most 2 parameters"),
        ({"objective": SMALL, "steps": True, "plane": {"kind": "pca"}}, "/plane/kind", "trajectory"),
        ({"objective": "booth", "steps": True, "plane": {"kind": "directions", "x": [1.0, 0.0]}}, "/plane", "give it"),
    ],
)
def test_what_cannot_be_answered_says_where_and_what_to_do(fields: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        reply(**fields)
    assert caught.value.pointer == pointer and says in caught.value.message
