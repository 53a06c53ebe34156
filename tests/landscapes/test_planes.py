"""Every plane: directions of the right size that span it, in the units it promises, or a refusal that says why."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.landscapes._plane import Plane
from app.landscapes.grid import default_window
from app.landscapes.planes.axes import AxesPlane
from app.landscapes.planes.directions import DirectionsPlane
from app.landscapes.planes.random import RandomPlane
from app.landscapes.planes.weights import WeightsPlane
from app.objectives.slice import Slice
from tests.landscapes.toys import Quartic, ReluNet, random_walk, rescaled, unpacked

PLANES = catalogue("app.landscapes.planes", Plane)
TEXTS = ("title", "summary", "reference", "formula")


def example(entry: type[Plane]) -> Plane:
    """The entry's first documented example, else its defaults."""
    return entry.model_validate(entry.model_json_schema().get("examples", [{}])[0])


def origin_of(dim: int) -> Array:
    return np.random.default_rng(2).standard_normal(dim)


@pytest.mark.parametrize("entry", PLANES.values(), ids=PLANES)
def test_an_entry_explains_itself(entry: type[Plane]) -> None:
    assert all(getattr(entry, text).strip() for text in TEXTS)
    schema = entry.model_json_schema()["properties"]
    assert all(schema[name].get("title") for name in entry.model_fields if name != "kind")


@pytest.mark.parametrize("entry", PLANES.values(), ids=PLANES)
def test_equal_planes_have_equal_bytes_and_leave_their_arguments_alone(entry: type[Plane]) -> None:
    objective, origin, points = Quartic(2), origin_of(2), random_walk(30, 2, np.random.default_rng(0))
    before = origin.tobytes(), points.tobytes()
    first, second = (example(entry).directions(objective, origin, points) for _ in range(2))
    assert first.basis.shape == (2, 2)
    assert first.basis.tobytes() == second.basis.tobytes()
    assert (origin.tobytes(), points.tobytes()) == before
    x0, x1, y0, y1 = default_window(objective, origin, first)
    assert x0 < x1 and y0 < y1


def test_axes_read_the_parameters_themselves() -> None:
    plane = AxesPlane().directions(Quartic(2), np.array([3.0, 4.0]))
    assert plane.origin is not None
    at = np.array([0.5, -0.25])
    np.testing.assert_array_equal(Slice(Quartic(2), plane.origin, plane.basis).point(at), at)


def test_axes_of_one_parameter_are_a_line() -> None:
    plane = AxesPlane().directions(Quartic(1), np.zeros(1))
    assert plane.y is None and plane.basis.shape == (1, 1)


def test_axes_refuse_more_than_two_parameters() -> None:
    with pytest.raises(SpecError, match="this one has 7") as refused:
        AxesPlane().directions(Quartic(7), np.zeros(7))
    assert refused.value.pointer == "/kind"


def test_weights_read_the_values_of_two_parameters() -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    plane = WeightsPlane(x=4, y=21).directions(net, origin)
    assert plane.origin is not None
    theta = Slice(net, plane.origin, plane.basis).point(np.array([0.5, -7.0]))
    assert (theta[4], theta[21]) == (0.5, -7.0)
    np.testing.assert_array_equal(np.delete(theta, [4, 21]), np.delete(origin, [4, 21]))
    assert plane.labels == ("hidden 1 4", "output 21")


def test_the_window_of_weights_surrounds_their_values_and_zero() -> None:
    origin = np.array([0.1, 0.0, -30.0])
    window = default_window(Quartic(3), origin, WeightsPlane(x=0, y=2).directions(Quartic(3), origin))
    np.testing.assert_allclose(window, (-1.9, 2.1, -90.0, 30.0))


@pytest.mark.parametrize(
    ("plane", "pointer", "message"),
    [
        (WeightsPlane(x=9, y=1), "/x", "weight 9 must be at most 6"),
        (WeightsPlane(x=0, y=7), "/y", "weight 7 must be at most 6"),
        (WeightsPlane(x=3, y=3), "/y", "choose two different weights"),
        (DirectionsPlane(x=(1.0, 2.0)), "/x", "2 numbers were given but the objective has 7"),
        (DirectionsPlane(x=(1.0,) * 7, y=(1.0,) * 8), "/y", "8 numbers were given"),
        (DirectionsPlane(x=(0.0,) * 7), "/x", "finite and not zero"),
        (DirectionsPlane(x=(1.0,) * 7, y=(-2.0,) * 7), "/y", "parallel"),
        (DirectionsPlane(x=(1e100,) * 7, y=(1e-100,) * 7), "/y", "parallel"),
    ],
    ids=str,
)
def test_a_plane_that_does_not_exist_is_refused(plane: Plane, pointer: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as refused:
        plane.directions(Quartic(7), origin_of(7))
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("bad", [True, "1", float("nan"), float("inf"), None])
def test_directions_are_finite_numbers(bad: object) -> None:
    with pytest.raises(ValidationError) as refused:
        DirectionsPlane.model_validate({"x": [1, bad]})
    assert refused.value.errors()[0]["loc"] == ("x", 1)


def test_directions_are_taken_as_they_are() -> None:
    plane = DirectionsPlane(x=(3.0, 0.0, 0.0), y=(3.0, 1e-3, 0.0)).directions(Quartic(3), np.zeros(3))
    np.testing.assert_array_equal(plane.basis, [[3, 0, 0], [3, 1e-3, 0]])


def test_one_direction_is_a_line() -> None:
    assert DirectionsPlane(x=(1.0, 2.0)).directions(Quartic(2), np.zeros(2)).y is None


def test_filter_normalised_rows_have_the_norms_of_the_origin_and_biases_rest() -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    plane = RandomPlane(seed=3).directions(net, origin)
    for layer in net.layers:
        weights, biases = unpacked(plane.basis, layer)
        expected = np.linalg.norm(unpacked(origin, layer)[0], axis=-1)
        np.testing.assert_allclose(np.linalg.norm(weights, axis=-1), np.tile(expected, (2, 1)), rtol=1e-12)
        assert not biases.any()


def test_layer_normalised_matrices_have_the_norms_of_the_origin() -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    plane = RandomPlane(seed=3, normalise="layer").directions(net, origin)
    for layer in net.layers:
        weights, biases = unpacked(plane.basis, layer)
        expected = np.linalg.norm(unpacked(origin, layer)[0])
        np.testing.assert_allclose(np.linalg.norm(weights, axis=(-2, -1)), expected, rtol=1e-12)
        assert not biases.any()


def test_an_objective_without_layers_is_scaled_as_one_row() -> None:
    origin = origin_of(7)
    plane = RandomPlane().directions(Quartic(7), origin)
    np.testing.assert_allclose(np.linalg.norm(plane.basis, axis=1), np.linalg.norm(origin), rtol=1e-12)


def test_directions_without_normalisation_are_standard_gaussian() -> None:
    drawn = RandomPlane(normalise="none").directions(Quartic(3000), np.zeros(3000)).basis
    assert abs(drawn.mean()) < 0.05 and abs(drawn.std() - 1) < 0.05
    assert abs(np.corrcoef(drawn)[0, 1]) < 0.06


def test_another_seed_is_another_plane() -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    first, second = (RandomPlane(seed=seed).directions(net, origin).basis for seed in (0, 1))
    assert np.linalg.matrix_rank(np.concatenate([first, second])) == 4


def test_zero_rows_of_the_origin_do_not_move() -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    origin[:3] = 0
    plane = RandomPlane().directions(net, origin)
    assert not plane.basis[:, :3].any() and plane.basis[:, 3:6].all()


@pytest.mark.parametrize("normalise", ["filter", "layer"])
def test_an_origin_of_zeros_has_no_scale_and_leaves_the_directions_as_drawn(normalise: str) -> None:
    net, zeros = ReluNet(), np.zeros(ReluNet().dim)
    shown, drawn = (
        RandomPlane.model_validate({"normalise": how}).directions(net, zeros).basis for how in (normalise, "none")
    )
    np.testing.assert_array_equal(shown, drawn)


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_a_single_weight_still_span_a_plane(seed: int) -> None:
    net = ReluNet(widths=(1, 1, 1))
    plane = RandomPlane(seed=seed).directions(net, np.array([3.0, 1.0, -2.0, 1.0]))
    np.testing.assert_allclose(np.abs(plane.basis), [[3, 0, 2, 0]] * 2)
    assert np.linalg.matrix_rank(plane.basis) == 2


def test_one_weight_that_can_move_is_not_a_plane() -> None:
    with pytest.raises(SpecError, match="leaves one weight to move") as refused:
        RandomPlane().directions(ReluNet(widths=(1, 1, 1)), np.array([3.0, 1.0, 0.0, 1.0]))
    assert refused.value.pointer == "/normalise"


@pytest.mark.parametrize("factor", [10.0, 1e-3])
def test_a_filter_normalised_slice_does_not_see_the_rescaling_of_relu_layers(factor: float) -> None:
    net, origin = ReluNet(), origin_of(ReluNet().dim)
    places = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    pictures = [
        Slice(net, theta, RandomPlane(seed=5).directions(net, theta).basis).value(places)
        for theta in (origin, rescaled(origin, net, factor))
    ]
    np.testing.assert_allclose(pictures[1], pictures[0], rtol=1e-10)
    raw = RandomPlane(seed=5, normalise="none").directions(net, origin).basis
    bare = [Slice(net, theta, raw).value(places) for theta in (origin, rescaled(origin, net, factor))]
    assert np.median(np.abs(bare[1] / bare[0] - 1)) > 0.1
