"""The threshold that an optimiser declares is where its step, preconditioner held fixed, turns unstable."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import Optimiser, State
from app.core.spec import catalogue
from app.optimisers._first_order import FirstOrder

FIRST_ORDER = {k: o for k, o in catalogue("app.optimisers", Optimiser).items() if issubclass(o, FirstOrder)}
DECLARED = {kind: entry for kind, entry in FIRST_ORDER.items() if entry().threshold_at(1.0) is not None}
LATE = 100_000
SQUARES = 1e12
SMALL = 1e-5


def made(kind: str, rate: float) -> FirstOrder:
    """With squares that hardly forget, so that what divides the step stays as it is."""
    fields = {"learning_rate": rate, "beta2": 0.999999, "decay": 0.999999, "weight_decay": 0.3, "momentum": 0.7}
    entry = DECLARED[kind]
    return entry.model_validate({"kind": kind} | {k: v for k, v in fields.items() if k in entry.model_fields})


def memory_of(optimiser: FirstOrder, momentum: float) -> tuple[np.ndarray, ...]:
    """Its slots: the momentum (where it has one) first, squared gradients after it."""
    adaptive = "epsilon" in type(optimiser).model_fields
    squares = optimiser.slots - ("beta1" in type(optimiser).model_fields) if adaptive else 0
    return (*[np.array([momentum])] * (optimiser.slots - squares), *[np.array([SQUARES])] * squares)


def spectral_radius(optimiser: FirstOrder, curvature: float) -> float:
    """Of the step θ, m ↦ θ′, m′ on ½·curvature·θ², which is linear while the squares stand still."""
    columns = []
    for theta, momentum in ((SMALL, 0.0), (0.0, SMALL * curvature)):
        memory = memory_of(optimiser, momentum)
        at = np.array([theta])
        delta, after = optimiser.update(curvature * at, at, memory, optimiser.rate(LATE), LATE)
        moved = float(after[0][0]) if optimiser.slots and memory[0][0] != SQUARES else 0.0
        columns.append(np.array([(theta + delta[0]) / SMALL, moved / (SMALL * curvature)]))
    (a, b), (c, d) = columns
    scale = np.array([[a, c], [b, d]])
    return float(np.abs(np.linalg.eigvals(scale)).max())


def divided_by(optimiser: FirstOrder) -> float:
    found = optimiser.preconditioner(State(np.zeros(1), memory_of(optimiser, 0.0), LATE))
    return 1.0 if found is None else float(found[0])


@pytest.mark.parametrize("rate", [0.01, 0.5])
@pytest.mark.parametrize("kind", DECLARED)
def test_the_step_is_stable_below_its_threshold_and_unstable_above(kind: str, rate: float) -> None:
    optimiser = made(kind, rate)
    threshold = optimiser.threshold_at(rate)
    assert threshold is not None
    edge = threshold * divided_by(optimiser)
    assert spectral_radius(optimiser, 0.999 * edge) < 1 < spectral_radius(optimiser, 1.001 * edge)


@pytest.mark.parametrize("kind", DECLARED)
def test_no_curvature_makes_a_step_of_no_length_unstable(kind: str) -> None:
    optimiser = made(kind, 0.1)
    assert [optimiser.threshold_at(rate) for rate in (0.0, 1e-310, 5e-324)] == [None] * 3
    assert made(kind, 5e-324).stability_threshold() is None


@pytest.mark.parametrize("kind", DECLARED)
def test_a_constant_schedule_has_one_threshold(kind: str) -> None:
    optimiser = made(kind, 0.1)
    known = optimiser.stability_threshold()
    assert known is None or known == optimiser.threshold_at(0.1)


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("gradient_descent", {}, 2.0),
        ("sgd", {}, 2.0),
        ("heavy_ball", {"momentum": 0.5}, 3.0),
        ("nesterov", {"momentum": 0.5}, 1.5),
        ("adam", {"beta1": 0.9}, 38.0),
        ("amsgrad", {"beta1": 0.9}, 38.0),
        ("adamw", {"beta1": 0.9, "weight_decay": 0.0}, 38.0),
        ("rmsprop", {}, 2.0),
        ("adagrad", {}, 2.0),
    ],
)
def test_thresholds_in_closed_form(kind: str, fields: dict[str, float], expected: float) -> None:
    optimiser = FIRST_ORDER[kind].model_validate({"kind": kind} | fields)
    assert optimiser.threshold_at(0.1) == pytest.approx(expected / 0.1, rel=1e-12)


@pytest.mark.parametrize("kind", FIRST_ORDER)
def test_a_preconditioner_is_positive_and_there_is_none_before_the_first_step(kind: str) -> None:
    optimiser = FIRST_ORDER[kind]()
    theta = np.array([1.0, -2.0])
    assert optimiser.preconditioner(State(theta, optimiser.empty_memory(theta), 0)) is None
    gradient = np.array([0.3, -0.7])
    delta, memory = optimiser.update(gradient, theta, optimiser.empty_memory(theta), optimiser.rate(0), 0)
    found = optimiser.preconditioner(State(theta + delta, memory, 1))
    assert found is None or (found.shape == theta.shape and np.all(found > 0))


@pytest.mark.parametrize("kind", ["adam", "amsgrad", "rmsprop", "adagrad"])
def test_the_first_step_is_the_gradient_divided_by_the_preconditioner(kind: str) -> None:
    optimiser = FIRST_ORDER[kind]()
    theta, gradient = np.array([1.0, -2.0]), np.array([0.3, -0.7])
    delta, memory = optimiser.update(gradient, theta, optimiser.empty_memory(theta), optimiser.rate(0), 0)
    P = optimiser.preconditioner(State(theta + delta, memory, 1))
    averaged = 1.0 - getattr(optimiser, "beta1", 0.0)
    np.testing.assert_allclose(delta, -optimiser.rate(0) * averaged * gradient / P, rtol=1e-12)
