"""The steps of the osculating quadratic: each leads where its definition says, or says why it does not exist."""

from __future__ import annotations

import numpy as np
import pytest

from app.curvature.eigen import spectrum
from app.curvature.steps import Osculating, gradient_step, newton_step, saddle_free_step
from tests.curvature.operators import SPECTRA, with_spectrum

REGULAR = {name: values for name, values in SPECTRA.items() if (values != 0).all()}
SINGULAR = {name: values for name, values in SPECTRA.items() if (values == 0).any()}


def model(values: np.ndarray) -> tuple[Osculating, np.ndarray, np.ndarray]:
    matrix = with_spectrum(values)
    gradient = np.random.default_rng(5).standard_normal(len(values))
    return Osculating(2.0, gradient, spectrum(matrix)), matrix, gradient


@pytest.mark.parametrize("values", REGULAR.values(), ids=REGULAR)
def test_newton_solves_the_system_and_saddle_free_that_of_the_absolute_matrix(values: np.ndarray) -> None:
    quadratic, matrix, gradient = model(values)
    newton, free = newton_step(quadratic, 0.0), saddle_free_step(quadratic, 0.0)
    assert newton.vector is not None and free.vector is not None
    worst = np.abs(values).max() / np.abs(values).min()
    np.testing.assert_allclose(matrix @ newton.vector, -gradient, atol=1e-13 * worst)
    eigenvalues, eigenvectors = np.linalg.eigh(matrix)
    absolute = (eigenvectors * np.abs(eigenvalues)) @ eigenvectors.T
    np.testing.assert_allclose(absolute @ free.vector, -gradient, atol=1e-13 * worst)
    assert gradient @ free.vector < 0
    np.testing.assert_allclose(np.linalg.norm(free.vector), np.linalg.norm(newton.vector))


@pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA)
def test_the_prediction_is_the_quadratic(values: np.ndarray) -> None:
    quadratic, matrix, gradient = model(values)
    step = np.random.default_rng(6).standard_normal(len(values))
    assert quadratic.predicted(step) == pytest.approx(2 + gradient @ step + step @ matrix @ step / 2, rel=1e-12)
    basis = np.random.default_rng(7).standard_normal((2, len(values)))
    slope, bend = quadratic.on(basis)
    np.testing.assert_allclose(slope, basis @ gradient)
    np.testing.assert_allclose(bend, basis @ matrix @ basis.T, rtol=1e-10, atol=1e-12 * np.abs(values).max())


def test_the_gradient_step_divides_by_the_largest_curvature_of_either_sign() -> None:
    quadratic, _, gradient = model(np.array([-4.0, 1.0, 2.0]))
    step = gradient_step(quadratic)
    assert step.vector is not None and step.learning_rate == pytest.approx(0.25)
    np.testing.assert_allclose(step.vector, -gradient / 4)


@pytest.mark.parametrize(
    ("values", "leads"),
    [([1.0, 2.0, 3.0], None), ([-1.0, 2.0, 3.0], "saddle"), ([-1.0, -2.0, -3.0], "maximum")],
)
def test_newton_says_where_it_leads(values: list[float], leads: str | None) -> None:
    step = newton_step(model(np.array(values))[0], 0.0)
    assert step.vector is not None
    assert step.reason is None if leads is None else step.reason is not None and leads in step.reason


@pytest.mark.parametrize("values", SINGULAR.values(), ids=SINGULAR)
def test_a_singular_matrix_has_no_newton_step(values: np.ndarray) -> None:
    quadratic = model(values)[0]
    for step in (newton_step(quadratic, 1e-9), saddle_free_step(quadratic, 1e-9)):
        assert step.vector is None
        assert step.reason is not None and f"{(values == 0).sum()} of {len(values)} eigenvalues" in step.reason


def test_a_zero_matrix_has_no_step_at_all() -> None:
    quadratic = model(np.zeros(4))[0]
    assert [step(quadratic).vector for step in (gradient_step, lambda q: newton_step(q, 0.0))] == [None, None]
