"""Sharpness is the largest eigenvalue, by either route."""

from __future__ import annotations

import numpy as np
import pytest

from app.curvature.sharpness import DENSE_LIMIT, edges, sharpness
from app.objectives.surfaces.formula import Formula
from tests.curvature.operators import classifier


@pytest.mark.parametrize("units", [2, 14])
def test_sharpness_is_the_largest_eigenvalue(units: int) -> None:
    net, theta = classifier(units)
    assert (net.dim <= DENSE_LIMIT) == (units == 2)
    found, known = sharpness(net, theta), np.linalg.eigvalsh(net.hessian(theta))
    assert found is not None
    assert found.value == pytest.approx(known[-1], abs=max(found.residual, 1e-12))
    assert found.residual <= 1e-3 * np.abs(known).max()


@pytest.mark.parametrize("units", [2, 14])
def test_a_point_where_the_hessian_is_not_finite_has_none(units: int) -> None:
    net, theta = classifier(units)
    assert sharpness(net, np.full_like(theta, np.nan)) is None
    assert sharpness(Formula(expression="log(x)").build(), np.array([0.0, 1.0])) is None


@pytest.mark.parametrize("units", [2, 14])
def test_a_preconditioner_divides_the_curvature(units: int) -> None:
    net, theta = classifier(units)
    P = np.random.default_rng(0).uniform(0.1, 3.0, net.dim)
    known = np.sort(np.linalg.eigvals(net.hessian(theta) / P[:, None]).real)[::-1]
    found = edges(net, theta, 2, 2, 1e-9, P)
    np.testing.assert_allclose(found.values, np.r_[known[:2], known[-2:]], rtol=1e-6, atol=1e-9)
