"""A projection is the nearest point of the plane, and what it captures is a fraction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.landscapes._plane import Directions
from app.landscapes.planes.weights import WeightsPlane
from app.landscapes.projection import Projection
from app.landscapes.truth import captured, project, slice_loss, truth
from tests.landscapes.toys import Quartic

LABELS = ("x", "y")


def skew(dim: int, seed: int, axes: int = 2) -> Directions:
    """Directions of very different lengths, neither orthogonal nor parallel."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((2, dim)) * [[1e4], [1e-3]]
    return Directions(rows[0], rows[1] if axes == 2 else None, LABELS)


dims, seeds, axes = st.integers(2, 30), st.integers(0, 10_000), st.sampled_from([1, 2])


@given(dims, seeds, axes)
def test_points_of_the_plane_project_to_their_own_coordinates(dim: int, seed: int, axes: int) -> None:
    rng, plane = np.random.default_rng(seed), skew(dim, seed, axes)
    scale = np.array([1e-4, 1e3])
    origin, at = rng.standard_normal(dim), rng.standard_normal((6, 2)) * scale
    at[:, axes:] = 0
    shown = project(origin + at[:, :axes] @ plane.basis, origin, plane)
    np.testing.assert_allclose(shown / scale, at / scale, atol=1e-7)


@given(dims, seeds, axes)
def test_what_is_left_out_is_orthogonal_to_the_plane(dim: int, seed: int, axes: int) -> None:
    rng, plane = np.random.default_rng(seed), skew(dim, seed, axes)
    origin, points = rng.standard_normal(dim), rng.standard_normal((6, dim))
    left_out = points - origin - project(points, origin, plane)[:, :axes] @ plane.basis
    units = plane.basis / np.linalg.norm(plane.basis, axis=1, keepdims=True)
    np.testing.assert_allclose(left_out @ units.T, 0, atol=1e-8)


@given(dims, seeds, axes)
def test_captured_is_pythagoras(dim: int, seed: int, axes: int) -> None:
    rng, plane = np.random.default_rng(seed), skew(dim, seed, axes)
    origin, points = rng.standard_normal(dim), rng.standard_normal((6, dim))
    left_out = points - origin - project(points, origin, plane)[:, :axes] @ plane.basis
    expected = 1 - np.sum(left_out**2, axis=1) / np.sum((points - origin) ** 2, axis=1)
    fractions = captured(points, origin, plane)
    np.testing.assert_allclose(fractions, expected, atol=1e-7)
    assert np.all((fractions >= 0) & (fractions <= 1))


def test_captured_is_one_where_nothing_moved_and_zero_at_right_angles() -> None:
    plane, origin = Directions(np.eye(4)[0], np.eye(4)[1], LABELS), np.full(4, 2.0)
    points = origin + np.array([[0, 0, 0, 0], [3, 4, 0, 0], [0, 0, 5, 0], [1, 0, 1, 0]])
    np.testing.assert_allclose(captured(points, origin, plane), [1, 1, 0, 0.5], atol=1e-15)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_captured_does_not_over_or_underflow(scale: float) -> None:
    plane = Directions(np.eye(4)[0], np.eye(4)[1], LABELS)
    points = scale * np.array([[1.0, 1.0, 1.0, 1.0]])
    np.testing.assert_allclose(captured(points, np.zeros(4), plane), 0.5, rtol=1e-12)


@given(dims, seeds, axes, st.booleans())
def test_a_shadow_is_where_it_lies_and_what_it_captures(dim: int, seed: int, axes: int, elsewhere: bool) -> None:
    rng, plane = np.random.default_rng(seed), skew(dim, seed, axes)
    origin, points = rng.standard_normal(dim), rng.standard_normal((6, dim))
    plane = plane._replace(reference=rng.standard_normal(dim) if elsewhere else None)
    coordinates, fractions = Projection(origin, plane).shadow(points)
    assert np.array_equal(coordinates, project(points, origin, plane))
    assert np.array_equal(fractions, captured(points, origin, plane))


def test_a_row_that_needs_care_leaves_the_others_as_they_are() -> None:
    plane = Directions(np.eye(4)[0], np.eye(4)[1], LABELS)
    points = np.array([[3.0, 4, 5, 6], [0, 0, 0, 0], [1e-200, 0, 1e-200, 0], [1e200, 0, 0, 1e200]])
    np.testing.assert_allclose(captured(points, np.zeros(4), plane), [25 / 86, 1, 0.5, 0.5], rtol=1e-14)


def test_on_the_weights_plane_displacement_is_from_the_origin_not_from_zero() -> None:
    origin = np.array([10.0, 20.0, 30.0])
    plane = WeightsPlane(x=0, y=1).directions(Quartic(3), origin)
    assert plane.origin is not None
    np.testing.assert_allclose(captured(origin + np.array([[1.0, 0, 1]]), plane.origin, plane), [0.5])
    np.testing.assert_allclose(project(origin[None], plane.origin, plane), [[10, 20]])


def test_the_badge_compares_slice_and_true_loss() -> None:
    objective, rng = Quartic(5), np.random.default_rng(0)
    origin, plane = rng.standard_normal(5), Directions(*rng.standard_normal((2, 5)), LABELS)
    on_plane, off = origin + plane.x - 2 * plane.y, origin + rng.standard_normal(5)
    badge = truth(objective, np.stack([on_plane, off]), origin, plane)
    np.testing.assert_allclose(badge.loss, objective.value(np.stack([on_plane, off])))
    assert badge.slice_loss[0] == pytest.approx(badge.loss[0], rel=1e-10)
    assert badge.captured[0] == pytest.approx(1) and badge.captured[1] < 1
    assert badge.slice_loss[1] != pytest.approx(badge.loss[1], rel=1e-3)
    line = Directions(plane.x, None, LABELS)
    at = np.array([[0.5, 0.0]])
    np.testing.assert_allclose(slice_loss(objective, origin, line, at), objective.value(origin + plane.x / 2))
