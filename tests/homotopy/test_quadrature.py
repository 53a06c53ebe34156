"""Moments of densities with kinks, against closed forms."""

from __future__ import annotations

from math import log, pi

import numpy as np
import pytest

from app.core.interfaces import Array
from app.homotopy.quadrature import box, moments


@pytest.mark.parametrize("shift", [[0.0, 0.0], [0.3, -2.0], [1e3, 5.0]])
@pytest.mark.parametrize("correlation", [0.0, 0.9, -0.99])
def test_a_gaussian_has_its_mean_deviation_and_mass(shift: list[float], correlation: float) -> None:
    covariance = np.array([[4.0, 2 * correlation], [2 * correlation, 1.0]])
    mode, precision = np.array(shift), np.linalg.inv(covariance)

    def density(theta: Array) -> Array:
        return np.asarray(-0.5 * np.einsum("...i,ij,...j->...", theta - mode, precision, theta - mode))

    held = moments(density, mode, box(density, mode))
    np.testing.assert_allclose(held.mean, mode, atol=float(np.maximum(held.mean_error, 1e-9).max()))
    np.testing.assert_allclose(held.deviation, [2.0, 1.0], rtol=max(1e-9, held.log_mass_error))
    exact = log(2 * pi * np.sqrt(np.linalg.det(covariance)))
    assert held.log_mass == pytest.approx(exact, abs=max(1e-9, held.log_mass_error))
    assert held.log_mass_error < 5e-3


@pytest.mark.parametrize("rate", [[1.0, 1.0], [1e4, 1e-3]])
def test_a_laplace_density_has_its_deviation_and_mass(rate: list[float]) -> None:
    """p ∝ e^{−a|x| − b|y|}: deviations √2/a and √2/b, mass 4/(ab), whatever the units of the axes."""

    def density(theta: Array) -> Array:
        return np.asarray(-(np.abs(theta) * rate).sum(axis=-1))

    held = moments(density, np.zeros(2), box(density, np.zeros(2)))
    np.testing.assert_allclose(held.deviation, np.sqrt(2) / np.array(rate), rtol=1e-9)
    assert held.log_mass == pytest.approx(log(4 / (rate[0] * rate[1])), abs=1e-9)
    assert (held.mean_error < 1e-9 / np.array(rate)).all()


def test_the_stated_error_covers_the_real_one_where_the_density_has_a_ridge() -> None:
    """A kink across the panels: the rule is inexact there, and says so."""
    ridge = np.array([3.0, -1.0])

    def density(theta: Array) -> Array:
        return np.asarray(-2 * np.abs(theta @ ridge) - 0.5 * (theta**2).sum(axis=-1) + 0.2 * theta[..., 0])

    mode = np.zeros(2)
    held = moments(density, mode, box(density, mode))
    along = np.linspace(-7, 7, 1001)
    weights = np.exp(density(np.stack(np.meshgrid(along, along, indexing="ij"), axis=-1)))
    exact = (weights.sum(axis=1) @ along / weights.sum(), weights.sum(axis=0) @ along / weights.sum())
    np.testing.assert_allclose(held.mean, exact, atol=float(10 * held.mean_error.max() + 1e-3))
    assert held.mean_error.max() > 1e-12
