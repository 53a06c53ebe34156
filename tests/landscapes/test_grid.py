"""A grid is the objective, point by point, however it is cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.landscapes import grid
from app.landscapes._plane import UNIT_WINDOW, Directions, bounding_window
from app.landscapes.grid import default_window, evaluate, grid_axes, holes, lowest
from app.landscapes.planes.axes import AxesPlane
from app.landscapes.planes.random import RandomPlane
from app.landscapes.planes.weights import WeightsPlane
from app.objectives.surface import Surface
from tests.landscapes.toys import Quartic, ReluNet

SURFACES = catalogue("app.objectives.surfaces", Surface)
WINDOW = (-1.0, 2.0, -0.5, 0.5)


def setting(dim: int = 6) -> tuple[Quartic, Array, Directions]:
    rng = np.random.default_rng(4)
    return Quartic(dim), rng.standard_normal(dim), Directions(*rng.standard_normal((2, dim)), ("x", "y"))


def test_axes_reach_from_edge_to_edge() -> None:
    xs, ys = grid_axes(WINDOW, (7, 3))
    np.testing.assert_allclose(xs, [-1, -0.5, 0, 0.5, 1, 1.5, 2])
    np.testing.assert_allclose(ys, [-0.5, 0, 0.5])


def test_a_single_row_is_the_middle_one() -> None:
    assert grid_axes((-1, 1, 2, 6), (3, 1))[1].tolist() == [4.0]


@pytest.mark.parametrize("window", [(1, 1, 0, 1), (0, 1, 3, 2), (0, float("inf"), 0, 1), (0, 1, float("nan"), 1)])
def test_a_window_out_of_order_is_refused(window: tuple[float, ...]) -> None:
    with pytest.raises(SpecError, match="x0 < x1 and y0 < y1") as refused:
        grid_axes(window, (3, 3))
    assert refused.value.pointer == "/window"


def test_rows_are_y_and_columns_are_x() -> None:
    objective, origin, plane = setting()
    xs, ys = grid_axes(WINDOW, (5, 4))
    assert plane.y is not None
    expected = [[objective.value(origin + a * plane.x + b * plane.y) for a in xs] for b in ys]
    np.testing.assert_allclose(evaluate(objective, origin, plane, xs, ys), expected, rtol=1e-12)


@pytest.mark.parametrize("block_numbers", [1, 7, 100, 10**9])
@pytest.mark.parametrize("cuts", [(0, 9), (0, 1, 9), tuple(range(10)), (0, 4, 5, 9)], ids=str)
def test_a_grid_does_not_depend_on_how_it_is_cut(
    monkeypatch: pytest.MonkeyPatch, cuts: tuple[int, ...], block_numbers: int
) -> None:
    objective, origin, plane = setting()
    xs, ys = grid_axes(WINDOW, (11, 9))
    whole = evaluate(objective, origin, plane, xs, ys)
    monkeypatch.setattr(grid, "BLOCK_NUMBERS", block_numbers)
    parts = [evaluate(objective, origin, plane, xs, ys[a:b]) for a, b in pairwise(cuts)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-12)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_a_surface_gives_the_same_bytes_however_it_is_cut(surface: type[Surface]) -> None:
    spec = surface()
    objective, origin = spec.build(), np.zeros(2)
    plane = AxesPlane().directions(objective, origin)
    xs, ys = grid_axes(spec.window(), (37, 23))
    whole = evaluate(objective, origin, plane, xs, ys)
    rows = [evaluate(objective, origin, plane, xs, ys[i : i + 1]) for i in range(len(ys))]
    assert np.concatenate(rows).tobytes() == whole.tobytes()


def test_a_line_is_one_row_whatever_y_says() -> None:
    objective, origin, plane = setting()
    line = plane._replace(y=None)
    loss = evaluate(objective, origin, line, np.array([0.0, 2.0]), np.array([17.0]))
    np.testing.assert_allclose(loss, [objective.value(np.stack([origin, origin + 2 * plane.x]))])


def test_float32_is_close_on_a_network_and_stays_float32() -> None:
    net = ReluNet()
    origin = np.random.default_rng(0).standard_normal(net.dim)
    plane = RandomPlane().directions(net, origin)
    xs, ys = grid_axes(UNIT_WINDOW, (9, 8))
    exact, fast = (evaluate(net, origin, plane, xs, ys, dtype) for dtype in (np.float64, np.float32))
    assert fast.dtype == np.float32 and fast.shape == (8, 9)
    np.testing.assert_allclose(fast, exact, rtol=1e-5)


def test_holes_stay_and_are_counted() -> None:
    class Log(Quartic):
        def value(self, theta: Array) -> Array:
            return np.log(theta[..., 0]) + theta[..., 1] ** 2

    xs, ys = np.array([-1.0, 0.0, 1.0]), np.array([0.5, 1.0])
    loss = evaluate(Log(2), np.zeros(2), Directions(*np.eye(2), ("x", "y")), xs, ys)
    assert holes(loss) == 4
    assert np.isnan(loss[:, 0]).all() and np.isneginf(loss[:, 1]).all()
    assert lowest(xs, ys, loss) == (1.0, 0.5, 0.25)


def test_a_grid_of_holes_has_no_lowest_cell() -> None:
    assert lowest(np.zeros(2), np.zeros(2), np.full((2, 2), np.nan)) is None


def test_a_plane_without_a_window_of_its_own_shows_the_unit_square() -> None:
    objective, origin, plane = setting()
    assert default_window(objective, origin, plane) == UNIT_WINDOW
    assert default_window(objective, origin, plane, np.empty((0, 2))) == UNIT_WINDOW


def test_a_window_keeps_still_while_the_path_stays_inside_and_grows_when_it_leaves() -> None:
    objective, origin, plane = setting()
    inside = np.array([[0.0, 0.0], [0.5, -0.9]])
    assert default_window(objective, origin, plane, inside) == UNIT_WINDOW
    x0, x1, y0, y1 = default_window(objective, origin, plane, np.array([[0.0, 0.0], [10.0, 0.1]]))
    assert (x0, x1) == (-2.5, 12.5) and y0 <= -1 and y1 >= 1


@pytest.mark.parametrize(
    "points",
    [[[3.0, 4.0]], [[0.0, 0.0]] * 3, [[1.0, 2.0], [1.0, 5.0]], [[1e20, 0.0]], [[0.0, 1.0], [1e-12, 1e6]]],
    ids=str,
)
def test_a_box_is_never_empty(points: list[list[float]]) -> None:
    x0, x1, y0, y1 = bounding_window(np.array(points))
    inside = np.array(points)
    assert x0 < inside[:, 0].min() and inside[:, 0].max() < x1
    assert y0 < inside[:, 1].min() and inside[:, 1].max() < y1


def test_the_weights_window_is_used() -> None:
    origin = np.zeros(4)
    plane = WeightsPlane(x=0, y=1).directions(Quartic(4), origin)
    assert default_window(Quartic(4), origin, plane) == (-2, 2, -2, 2)
