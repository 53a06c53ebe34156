"""Penalties: definitions and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.spec import catalogue
from app.regularisers._base import Regulariser
from app.regularisers.elastic_net import ElasticNet
from app.regularisers.group import Group
from app.regularisers.l1 import L1
from app.regularisers.l2 import L2

STEP = 1e-20
THETA = np.array([[0.3, -1.2, 2.0, -0.4], [-0.7, 0.6, -3.0, 1.1]])
WEIGHTS = np.array([1.0, 1.0, 0.0, 1.0])
ENTRIES = list(catalogue("app.regularisers", Regulariser).values())
every = pytest.mark.parametrize(
    "penalty", [entry(strength=0.7, biases=biases) for entry in ENTRIES for biases in (True, False)], ids=repr
)


def test_definitions() -> None:
    np.testing.assert_allclose(L2(strength=2).value(THETA, WEIGHTS), 2 * (THETA**2).sum(axis=-1), rtol=1e-15)
    np.testing.assert_allclose(L1(strength=2).value(THETA, WEIGHTS), 2 * np.abs(THETA).sum(axis=-1), rtol=1e-15)
    mixed = 0.25 * 2 * np.abs(THETA).sum(axis=-1) + 0.75 * 2 * (THETA**2).sum(axis=-1)
    np.testing.assert_allclose(ElasticNet(strength=2, ratio=0.25).value(THETA, WEIGHTS), mixed, rtol=1e-15)
    lengths = np.sqrt(3) * np.linalg.norm(THETA[:, :3], axis=-1) + np.abs(THETA[:, 3])
    np.testing.assert_allclose(Group(strength=2, size=3).value(THETA, WEIGHTS), 2 * lengths, rtol=1e-15)


def test_groups_count_what_the_penalty_sees() -> None:
    spared = Group(strength=2, size=2, biases=False).value(THETA, WEIGHTS)
    expected = 2 * (np.sqrt(2) * np.hypot(THETA[:, 0], THETA[:, 1]) + np.abs(THETA[:, 3]))
    np.testing.assert_allclose(spared, expected, rtol=1e-15)


@every
def test_biases_are_spared_when_asked(penalty: Regulariser) -> None:
    moved = THETA + np.array([0, 0, 0.5, 0])
    same = np.array_equal(penalty.value(THETA, WEIGHTS), penalty.value(moved, WEIGHTS))
    assert same == (not penalty.biases)


@every
def test_the_gradient_is_the_complex_step_of_the_value(penalty: Regulariser) -> None:
    shifts = 1j * STEP * np.eye(4)[:, None]
    numeric = penalty.value(THETA + shifts, WEIGHTS).imag.T / STEP
    np.testing.assert_allclose(penalty.gradient(THETA, WEIGHTS), numeric, rtol=1e-14)


@every
def test_the_product_is_the_complex_step_of_the_gradient(penalty: Regulariser) -> None:
    v = np.array([1.0, -2.0, 0.5, 3.0])
    numeric = penalty.gradient(THETA + 1j * STEP * v, WEIGHTS).imag / STEP
    product = penalty.hvp(THETA, np.broadcast_to(v, THETA.shape), WEIGHTS)
    np.testing.assert_allclose(product, numeric, rtol=1e-14, atol=1e-15)


@every
def test_zero_is_a_stationary_point(penalty: Regulariser) -> None:
    zero = np.zeros(4)
    assert penalty.value(zero, WEIGHTS) == 0
    np.testing.assert_array_equal(penalty.gradient(zero, WEIGHTS), zero)


def trials() -> np.ndarray:
    """Points around THETA and zero, some of their entries exactly zero."""
    rng = np.random.default_rng(0)
    points = 2.0 * rng.standard_normal((300, 1, 4))
    return np.where(rng.random(points.shape) < 0.3, 0.0, points)


@every
@pytest.mark.parametrize("step", [0.01, 0.3, 5.0])
def test_what_the_proximal_operator_took_away_is_a_subgradient_where_it_arrived(
    penalty: Regulariser, step: float
) -> None:
    """Ω(u) ≥ Ω(p) + ⟨(θ − p)/t, u − p⟩ for every u: the optimality condition of p, without derivatives."""
    arrived = penalty.prox(THETA, WEIGHTS, step)
    slope = (THETA - arrived) / step
    others = trials()
    below = penalty.value(arrived, WEIGHTS) + (slope * (others - arrived)).sum(axis=-1)
    assert (penalty.value(others, WEIGHTS) >= below - 1e-12 * (1 + np.abs(below))).all()


@every
def test_only_corners_give_exact_zeros(penalty: Regulariser) -> None:
    arrived = penalty.prox(THETA, WEIGHTS, 3.0)
    seen = penalty.mask(WEIGHTS) != 0
    assert (arrived[:, seen] == 0).any() == penalty.corners
    assert (arrived[:, ~seen] == THETA[:, ~seen]).all()


@every
def test_the_critical_strength_is_where_zero_stops_being_the_optimum(penalty: Regulariser) -> None:
    """Zero is a fixed point of prox(0 − t∇L) from there on, and below it is not."""
    slopes = THETA * penalty.mask(WEIGHTS)
    for slope, critical in zip(slopes, penalty.critical_strength(slopes, WEIGHTS), strict=True):
        assert np.isfinite(critical) == penalty.corners
        for factor, stays in ((1 + 1e-9, True), (1 - 1e-9, False)):
            tried = penalty.model_copy(update={"strength": min(factor * critical, 1e300)})
            assert (tried.prox(-0.1 * slope, WEIGHTS, 0.1) == 0).all() == (stays and penalty.corners)
