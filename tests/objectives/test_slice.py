"""A slice is an objective: it agrees with the whole on the plane, and its derivatives are the chain rule's."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import Objective
from app.objectives.slice import Slice
from tests.landscapes.toys import Quartic


def sliced(dim: int, axes: int, seed: int = 0) -> Slice:
    rng = np.random.default_rng(seed)
    return Slice(Quartic(dim, seed), rng.standard_normal(dim), rng.standard_normal((axes, dim)))


@pytest.fixture(params=[(2, 1), (2, 2), (7, 1), (7, 2), (40, 2)], ids=str)
def a_slice(request: pytest.FixtureRequest) -> Slice:
    return sliced(*request.param)


def coordinates(a_slice: Slice, shape: tuple[int, ...] = (4, 3)) -> np.ndarray:
    return np.random.default_rng(3).uniform(-1, 1, (*shape, a_slice.dim))


def test_a_slice_is_an_objective(a_slice: Slice) -> None:
    assert isinstance(a_slice, Objective)
    assert a_slice.parameter_names(9) == ("a", "b")[: a_slice.dim]


def test_a_slice_agrees_with_the_whole_on_its_plane(a_slice: Slice) -> None:
    at = coordinates(a_slice)
    expected = [
        [a_slice.objective.value(a_slice.origin + sum(c * d for c, d in zip(place, a_slice.directions, strict=True)))]
        for place in at.reshape(-1, a_slice.dim)
    ]
    np.testing.assert_allclose(a_slice.value(at).ravel(), np.ravel(expected), rtol=1e-12)
    assert a_slice.value(at).shape == (4, 3)


def test_its_gradient_is_the_complex_step(a_slice: Slice) -> None:
    at = coordinates(a_slice)
    value, gradient = a_slice.value_and_gradient(at)
    np.testing.assert_array_equal(value, a_slice.value(at))
    for k, unit in enumerate(np.eye(a_slice.dim)):
        slope = a_slice.value(at + 1e-20j * unit).imag / 1e-20
        np.testing.assert_allclose(gradient[..., k], slope, rtol=1e-9, atol=1e-12 * np.abs(gradient).max())


def test_its_hessian_is_the_complex_step_of_its_gradient_and_symmetric(a_slice: Slice) -> None:
    at = coordinates(a_slice)
    hessian = a_slice.hessian(at)
    assert hessian.shape == (4, 3, a_slice.dim, a_slice.dim)
    np.testing.assert_array_equal(hessian, hessian.swapaxes(-1, -2))
    for k, unit in enumerate(np.eye(a_slice.dim)):
        column = a_slice.value_and_gradient(at + 1e-20j * unit)[1].imag / 1e-20
        np.testing.assert_allclose(hessian[..., k], column, rtol=1e-9, atol=1e-12 * np.abs(hessian).max())


def test_its_hessian_vector_product_is_the_hessian_times_the_vector(a_slice: Slice) -> None:
    at, v = coordinates(a_slice), np.random.default_rng(5).standard_normal((3, a_slice.dim))
    expected = np.einsum("...ij,...j->...i", a_slice.hessian(at), v)
    np.testing.assert_allclose(a_slice.hvp(at, v), expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


def test_a_slice_of_a_slice_is_a_slice() -> None:
    whole = sliced(7, 2)
    line = Slice(whole, np.array([0.3, -0.2]), np.array([[1.0, 2.0]]))
    direct = Slice(whole.objective, whole.point(line.origin), line.directions @ whole.directions)
    at = np.linspace(-1, 1, 5)[:, None]
    np.testing.assert_allclose(line.value(at), direct.value(at), rtol=1e-12)
    np.testing.assert_allclose(line.hessian(at), direct.hessian(at), rtol=1e-10)
