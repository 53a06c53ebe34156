"""The plane of a trajectory is its singular vectors' plane; a random walk shows what that means by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.landscapes._plane import Directions
from app.landscapes._random_walk import limit_fractions, random_walk_explained
from app.landscapes.planes.pca import PcaPlane
from app.landscapes.truth import captured, project
from tests.landscapes.toys import Quartic, random_walk


def fitted(points: Array, **fields: str) -> Directions:
    plane = PcaPlane.model_validate(fields)
    return plane.directions(Quartic(points.shape[1]), np.zeros(points.shape[1]), points)


@given(st.integers(3, 40), st.integers(2, 40), st.integers(0, 10_000))
def test_the_components_are_the_right_singular_vectors(points: int, dim: int, seed: int) -> None:
    walk = random_walk(points, dim, np.random.default_rng(seed))
    plane = fitted(walk)
    _, singular, vectors = np.linalg.svd(walk - walk.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(plane.explained, (singular**2 / np.sum(singular**2))[:2], rtol=1e-9)
    gaps = singular[:2] ** 2 / np.maximum(1e-300, singular[:2] ** 2 - np.append(singular, 0)[1:3] ** 2)
    overlap = np.abs(np.sum(plane.basis * vectors[:2], axis=1))
    assert np.all(1 - overlap < 1e-12 * np.maximum(1, gaps.max()) ** 2)


@pytest.mark.parametrize("thickness", [1.0, 1e-3, 1e-7])
def test_a_trajectory_in_a_plane_is_explained_wholly(thickness: float) -> None:
    rng = np.random.default_rng(1)
    frame = np.linalg.qr(rng.standard_normal((50, 2)))[0].T
    flat = np.stack([np.linspace(0, 3, 80), thickness * np.sin(np.linspace(0, 9, 80))], axis=1)
    points = rng.standard_normal(50) + flat @ frame
    plane = fitted(points)
    assert plane.explained is not None and plane.origin is not None
    assert sum(plane.explained) == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(captured(points, plane.origin, plane), 1, atol=1e-12)
    np.testing.assert_allclose(np.abs(plane.basis @ frame.T @ frame @ plane.basis.T), np.eye(2), atol=1e-7)


def test_the_plane_passes_through_the_last_point_or_the_mean() -> None:
    walk = random_walk(30, 9, np.random.default_rng(0))
    np.testing.assert_array_equal(fitted(walk).origin, walk[-1])
    np.testing.assert_allclose(fitted(walk, centre="mean").origin, walk.mean(axis=0))


def test_the_signs_do_not_depend_on_the_order_of_the_points() -> None:
    walk = random_walk(30, 9, np.random.default_rng(0))
    np.testing.assert_allclose(fitted(walk, centre="mean").basis, fitted(walk[::-1], centre="mean").basis, atol=1e-12)
    assert all(direction[np.argmax(np.abs(direction))] > 0 for direction in fitted(walk).basis)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_extreme_scales_neither_overflow_nor_vanish(scale: float) -> None:
    walk = random_walk(30, 9, np.random.default_rng(0))
    np.testing.assert_allclose(fitted(scale * walk).explained, fitted(walk).explained, rtol=1e-12)


@pytest.mark.parametrize("centre", ["last", "mean"])
def test_the_window_holds_the_path_with_a_margin(centre: str) -> None:
    walk = random_walk(30, 9, np.random.default_rng(0))
    plane = fitted(walk, centre=centre)
    assert plane.window is not None and plane.origin is not None
    path = project(walk, plane.origin, plane)
    x0, x1, y0, y1 = plane.window
    (left, low), (right, high) = path.min(axis=0), path.max(axis=0)
    np.testing.assert_allclose([left - x0, x1 - right], (right - left) / 4)
    np.testing.assert_allclose([low - y0, y1 - high], (high - low) / 4)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (None, "there is none"),
        (np.eye(7)[:2], "the trajectory has 2"),
        (np.ones((5, 7)), "are the same"),
        (np.outer(np.arange(9.0), np.arange(1.0, 8)), "straight line"),
        (np.eye(7)[[0, 1, 0, 1]], "straight line"),
    ],
)
def test_a_trajectory_without_a_plane_is_refused(points: Array | None, message: str) -> None:
    with pytest.raises(SpecError, match=message) as refused:
        PcaPlane().directions(Quartic(7), np.zeros(7), points)
    assert refused.value.pointer == "/kind"


def test_one_parameter_has_no_plane() -> None:
    with pytest.raises(SpecError, match='use "axes"'):
        fitted(np.arange(5.0)[:, None])


@pytest.mark.parametrize("points", [3, 10, 57])
def test_the_fractions_of_a_wide_walk_sum_to_one(points: int) -> None:
    assert limit_fractions(points, points + 5).sum() == pytest.approx(1, rel=1e-12)


def test_the_fractions_of_a_long_wide_walk_tend_to_six_over_pi_squared_k_squared() -> None:
    k = np.arange(1, 6)
    np.testing.assert_allclose(limit_fractions(100_000, 5), 6 / (np.pi * k) ** 2, rtol=1e-8)
    assert random_walk_explained(100_000, 10**6)[0] == pytest.approx(0.608, abs=5e-4)


@pytest.mark.parametrize(("points", "dim"), [(3, 4), (40, 2), (100, 6), (100, 60), (150, 255), (150, 256), (40, 600)])
def test_simulated_walks_show_the_null(points: int, dim: int) -> None:
    rng = np.random.default_rng(11)
    shown = [fitted(random_walk(points, dim, rng)) for _ in range(60)]
    fractions = np.array([plane.explained for plane in shown])
    error = fractions.std(axis=0) / np.sqrt(len(shown))
    promised = np.array(shown[0].random_walk_explained)
    assert np.all(np.abs(fractions.mean(axis=0) - promised) < 4 * error + 0.01)
    if dim == 2:
        assert promised.sum() == pytest.approx(1, abs=1e-12)


def test_a_walk_in_few_dimensions_is_captured_better() -> None:
    firsts = [random_walk_explained(200, dim)[0] for dim in (2, 4, 16, 10_000)]
    assert firsts == sorted(firsts, reverse=True) and firsts[0] > 0.75
