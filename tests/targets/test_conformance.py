"""Every target of the catalogue: exact derivatives, mass inside its box, and draws and answers that agree."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.inference import Reference, Target
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.targets._base import Density, TargetEntry

KINDS = catalogue("app.targets", TargetEntry)
DENSITIES: dict[str, Density] = {kind: entry().build() for kind, entry in KINDS.items()}  # type: ignore[attr-defined]
STEP = 1e-20

each = pytest.mark.parametrize("kind", KINDS)


def places(density: Density, count: int = 5) -> Array:
    """Points in the middle of the box, where densities are not negligible."""
    rng = np.random.default_rng(7)
    low, high = density.box.T
    middle, half = (low + high) / 2, (high - low) / 2
    return middle + 0.3 * half * rng.uniform(-1, 1, (count, density.dim))


@each
def test_a_target_keeps_the_contract(kind: str) -> None:
    density = DENSITIES[kind]
    assert isinstance(density, Target)
    assert density.box.shape == (density.dim, 2) and (density.box[:, 0] < density.box[:, 1]).all()
    assert len(density.parameter_names(density.dim)) == density.dim


@each
def test_the_gradient_is_that_of_the_complex_step(kind: str) -> None:
    density = DENSITIES[kind]
    theta = places(density)
    value, gradient = density.value_and_gradient(theta)
    shifted = theta[:, None, :] + 1j * STEP * np.eye(density.dim)
    derived = density.value(shifted).imag / STEP
    scale = np.abs(gradient).max(axis=-1, keepdims=True) + 1
    assert np.abs(derived - gradient).max() <= 1e-11 * scale.max()
    np.testing.assert_allclose(value, density.value(theta), rtol=1e-13)


@each
def test_the_hessian_is_the_complex_step_of_the_gradient(kind: str) -> None:
    density = DENSITIES[kind]
    theta = places(density, 2)
    shifted = theta[:, None, :] + 1j * STEP * np.eye(density.dim)
    derived = density.value_and_gradient(shifted)[1].imag / STEP
    hessian = density.hessian(theta)
    scale = np.abs(hessian).max() + 1
    assert np.abs(derived - hessian).max() <= 1e-10 * scale
    v = np.random.default_rng(1).standard_normal(density.dim)
    assert np.abs(density.hvp(theta, v) - hessian @ v).max() <= 1e-11 * scale * np.abs(v).max() * density.dim


@each
def test_a_batch_is_its_points_one_by_one(kind: str) -> None:
    density = DENSITIES[kind]
    theta = places(density, 6).reshape(2, 3, -1)
    value, gradient = density.value_and_gradient(theta)
    assert value.shape == (2, 3) and gradient.shape == theta.shape
    one = density.value_and_gradient(theta[1, 2])
    np.testing.assert_allclose([value[1, 2], *gradient[1, 2]], [one[0], *one[1]], rtol=1e-12, atol=1e-12)


@each
def test_exact_draws_lie_in_the_box_and_have_the_moments_of_the_answer(kind: str) -> None:
    density = DENSITIES[kind]
    draws = density.sample(np.random.default_rng(3), 40_000)
    reference = density.reference()
    if draws is None or reference is None:
        pytest.skip("no exact draws, or no answer, is claimed")
    low, high = density.box.T
    assert ((draws < low) | (draws > high)).any(axis=-1).mean() <= 1e-3
    assert moments_agree(draws, reference)


def moments_agree(draws: Array, reference: Reference) -> bool:
    """Means and variances within five of their own standard errors."""
    away = draws - reference.mean
    mean_error = away.std(axis=0) / np.sqrt(len(draws))
    squares = away**2
    square_error = squares.std(axis=0) / np.sqrt(len(draws))
    means = np.abs(away.mean(axis=0)) <= 5 * mean_error
    return bool(means.all() and (np.abs(squares.mean(axis=0) - reference.variance) <= 5 * square_error).all())
