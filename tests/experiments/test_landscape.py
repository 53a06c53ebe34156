"""A landscape is the objective on a plane, coarse first, with its holes counted and its paths projected."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.errors import SpecError
from app.core.threads import allowing
from app.experiments.build import build_objective, starting_point
from app.experiments.events import Event
from app.experiments.grids import Grid, coarse, stride_of
from app.experiments.landscape import advance_landscape
from app.experiments.specs import LandscapeSpec
from app.experiments.view import resolve
from tests.experiments.wire_bytes import comparable

BLOBS: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 3, "activation": "tanh"}],
    "data": {"kind": "blobs", "n": 40},
}
RUN: dict[str, Any] = {
    "objective": BLOBS,
    "optimisers": [{"kind": "gradient_descent", "learning_rate": 0.1}, {"kind": "adam", "learning_rate": 0.05}],
    "steps": 60,
}
HOLE: dict[str, Any] = {"objective": "ackley", "optimisers": ["adam"], "start": [0.0, 0.0]}


def events_of(budget: float = 1.0, **fields: Any) -> list[Event]:
    spec = LandscapeSpec.model_validate(fields)
    events: list[Event] = []
    state, done = None, False
    while not done:
        state, some, done = advance_landscape(spec, pickle.loads(pickle.dumps(state)), budget)
        events += some
    return events


def grids(**fields: Any) -> list[dict[str, Any]]:
    return [event.data for event in events_of(**fields) if event.kind == "landscape"]


def test_a_surface_is_its_function_on_its_own_window() -> None:
    coarse, fine = grids(objective={"kind": "himmelblau"}, resolution=[65, 41])
    assert (coarse["level"], fine["level"]) == ("coarse", "fine")
    x, y = np.meshgrid(fine["x"], fine["y"])
    np.testing.assert_allclose(fine["loss"].array, (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, rtol=1e-12, atol=1e-10)


def test_slicing_never_shows_in_the_events() -> None:
    fields = {"objective": BLOBS, "plane": {"kind": "pca"}, "run": RUN, "origin": "final", "resolution": [41, 41]}
    assert comparable(events_of(0.0, **fields)) == comparable(events_of(10.0, **fields))


@pytest.mark.parametrize("resolution", [(129, 101), (65, 102), (40, 20), (33, 200)])
def test_the_first_picture_is_part_of_the_second_where_it_can_be(resolution: tuple[int, int]) -> None:
    spec = LandscapeSpec.model_validate({"objective": BLOBS, "resolution": resolution})
    first, second = grids(objective=BLOBS, resolution=list(resolution))
    objective = build_objective(spec.objective)
    frame = resolve(
        spec.objective, objective, None, starting_point(spec.objective, objective, None, spec.seed), None, "/plane"
    )
    x, y = np.meshgrid(second["x"], second["y"])
    exact = objective.value(frame.lift(np.stack([x.ravel(), y.ravel()], axis=1)))
    np.testing.assert_allclose(second["loss"].array.ravel(), exact, rtol=1e-12)
    if stride_of(resolution[0]) and stride_of(resolution[1]):
        part = second["loss"].array[:: stride_of(resolution[1]), :: stride_of(resolution[0])]
        np.testing.assert_array_equal(part, first["loss"].array)


@pytest.mark.parametrize(
    ("count", "size", "own"), [(1, 1, True), (33, 33, True), (34, 33, False), (101, 26, True), (129, 33, True)]
)
def test_a_first_axis_is_short_evenly_spaced_and_of_its_own_coordinates_where_some_divide_it(
    count: int, size: int, own: bool
) -> None:
    axis = np.linspace(-1, 2, count)
    first = coarse(axis)
    assert first.size == size and (first[0], first[-1]) == (axis[0], axis[-1])
    np.testing.assert_allclose(np.diff(first, 2), 0, atol=1e-14)
    assert np.isin(first, axis).all() == own


@pytest.mark.parametrize("numbers", [1, 2_000, 10**9])
def test_every_cell_is_filled_once_by_tiles_of_any_size(monkeypatch: pytest.MonkeyPatch, numbers: int) -> None:
    whole = grids(objective=BLOBS, resolution=[41, 5])[-1]["loss"].array
    monkeypatch.setattr("app.experiments.grids.NUMBERS_AT_ONCE", numbers)
    np.testing.assert_allclose(grids(objective=BLOBS, resolution=[41, 5])[-1]["loss"].array, whole, rtol=1e-14)


@pytest.mark.parametrize("resolution", [(101, 101), (7, 5), (33, 101), (40, 300), (1000, 2), (65, 1)])
@pytest.mark.parametrize("cells", [1, 16, 250, 10_000])
@pytest.mark.parametrize("level", ["coarse", "fine"])
def test_tiles_cover_what_is_not_known_and_nothing_twice(resolution: tuple[int, int], cells: int, level: str) -> None:
    across, down = map(stride_of, resolution)
    size = resolution[::-1] if level == "fine" else tuple(coarse(np.arange(n)).size for n in resolution[::-1])
    grid = Grid(None, (0, 1, 0, 1), resolution, level, 0, np.empty(size), None)  # type: ignore[arg-type]
    filled = np.zeros(size, int)
    if level == "fine" and across * down > 1:
        filled[::down, ::across] += 1
    for rows, columns in grid.tiles(cells):
        assert 0 < rows.size * columns.size <= cells
        filled[np.ix_(rows, columns)] += 1
    assert (filled == 1).all()


def test_threads_never_show_in_the_events() -> None:
    fields = {"objective": BLOBS | {"data": {"kind": "blobs", "n": 400}}, "resolution": [65, 65]}
    with allowing(1):
        alone = comparable(events_of(0.0, **fields))
    with allowing(2):
        assert comparable(events_of(10.0, **fields)) == alone


def test_holes_are_counted_and_kept() -> None:
    fine = grids(
        objective={"kind": "formula", "expression": "log(x) + y^2", "window": [-1, 1, -1, 1]}, resolution=[41, 41]
    )[-1]
    assert fine["holes"] == 21 * 41 == int((~np.isfinite(fine["loss"].array)).sum())


def test_a_pca_plane_captures_what_it_says_and_shows_the_random_walk_beside() -> None:
    fine = grids(objective=BLOBS, plane={"kind": "pca"}, run=RUN, resolution=[33, 33])[-1]
    first, second = fine["plane"]["explained"]
    assert 0 < second <= first <= 1 and first + second <= 1 + 1e-12
    assert fine["plane"]["random_walk_explained"][0] == pytest.approx(6 / np.pi**2, rel=0.1)
    assert [path["run"] for path in fine["paths"]] == [0, 1]
    for path in fine["paths"]:
        x0, x1, y0, y1 = fine["window"]
        assert np.all((path["position"] >= [x0, y0]) & (path["position"] <= [x1, y1]))


def test_the_final_point_lies_on_its_own_plane() -> None:
    fine = grids(objective=BLOBS, plane={"kind": "random"}, origin="final", run=RUN, resolution=[21, 21])[-1]
    end = fine["paths"][0]
    np.testing.assert_allclose(end["position"][-1], [0, 0], atol=1e-12)
    assert end["slice_loss"].array[-1] == pytest.approx(end["loss"][-1], rel=1e-12)
    assert fine["origin_loss"] == pytest.approx(end["loss"][-1], rel=1e-12)


def test_float32_is_close_to_float64_on_a_network() -> None:
    exact = grids(objective=BLOBS, resolution=[21, 21])[-1]["loss"].array
    fast = grids(objective=BLOBS, resolution=[21, 21], precision="float32")[-1]["loss"].array
    assert fast.dtype == np.float32
    np.testing.assert_allclose(fast, exact, rtol=1e-5)


def test_a_line_is_one_row() -> None:
    objective = LandscapeSpec.model_validate({"objective": BLOBS}).objective
    dim = build_objective(objective).dim
    fine = grids(objective=BLOBS, plane={"kind": "directions", "x": [1.0] * dim}, resolution=[50, 50])[-1]
    assert fine["loss"].array.shape == (1, 50)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"objective": {"kind": "booth"}, "precision": "float32"}, "/precision"),
        ({"objective": BLOBS, "plane": {"kind": "pca"}}, "/plane"),
        ({"objective": BLOBS, "origin": [1.0]}, "/origin/parameters"),
        ({"objective": BLOBS, "origin": "final"}, "/origin"),
        ({"objective": {"kind": "booth"}, "run": RUN}, "/run/objective"),
        ({"objective": "ackley", "origin": "final", "run": HOLE}, "/origin"),
    ],
)
def test_what_cannot_be_drawn_says_where_and_why(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(SpecError) as caught:
        grids(**fields)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "fields",
    [
        {"window": [-1e308, 1e308, -1, 1]},
        {"window": [1.0, 1.0 + 2e-16, -1, 1]},
        {"window": [1.0, 0.0, -1, 1]},
        {"plane": {"kind": "directions", "x": [1e300, 0], "y": [0, 1e300]}},
        {"origin": [1e308, 0.0]},
    ],
)
def test_what_would_overflow_is_refused_with_the_spec(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LandscapeSpec.model_validate({"objective": "rosenbrock"} | fields)


def test_the_origin_loss_is_that_of_the_origin_on_every_plane() -> None:
    spec = LandscapeSpec.model_validate({"objective": BLOBS})
    objective = build_objective(spec.objective)
    origin = [0.3] * objective.dim
    for plane in ({"kind": "weights", "x": 0, "y": 5}, {"kind": "random"}):
        fine = grids(objective=BLOBS, plane=plane, origin=origin, resolution=[9, 9])[-1]
        assert fine["origin_loss"] == objective.value(np.array(origin))
