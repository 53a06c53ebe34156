"""Rates and stability on quadratics, against closed forms."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.core.errors import SpecError
from app.core.interfaces import Optimiser
from app.optimisers._linear import LinearMethod
from app.optimisers.gradient_descent import GradientDescent
from app.optimisers.heavy_ball import HeavyBall
from app.optimisers.nesterov import Nesterov
from app.schedules.exponential import Exponential
from tests.optimisers.objectives import OPTIMISERS, Quadratic, rng, rotated, run, states

MU, L = 1.0, 100.0
LINEAR = {kind: cls for kind, cls in OPTIMISERS.items() if issubclass(cls, LinearMethod)}
MOMENTA = (0.0, 0.3, 0.5, 0.9, 0.99)


def variants(cls: type[Optimiser]) -> list[dict[str, float]]:
    return [{"momentum": beta} for beta in MOMENTA] if "momentum" in cls.model_fields else [{}]


LINEAR_VARIANTS = [
    pytest.param(cls, fields, id="-".join([kind, *map(str, fields.values())]))
    for kind, cls in LINEAR.items()
    for fields in variants(cls)
]


def measured_contraction(optimiser: Optimiser, curvatures: np.ndarray, first: int = 1000, last: int = 2000) -> float:
    """Factor a step by which the error shrinks between two late steps."""
    walk = states(optimiser, Quadratic(rotated(curvatures)), np.ones(len(curvatures)))
    sizes = [float(np.abs(next(walk).theta).max()) for _ in range(last + 1)]
    return (sizes[last] / sizes[first]) ** (1.0 / (last - first))


@pytest.mark.parametrize(
    ("optimiser", "contraction"),
    [
        pytest.param(GradientDescent.tuned(MU, L), 0.98020, id="gradient_descent at 2/(L+mu)"),
        pytest.param(GradientDescent(learning_rate=1.0 / L), 0.99, id="gradient_descent at 1/L"),
        pytest.param(HeavyBall.tuned(MU, L), 0.81818, id="heavy_ball"),
        pytest.param(Nesterov.tuned(MU, L), 0.9, id="nesterov"),
        pytest.param(
            Nesterov(
                learning_rate=4 / (3 * L + MU),
                momentum=(sqrt(3 * L / MU + 1) - 2) / (sqrt(3 * L / MU + 1) + 2),
            ),
            1 - 2 / sqrt(3 * L / MU + 1),
            id="nesterov, fastest on quadratics",
        ),
    ],
)
def test_the_error_shrinks_at_the_rate_of_theory(optimiser: LinearMethod, contraction: float) -> None:
    assert optimiser.contraction(MU, L) == pytest.approx(contraction, abs=6e-6)
    measured = measured_contraction(optimiser, np.geomspace(MU, L, 12))
    assert log(measured) == pytest.approx(log(contraction), rel=0.01)


@pytest.mark.parametrize("method", [GradientDescent, HeavyBall])
@given(kappa=st.floats(1.5, 1e4), scale=st.floats(1e-3, 1e3), nudge=st.floats(0.7, 1.3))
@settings(max_examples=60, deadline=None)
def test_no_other_learning_rate_is_faster_than_the_tuned_one(
    method: type[GradientDescent | HeavyBall], kappa: float, scale: float, nudge: float
) -> None:
    mu, largest = scale, scale * kappa
    tuned = method.tuned(mu, largest)
    other = tuned.model_copy(update={"learning_rate": nudge * tuned.learning_rate})
    best, rival = tuned.contraction(mu, largest), other.contraction(mu, largest)
    assert best is not None
    assert rival is not None
    assert best <= rival + 1e-7


@pytest.mark.parametrize(("cls", "fields"), LINEAR_VARIANTS)
@given(eta=st.floats(0.01, 3.0), mu=st.floats(0.01, 1.0))
@settings(max_examples=30, deadline=None)
def test_the_closed_form_is_the_spectral_radius_of_the_step(
    cls: type[LinearMethod], fields: dict[str, float], eta: float, mu: float
) -> None:
    optimiser = cls(learning_rate=eta, **fields)
    curvatures = np.linspace(mu, 1.0, 9)
    radius = max(_radius(optimiser, c) for c in curvatures)
    assert optimiser.contraction(mu, 1.0) == pytest.approx(radius, abs=1e-6)


def _radius(optimiser: LinearMethod, curvature: float) -> float:
    """Largest |eigenvalue| of the map (θ, memory) → (θ, memory), read off from the step itself."""
    objective, slots = Quadratic(np.array([[curvature]])), optimiser.slots
    columns = []
    for unit in np.eye(1 + slots):
        state = optimiser.init(objective, unit[:1], rng())._replace(memory=tuple(unit[1:, None]))
        after, _ = optimiser.step(objective, state, rng())
        columns.append(np.concatenate([after.theta, *after.memory]))
    return float(np.abs(np.linalg.eigvals(np.array(columns).T)).max())


@pytest.mark.parametrize(("cls", "fields"), LINEAR_VARIANTS)
@pytest.mark.parametrize("learning_rate", [1e-3, 0.4])
def test_one_percent_below_the_threshold_converges_and_one_percent_above_diverges(
    cls: type[LinearMethod], fields: dict[str, float], learning_rate: float
) -> None:
    optimiser = cls(learning_rate=learning_rate, **fields)
    threshold = optimiser.stability_threshold()
    assert threshold is not None
    start = np.ones(3)
    below, above = (Quadratic(rotated(np.array([0.3, 0.6, 1.0]) * factor * threshold)) for factor in (0.99, 1.01))
    assert np.abs(run(optimiser, below, start, 4000).theta).max() < 1e-3
    assert np.abs(run(optimiser, above, start, 400).theta).max() > 100.0


def test_gradient_descent_holds_one_percent_below_two_over_L_and_not_above() -> None:
    objective, start = Quadratic(rotated(np.geomspace(MU, L, 12))), np.ones(12)
    below, above = (run(GradientDescent(learning_rate=f * 2 / L), objective, start, 2000) for f in (0.99, 1.01))
    assert objective.value(below.theta) < 1e-12 * objective.value(start)
    assert objective.value(above.theta) > 1e12 * objective.value(start)


@pytest.mark.parametrize("beta", MOMENTA)
def test_thresholds_are_those_of_the_literature(beta: float) -> None:
    eta = 0.05
    assert GradientDescent(learning_rate=eta).stability_threshold() == pytest.approx(2 / eta)
    assert HeavyBall(learning_rate=eta, momentum=beta).stability_threshold() == pytest.approx((2 + 2 * beta) / eta)
    expected = (2 + 2 * beta) / ((1 + 2 * beta) * eta)
    assert Nesterov(learning_rate=eta, momentum=beta).stability_threshold() == pytest.approx(expected)


@pytest.mark.parametrize("cls", [c for c in OPTIMISERS.values() if c not in LINEAR.values()])
def test_no_threshold_is_claimed_for_a_nonlinear_method(cls: type[Optimiser]) -> None:
    assert cls().stability_threshold() is None


@pytest.mark.parametrize("cls", LINEAR.values(), ids=LINEAR)
def test_nothing_is_claimed_while_a_schedule_moves_the_learning_rate(cls: type[LinearMethod]) -> None:
    scheduled = cls(learning_rate=0.01, schedule=Exponential(rate=0.9))
    assert scheduled.stability_threshold() is None
    assert scheduled.contraction(MU, L) is None


@pytest.mark.parametrize(("mu", "largest"), [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0)])
def test_curvatures_of_no_convex_quadratic_are_refused(mu: float, largest: float) -> None:
    for tuned in (GradientDescent.tuned, HeavyBall.tuned, Nesterov.tuned, GradientDescent().contraction):
        with pytest.raises(SpecError, match="must satisfy 0 < μ ≤ L"):
            tuned(mu, largest)


@given(beta=st.floats(0.0, 0.999), product=st.floats(0.01, 5.0))
@settings(max_examples=100, deadline=None)
def test_a_mode_shrinks_exactly_below_the_threshold(beta: float, product: float) -> None:
    for method in (HeavyBall(learning_rate=1.0, momentum=beta), Nesterov(learning_rate=1.0, momentum=beta)):
        threshold = method.stability_threshold()
        assert threshold is not None
        assume(abs(product / threshold - 1) > 1e-6)
        contraction = method.contraction(product, product)
        assert contraction is not None
        assert (contraction < 1) == (product < threshold)
