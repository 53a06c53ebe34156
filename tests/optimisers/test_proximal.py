"""Proximal steps: exact zeros, the lasso in closed form, and the rates that the paper promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.datasets.linear import Linear
from app.objectives.network import Network, NetworkSpec
from app.optimisers.fista import FISTA
from app.optimisers.gradient_descent import GradientDescent
from app.optimisers.ista import ISTA
from tests.optimisers.objectives import path, run

STRENGTH = 0.4
START = np.full(5, 2.0)
PENALTIES: list[dict[str, Any]] = [
    {"kind": "l1", "strength": STRENGTH},
    {"kind": "elastic_net", "strength": STRENGTH, "ratio": 0.7},
    {"kind": "group", "strength": STRENGTH, "size": 2},
    {"kind": "l2", "strength": STRENGTH},
]


def regression(*penalties: dict[str, Any], d: int = 5, seed: int = 3) -> Network:
    """A least-squares problem with some penalties and no intercept."""
    data = Linear(n=40, dims=d, relevant=2, noise=0.5, seed=seed)
    return NetworkSpec.model_validate({"layers": [], "data": data, "biases": False, "regularisers": penalties}).build()


def largest(objective: Network) -> float:
    """The largest eigenvalue of the smooth part's Hessian (a corner adds nothing to it away from zero)."""
    plain = Network(objective._mean, objective._penalties._replace(regularisers=()), lambda: objective.data)
    return float(np.linalg.eigvalsh(plain.hessian(START)).max())


def orthonormal(targets: Array, penalty: dict[str, Any]) -> Network:
    """Inputs √n·I: s(w) = ‖w − y‖² up to a constant, in each weight alone."""
    n = len(targets)
    table = {
        "kind": "table",
        "task": "regression",
        "inputs": (np.sqrt(n) * np.eye(n)).tolist(),
        "targets": (np.sqrt(n) * targets).tolist(),
    }
    spec = {"layers": [], "data": table, "biases": False, "regularisers": [penalty]}
    return NetworkSpec.model_validate(spec).build()


@pytest.mark.parametrize("cls", [ISTA, FISTA])
def test_on_orthonormal_inputs_the_lasso_is_a_soft_threshold(cls: type[ISTA]) -> None:
    targets = np.array([1.5, -0.1, 0.3, -2.0, 0.15])
    objective = orthonormal(targets, PENALTIES[0])
    expected = np.sign(targets) * np.maximum(np.abs(targets) - STRENGTH / 2, 0)
    final = run(cls(learning_rate=0.3), objective, START, 400).theta
    assert ((final == 0) == (expected == 0)).all()
    np.testing.assert_allclose(final, expected, rtol=1e-12)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: p["kind"])
@pytest.mark.parametrize("cls", [ISTA, FISTA])
def test_both_stop_where_no_proximal_step_leads_away(cls: type[ISTA], penalty: dict[str, Any]) -> None:
    objective = regression(penalty)
    step = 0.5 / (largest(objective) + 1)
    final = run(cls(learning_rate=step), objective, START, 3000)
    after, _ = cls(learning_rate=step).step(objective, final, np.random.default_rng(0))
    np.testing.assert_allclose(after.theta, final.theta, atol=1e-12)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: p["kind"])
def test_ista_at_one_over_l_never_climbs_and_keeps_its_bound(penalty: dict[str, Any]) -> None:
    """f(x_t) − f* ≤ L‖x_0 − x*‖²/(2t), Beck & Teboulle 2009, Theorem 3.1; FISTA's 2L‖·‖²/(t + 1)², Theorem 4.4."""
    objective = regression(penalty)
    L = largest(objective) + (2 * STRENGTH if penalty["kind"] == "l2" else 0)
    slow = np.array([s.theta for s in path(ISTA(learning_rate=1 / L), objective, START, 60)])
    best = run(FISTA(learning_rate=1 / L), objective, START, 4000).theta
    floor, distance, t = objective.value(best), ((START - best) ** 2).sum(), np.arange(1, 61)
    values = objective.value(slow)
    assert (np.diff(values) <= 1e-14).all()
    assert (values[1:] - floor <= L * distance / (2 * t) + 1e-14).all()
    states = path(FISTA(learning_rate=1 / L), objective, START, 60)[1:]
    settled = objective.value(np.array([s.memory[0] for s in states]))
    assert (settled - floor <= 2 * L * distance / (t + 1) ** 2 + 1e-14).all()


def test_subgradients_hover_where_ista_is_exactly_zero() -> None:
    objective = regression(PENALTIES[0], d=12)
    rate, start = 0.2, np.full(12, 0.3)
    ours = run(ISTA(learning_rate=rate), objective, start, 2000).theta
    subgradient = run(GradientDescent(learning_rate=rate), objective, start, 2000).theta
    assert (ours[2:] == 0).sum() >= 8
    assert not (subgradient == 0).any()


def test_without_a_corner_ista_is_gradient_descent_to_the_bit() -> None:
    objective = regression(PENALTIES[3])
    ours, plain = (run(cls(learning_rate=0.1), objective, START, 50).theta for cls in (ISTA, GradientDescent))
    assert ours.tobytes() == plain.tobytes()


def test_two_corners_are_refused_with_what_to_do() -> None:
    with pytest.raises(SpecError, match=r"2 penalties with a corner \(l1, group\) must be at most 1.*keep one"):
        ISTA().init(regression(PENALTIES[0], PENALTIES[2]), START, np.random.default_rng(0))
