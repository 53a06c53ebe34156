"""Every eigenvalue that is reported is one, to within the residual that is reported with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse.linalg import eigsh

from app.core.errors import SpecError
from app.curvature.eigen import Eigenpairs, eigenvalues, ends, spectrum
from app.curvature.extreme import extreme
from app.curvature.products import block, product_at, scaled
from tests.curvature.operators import SPECTRA, classifier, product_with, with_spectrum

each_spectrum = pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA.keys())


def agree(pairs: Eigenpairs, matrix: np.ndarray, top: int, bottom: int) -> None:
    known = np.linalg.eigvalsh(matrix)[::-1]
    size = np.abs(known).max()
    expected = np.r_[known[:top], known[len(known) - bottom :]]
    np.testing.assert_allclose(pairs.values, expected, rtol=0, atol=1e-9 * size)
    np.testing.assert_allclose(np.linalg.norm(pairs.vectors, axis=1), 1.0, rtol=1e-12)
    true = np.linalg.norm(pairs.vectors @ matrix - pairs.values[:, None] * pairs.vectors, axis=1)
    np.testing.assert_allclose(pairs.residuals, true, rtol=1e-3, atol=1e-14 * size)
    assert np.all(pairs.residuals <= 1e-8 * size) and pairs.unconverged == 0


@each_spectrum
def test_a_whole_spectrum_agrees_with_numpy(values: np.ndarray) -> None:
    matrix = with_spectrum(values)
    agree(spectrum(matrix), matrix, len(values), 0)


@each_spectrum
def test_eigenvalues_without_vectors_are_within_their_bound(values: np.ndarray) -> None:
    matrix = with_spectrum(values)
    found, with_vectors = eigenvalues(matrix), spectrum(matrix)
    assert np.all(np.abs(found.values - with_vectors.values) <= found.residuals + with_vectors.residuals)
    assert np.all(found.residuals <= 1e-12 * np.abs(values).max()) and found.vectors.size == 0
    assert ends(found, 3, 2).values.tolist() == [*found.values[:3], *found.values[-2:]]


@each_spectrum
@pytest.mark.parametrize(("top", "bottom"), [(1, 0), (0, 1), (4, 4), (10, 2)])
def test_lanczos_agrees_with_numpy_at_both_ends(values: np.ndarray, top: int, bottom: int) -> None:
    matrix = with_spectrum(values)
    pairs = extreme(product_with(matrix), len(values), top, bottom)
    assert (pairs.top, pairs.bottom) == (top, bottom)
    agree(pairs, matrix, top, bottom)


@pytest.mark.parametrize("units", [6, 14])
def test_lanczos_agrees_with_numpy_on_a_network(units: int) -> None:
    net, theta = classifier(units)
    agree(extreme(product_at(net, theta), net.dim, 6, 6), net.hessian(theta), 6, 6)


def test_the_zero_operator_and_the_identity_have_their_eigenvalues() -> None:
    for scale in (0.0, 1.0):
        pairs = extreme(lambda v, scale=scale: scale * v, 40, 2, 1)
        np.testing.assert_allclose(pairs.values, scale, atol=1e-12)
        assert pairs.residuals.max() <= 1e-12


def test_the_same_operator_gives_the_same_bytes() -> None:
    matrix = with_spectrum(SPECTRA["indefinite"])
    one, other = (extreme(product_with(matrix), len(matrix), 5, 5) for _ in range(2))
    assert one.values.tobytes() == other.values.tobytes() and one.vectors.tobytes() == other.vectors.tobytes()


def test_what_did_not_converge_is_left_out_and_counted() -> None:
    matrix = with_spectrum(np.linspace(1.0, 2.0, 400))
    pairs = extreme(product_with(matrix), 400, 4, 3, products=60)
    assert pairs.unconverged == 7 - len(pairs.values) > 0
    assert pairs.top + pairs.bottom == len(pairs.values) == len(pairs.vectors) == len(pairs.residuals)
    known = np.linalg.eigvalsh(matrix)
    assert all(np.abs(known - value).min() <= 1e-8 for value in pairs.values)


def test_a_pair_with_a_large_true_residual_is_not_passed_off_as_converged() -> None:
    matrix = with_spectrum(np.linspace(0.0, 1.0, 50))

    def careless(v: np.ndarray) -> np.ndarray:
        return v @ matrix if v.ndim == 1 else v @ matrix + 0.1 * np.roll(v, 1, axis=-1)

    pairs = extreme(careless, 50, 3, 0)
    assert pairs.values.size == 0 and pairs.unconverged == 3


@pytest.mark.parametrize(("top", "bottom"), [(7, 0), (0, 7), (5, 5)])
def test_every_copy_of_a_multiple_eigenvalue_is_found_where_the_space_closes(top: int, bottom: int) -> None:
    values = np.repeat([-2.0, 0.0, 1.0, 3.0], 20)
    pairs = extreme(product_with(with_spectrum(values)), 80, top, bottom)
    agree(pairs, with_spectrum(values), top, bottom)


@each_spectrum
def test_lanczos_agrees_with_arpack(values: np.ndarray) -> None:
    matrix = with_spectrum(values)
    size = np.abs(values).max()
    known = (
        eigsh(matrix / size, 3, which="LA", v0=np.ones(len(values)), ncv=60, maxiter=5_000, return_eigenvectors=False)
        * size
    )
    np.testing.assert_allclose(extreme(product_with(matrix), len(values), 3, 0).values[::-1], known, atol=1e-9 * size)


@pytest.mark.parametrize(("top", "bottom"), [(0, 0), (2, 0), (0, 3), (2, 3), (9, 9)])
def test_the_ends_of_a_whole_spectrum_never_repeat_an_eigenvalue(top: int, bottom: int) -> None:
    pairs = ends(spectrum(np.diag(np.arange(10.0))), top, bottom)
    expected = list(range(9, -1, -1)) if top + bottom >= 10 else [*range(9, 9 - top, -1), *range(bottom - 1, -1, -1)]
    assert pairs.values.tolist() == expected


def test_as_many_eigenvalues_as_dimensions_are_refused() -> None:
    with pytest.raises(SpecError, match="7 eigenvalues from one end must be fewer than 7"):
        extreme(lambda v: v, 7, 7, 0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_hessian_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(SpecError, match="not finite"):
        extreme(lambda v: np.full_like(v, bad), 80, 1, 0)
    with pytest.raises(SpecError, match="not finite"):
        spectrum(np.full((2, 2), bad))
    with pytest.raises(SpecError, match="not finite"):
        eigenvalues(np.full((2, 2), bad))


@pytest.mark.parametrize("solve", [spectrum, eigenvalues])
def test_a_hessian_whose_norm_is_not_finite_is_refused(solve: Callable[[np.ndarray], Eigenpairs]) -> None:
    assert np.isfinite(solve(np.diag([1e150, -1e150])).residuals).all()
    with pytest.raises(SpecError, match="its norm is not finite"):
        solve(np.full((3, 3), 1e160))


def test_a_block_of_the_product_is_the_product_with_the_block() -> None:
    matrix = with_spectrum(SPECTRA["indefinite"])
    v = np.random.default_rng(0).standard_normal((3, 20))
    np.testing.assert_allclose(block(product_with(matrix), 150, 30, 50)(v), v @ matrix[30:50, 30:50], atol=1e-13)


def test_the_scaled_operator_has_the_eigenvalues_of_the_preconditioned_one() -> None:
    matrix = with_spectrum(SPECTRA["indefinite"])
    P = np.random.default_rng(0).uniform(0.1, 10.0, 150)
    expected = np.sort(np.linalg.eigvals(matrix / P[:, None]).real)[::-1]
    found = extreme(scaled(product_with(matrix), 1 / np.sqrt(P)), 150, 3, 3).values
    np.testing.assert_allclose(found, np.r_[expected[:3], expected[-3:]], rtol=1e-8)
