"""Penalties: definitions and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.spec import catalogue
from app.regularisers._base import Regulariser
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
    np.testing.assert_allclose(penalty.hvp(THETA, np.broadcast_to(v, THETA.shape), WEIGHTS), numeric, rtol=1e-14)


@every
def test_zero_is_a_stationary_point(penalty: Regulariser) -> None:
    zero = np.zeros(4)
    assert penalty.value(zero, WEIGHTS) == 0
    np.testing.assert_array_equal(penalty.gradient(zero, WEIGHTS), zero)
