"""Sharpness is the largest eigenvalue, by either route."""

from __future__ import annotations

import numpy as np
import pytest

from app.activations.tanh import Tanh
from app.curvature.extreme import extreme
from app.curvature.products import product_at
from app.curvature.sharpness import DENSE_LIMIT, LAYERED_LIMIT, edges, is_formed, sharpness
from app.losses.cross_entropy import CrossEntropy
from app.objectives.surfaces.formula import Formula
from tests.curvature.operators import classifier
from tests.objectives.networks import examples, network, parameters


@pytest.mark.parametrize("units", [2, 14])
def test_sharpness_is_the_largest_eigenvalue(units: int) -> None:
    net, theta = classifier(units)
    assert is_formed(net) == (units == 2)
    found, known = sharpness(net, theta), np.linalg.eigvalsh(net.hessian(theta))
    assert found is not None
    assert found.value == pytest.approx(known[-1], abs=max(found.residual, 1e-12))
    assert found.residual <= 1e-3 * np.abs(known).max()


def test_a_network_forms_its_hessian_for_longer_and_finds_the_same() -> None:
    data = examples(30, 2, 2)
    net = network(data, ((24, Tanh()),), CrossEntropy())
    theta = parameters(np.random.default_rng(0), net.dim)
    assert DENSE_LIMIT < net.dim <= LAYERED_LIMIT and is_formed(net)
    found, known = edges(net, theta, 2, 1, 1e-4), extreme(product_at(net, theta), net.dim, 2, 1, 1e-9)
    np.testing.assert_allclose(found.values, known.values, atol=1e-9)


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
