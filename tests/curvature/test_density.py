"""Stochastic Lanczos quadrature draws the smoothed spectrum, and says how wrong it may be."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import Array
from app.core.threads import allowing
from app.core.work import complete
from app.curvature.density import Density, Grid, abreast, exact_density, grid_over, lanczos_density, probes, probing
from app.curvature.products import Product, block, product_at
from app.curvature.quadrature import GaussQuadratures
from tests.curvature.operators import SPECTRA, classifier, product_with, with_spectrum

each_spectrum = pytest.mark.parametrize("values", SPECTRA.values(), ids=SPECTRA.keys())


def estimated(product: Product, dim: int, count: int, steps: int, grid: Grid) -> Density:
    return lanczos_density(complete(probing(product, dim, count, range(count), steps)), dim, grid)


def distance(one: Array, other: Array, grid: Grid) -> float:
    """L1, with both densities of mass 1."""
    return float(np.trapezoid(np.abs(one - other), grid.x))


def grid_of(values: Array) -> Grid:
    return grid_over(values.min(), values.max(), 600, 0.01)


@each_spectrum
def test_a_density_has_mass_one(values: Array) -> None:
    grid = grid_of(values)
    assert np.trapezoid(exact_density(values, grid).values, grid.x) == pytest.approx(1.0, abs=1e-3)


@each_spectrum
def test_a_whole_basis_of_probes_gives_the_exact_density(values: Array) -> None:
    dim, grid = len(values), grid_of(values)
    found = estimated(product_with(with_spectrum(values)), dim, dim, dim, grid)
    assert distance(found.values, exact_density(values, grid).values, grid) < 1e-6
    assert not found.standard_error.any()


def test_a_network_is_drawn_to_one_percent() -> None:
    net, theta = classifier(14)
    values = np.linalg.eigvalsh(net.hessian(theta))
    grid = grid_over(values[0], values[-1], 600, 0.02)
    found = estimated(product_at(net, theta), net.dim, 250, 60, grid)
    assert distance(found.values, exact_density(values, grid).values, grid) <= 0.01


def test_single_precision_draws_the_same_density() -> None:
    net, theta = classifier(14)
    values = np.linalg.eigvalsh(net.hessian(theta))
    grid = grid_over(values[0], values[-1], 600, 0.01)
    single = net.hvp_at(theta.astype(np.float32))
    rough = complete(probing(single, net.dim, 4, range(4), 60, "float32"))
    fine = estimated(product_at(net, theta), net.dim, 4, 60, grid)
    assert single(theta.astype(np.float32)).dtype == np.float32
    assert distance(lanczos_density(rough, net.dim, grid).values, fine.values, grid) < 1e-4


def test_a_few_probes_err_by_about_their_standard_error() -> None:
    net, theta = classifier(14)
    values = np.linalg.eigvalsh(net.hessian(theta))
    grid = grid_over(values[0], values[-1], 600, 0.02)
    found = estimated(product_at(net, theta), net.dim, 10, 80, grid)
    claimed = float(np.trapezoid(found.standard_error, grid.x))
    error = distance(found.values, exact_density(values, grid).values, grid)
    assert 0.5 * claimed < error < 1.5 * claimed < 0.3


def test_a_layers_density_is_that_of_its_block() -> None:
    net, theta = classifier(12)
    layer = net.layers[1]
    part = net.hessian(theta)[layer.start : layer.stop, layer.start : layer.stop]
    values = np.linalg.eigvalsh(part)
    grid, size = grid_over(values[0], values[-1], 600, 0.02), layer.stop - layer.start
    product = block(product_at(net, theta), net.dim, layer.start, layer.stop)
    found = estimated(product, size, size, 80, grid)
    assert distance(found.values, exact_density(values, grid).values, grid) <= 0.01


@each_spectrum
def test_reorthogonalised_lanczos_finds_every_eigenvalue_once(values: Array) -> None:
    matrix = with_spectrum(values)
    start = np.random.default_rng(0).standard_normal(len(values))
    (found,) = complete(GaussQuadratures(product_with(matrix), start[None], len(values)))
    assert found.weights.sum() == pytest.approx(1.0)
    gaps = np.abs(found.nodes[:, None] - values).min(axis=1)
    assert np.all(gaps[found.weights > 1e-20] <= 1e-8 * np.abs(values).max())


def test_lanczos_stops_where_the_space_is_invariant() -> None:
    product = product_with(with_spectrum(SPECTRA["of low rank"]))
    (found,) = complete(GaussQuadratures(product, np.ones((1, 144)), 100))
    assert len(found.nodes) == 5


@pytest.mark.parametrize("count", [1, 7, 30, 50])
def test_probes_are_orthonormal_and_never_more_than_the_dimension(count: int) -> None:
    found = probes(30, count)
    np.testing.assert_allclose(found @ found.T, np.eye(min(count, 30)), atol=1e-13)


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_equal_eigenvalues_make_one_peak(value: float) -> None:
    grid = grid_over(value, value, 401, 0.01)
    density = exact_density(np.full(5, value), grid).values
    assert grid.x[np.argmax(density)] == pytest.approx(value, abs=1e-9)
    assert np.trapezoid(density, grid.x) == pytest.approx(1.0, abs=1e-3)


def test_probes_side_by_side_are_those_one_by_one_whatever_the_threads() -> None:
    net, theta = classifier(8)
    product = product_at(net, theta)
    singly = [q for i in range(5) for q in complete(probing(product, net.dim, 5, range(i, i + 1), 30))]
    for count in (1, 2):
        with allowing(count):
            together = complete(probing(product, net.dim, 5, range(5), 30))
        for one, other in zip(singly, together, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("dim", "count", "steps"), [(2, 3, 5), (2_410, 10, 100), (10**6, 3, 100), (1, 1, 1)])
def test_every_probe_is_followed_once(dim: int, count: int, steps: int) -> None:
    assert [i for some in abreast(dim, count, steps) for i in some] == list(range(count))
