"""Leading axes are only bookkeeping: a batch is its rows, a whole is its parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activations._base import Activation
from app.activations.relu import ReLU
from app.activations.sigmoid import Sigmoid
from app.activations.tanh import Tanh
from app.core.interfaces import Array, Data, LayeredObjective
from app.core.threads import allowing
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives import (
    _network_descent,
    _network_engine,
    _network_hessian,
    _network_program,
    _network_room,
    _network_slice,
    _network_survey,
)
from app.objectives._network_first import separated
from app.objectives.network import Network, Observed
from tests.objectives.networks import Case, cases, close, examples, network, parameters

LEADS = st.sampled_from([(1,), (3,), (2, 2), (1, 3), (0,)])
SAME = 1e-12


@given(cases(), LEADS)
def test_a_batch_of_parameters_is_a_loop(case: Case, lead: tuple[int, ...]) -> None:
    net = case.network
    theta = parameters(case.rng, *lead, net.dim)
    value, gradient, gradient_norm, delta_norm = net.layer_norms(theta)
    assert value.shape == lead
    assert gradient.shape == (*lead, net.dim)
    assert gradient_norm.shape == delta_norm.shape == (*lead, len(net.layers))
    np.testing.assert_allclose(net.value(theta), value, rtol=SAME)
    for at in np.ndindex(lead):
        row = net.layer_norms(theta[at])
        for batch, single in zip((value, gradient, gradient_norm, delta_norm), row, strict=True):
            np.testing.assert_allclose(batch[at], single, rtol=SAME, atol=1e-13)


@given(cases())
def test_products_broadcast_over_parameters_and_directions(case: Case) -> None:
    net = case.network
    thetas, directions = parameters(case.rng, 3, net.dim), case.rng.standard_normal((2, 1, net.dim))
    products = net.hvp(thetas, directions)
    assert products.shape == (2, 3, net.dim)
    for i, j in np.ndindex(2, 3):
        close(products[i, j], net.hvp(thetas[j], directions[i, 0]), SAME)


@given(cases())
def test_one_parameter_vector_serves_many_directions(case: Case) -> None:
    net, directions = case.network, case.rng.standard_normal((4, case.network.dim))
    expected = np.stack([net.hvp(case.theta, v) for v in directions])
    close(net.hvp(case.theta, directions), expected, SAME)
    close(net.hvp_at(case.theta)(directions), expected, SAME)
    close(net.hvp(case.theta[None, None], directions), expected[None], SAME)


@given(cases())
def test_hessians_of_a_batch_are_those_of_its_rows(case: Case) -> None:
    thetas = parameters(case.rng, 2, case.network.dim)
    hessians = case.network.hessian(thetas)
    for theta, hessian in zip(thetas, hessians, strict=True):
        np.testing.assert_array_equal(case.network.hessian(theta), hessian)


@given(cases())
def test_a_slice_of_the_parameter_space_has_the_values_of_its_points(case: Case) -> None:
    net = case.network
    directions, coordinates = case.rng.standard_normal((2, net.dim)), case.rng.standard_normal((3, 4, 2))
    expected = net.value(case.theta + coordinates @ directions)
    close(net.value_on_slice(case.theta, directions, coordinates), expected, SAME)


@given(cases(), st.sampled_from([4, 200, 10_000]), st.sampled_from([1, 2, 3]))
def test_portions_of_a_slice_do_not_show(case: Case, buffer: int, fewest: int) -> None:
    net, directions = case.network, case.rng.standard_normal((2, case.network.dim))
    coordinates = case.rng.standard_normal((7, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_network_room, "BUFFER_BYTES", buffer)
        patch.setattr(_network_room, "FEWEST", fewest)
        found = net.value_on_slice(case.theta, directions, coordinates)
    close(found, net.value(case.theta + coordinates @ directions), SAME)


@given(cases(), st.sampled_from([4, 200, 10_000, 1 << 19]), st.sampled_from([1, 2, 32]), st.sampled_from([0.1, 1, 300]))
def test_a_grid_has_the_values_of_its_points(case: Case, buffer: int, rows: int, scale: float) -> None:
    net, directions = case.network, case.rng.standard_normal((2, case.network.dim))
    a, b = scale * case.rng.standard_normal(7), case.rng.standard_normal(5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_network_room, "BUFFER_BYTES", buffer)
        patch.setattr(_network_room, "FEWEST", 2)
        patch.setattr(_network_slice, "COLUMNS", 1)
        patch.setattr(_network_slice, "LAST", 1)
        patch.setattr(_network_slice, "ROWS", rows)
        found = net.value_on_grid(case.theta, directions, a, b)
    expected = net.value(case.theta + np.stack(np.meshgrid(a, b), axis=-1) @ directions)
    np.testing.assert_allclose(found, expected, rtol=100 * SAME, atol=100 * SAME)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 40), st.integers(1, 64))
def test_tiles_fit_and_two_who_share_them_have_as_many(columns: int, rows: int, wide: int, high: int) -> None:
    across, down = _network_room.tiles(columns, rows, wide, high)
    assert 1 <= across <= columns and 1 <= down <= rows
    assert -(-columns // across) <= max(1, 1.5 * wide) and -(-rows // down) <= high
    assert across * down % 2 == 0 or across == columns or down == rows


def test_rows_are_kept_for_the_columns_that_come_next_and_no_others() -> None:
    net = network(examples(9, 2, 3), ((3, Sigmoid()),), CrossEntropy())
    sliced = net._mean.on_slice(np.random.default_rng(0).standard_normal((3, net.dim)))
    part, axis = sliced._parts[0], np.array([-1.0, 0.5, 1.0])
    room = _network_room.Room(net.architecture, _network_room.Portions.of(net.architecture, 9, 8), np.dtype(float))
    buffers = room.of(part.shares.size, part.criterion.outputs)
    buffers.down.of(3, (), lambda rows: rows.fill(np.nan))
    for rows, steepness in ((axis, 1.0), (axis, 2.0), (axis[::-1], 2.0), (axis[::-1], None), (axis, 1.0)):
        for columns in axis[:2], axis[1:]:
            filling, exponent = separated(part, columns, rows, steepness, buffers), rows[:, None] * part.first[2]
            expected = exponent if steepness is None else np.exp(steepness * exponent)
            np.testing.assert_allclose(filling.down, expected, rtol=1e-12)


@pytest.mark.parametrize("sizes", [(3,), (6, 3)])
def test_margins_of_many_examples_of_one_label_give_the_loss_of_all_outputs(sizes: tuple[int, ...]) -> None:
    net = network(examples(300, 3, 3), tuple((units, Tanh()) for units in sizes), CrossEntropy())
    rng, axis = np.random.default_rng(0), np.linspace(-300, 300, 7)
    theta, directions = rng.standard_normal(net.dim), rng.standard_normal((2, net.dim))
    found = net.value_on_grid(theta, directions, axis, axis)
    assert net._sliced is not None
    assert [part.criterion.outputs for part in net._sliced._parts].count(2) == 3
    close(found, net.value(theta + np.stack(np.meshgrid(axis, axis), axis=-1) @ directions), SAME)


def test_weights_that_are_not_finite_are_a_hole_even_where_they_tell_labels_apart() -> None:
    labels = np.repeat([0, 1, 2], 64)
    data = examples(192, 1, 3)._replace(inputs=np.where(labels == 0, 1.0, -1.0)[:, None], targets=labels)
    net = network(data, ((1, Tanh()),), CrossEntropy())
    theta, direction = np.zeros(net.dim), np.zeros((1, net.dim))
    theta[0], direction[0, 2] = 1, 1e308
    with np.errstate(over="ignore"):
        small, large = net.value_on_slice(theta, direction, np.array([[1.0], [10.0]]))
    assert np.isfinite(small)
    assert np.isnan(large)


def test_a_slice_is_the_same_bytes_by_any_number_of_threads() -> None:
    net = network(examples(300, 3, 3), ((16, Tanh()), (16, Tanh())), CrossEntropy())
    rng = np.random.default_rng(0)
    theta, directions, coordinates = (rng.standard_normal(shape) for shape in (net.dim, (2, net.dim), (900, 2)))
    a, b = rng.standard_normal((2, 50))

    def found(count: int) -> tuple[bytes, bytes]:
        with allowing(count):
            scattered = net.value_on_slice(theta, directions, coordinates)
            return scattered.tobytes(), net.value_on_grid(theta, directions, a, b).tobytes()

    assert found(1) == found(2) == found(3)


@pytest.mark.parametrize("activation", [Tanh(), Sigmoid(), ReLU()], ids=repr)
@pytest.mark.parametrize("window", [1e-3, 1.0, 10.0, 30.0, 1e3])
def test_a_grid_in_single_precision_is_as_close_to_double_as_its_points_are(
    activation: Activation, window: float
) -> None:
    net = network(examples(150, 5, 4), ((24, activation),), CrossEntropy())
    rng, axis = np.random.default_rng(0), np.linspace(-window, window, 41)
    plane = rng.standard_normal(net.dim), rng.standard_normal((2, net.dim)), axis, axis
    exact, single = net.value_on_grid(*plane), [array.astype(np.float32) for array in plane]
    fast = net.value_on_grid(*single)
    assert fast.dtype == np.float32
    points = np.stack(np.meshgrid(single[2], single[3]), axis=-1)
    direct = np.abs(net.value_on_slice(single[0], single[1], points) / exact - 1)
    assert np.abs(fast / exact - 1).max() <= max(2 * direct.max(), 1e-6)


def test_buffers_of_a_few_sizes_are_kept_and_made_again_when_they_are_needed() -> None:
    net = network(examples(9, 2, 3), ((3, Tanh()), (2, Tanh())), CrossEntropy())
    room = _network_room.Room(net.architecture, _network_room.Portions.of(net.architecture, 9, 8), np.dtype(float))
    first = room.of(1, 3)
    for size in range(2, 2 + _network_room.KEPT):
        assert room.of(1, 3) is first or size > _network_room.KEPT
        assert all((held.stacked[:, -1] == 1).all() for held in room.of(size, 3).hidden)
    assert len(room._made) == _network_room.KEPT


def test_a_sigmoid_is_a_quotient_of_exponentials_only_where_none_overflows() -> None:
    net = network(examples(9, 2, 3), ((3, Sigmoid()),), CrossEntropy())
    part = net._mean.on_slice(np.ones((3, net.dim)))._parts[0]
    room = _network_room.Room(net.architecture, _network_room.Portions.of(net.architecture, 9, 8), np.dtype(float))
    axis, steepness = np.array([-1.0, 1.0]), 1.0
    reach = float(part.reach[2])
    for exponent, active in ((1.0, True), (600.0, True), (700.0, False), (np.inf, False), (np.nan, False)):
        filling = separated(
            part, axis, np.array([0.0, exponent / reach]), steepness, room.of(part.shares.size, part.criterion.outputs)
        )
        assert filling.active == active
    assert not separated(part, axis, axis, None, room.of(part.shares.size, part.criterion.outputs)).active


def test_a_slice_in_single_precision_is_close_to_double() -> None:
    net = network(examples(1500, 5, 4), ((40, Tanh()), (24, Tanh())), CrossEntropy())
    rng = np.random.default_rng(0)
    theta, directions, coordinates = (rng.standard_normal(shape) for shape in (net.dim, (2, net.dim), (50, 2)))
    exact = net.value_on_slice(theta, directions, coordinates)
    fast = net.value_on_slice(*(array.astype(np.float32) for array in (theta, directions, coordinates)))
    assert fast.dtype == np.float32
    np.testing.assert_allclose(fast, exact, rtol=2e-6)


def test_a_slice_at_no_coordinates_has_no_values() -> None:
    net = network(examples(9, 2, 3), ((2, Tanh()),), CrossEntropy())
    assert net.value_on_slice(np.zeros(net.dim), np.eye(2, net.dim), np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize("kept", [0, 1 << 20])
def test_of_the_next_slice_nothing_is_left_of_the_last(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    monkeypatch.setattr(_network_engine, "KEPT_BYTES", kept)
    net = network(examples(9, 2, 3), ((2, Tanh()),), CrossEntropy())
    theta, directions = parameters(np.random.default_rng(0), 2, net.dim), np.eye(2, net.dim)
    for origin in (*theta, theta[0].astype(np.float32)):
        close(net.value_on_slice(origin, directions, np.ones((1, 2))), net.value(origin + directions.sum(0)), 1e-6)


@given(cases())
def test_all_examples_are_the_whole_in_any_order(case: Case) -> None:
    net = case.network
    shuffled = net.subset(case.rng.permutation(net.examples))
    assert isinstance(shuffled, LayeredObjective)
    for part, whole in zip(shuffled.value_and_gradient(case.theta), net.value_and_gradient(case.theta), strict=True):
        close(part, whole, SAME)


@given(cases())
def test_the_mean_over_single_examples_is_the_whole(case: Case) -> None:
    net = case.network
    gradients = [net.subset(np.array([i])).value_and_gradient(case.theta)[1] for i in range(net.examples)]
    close(np.mean(gradients, axis=0), net.value_and_gradient(case.theta)[1], SAME)


def test_a_subset_of_a_subset_holds_its_own_rows() -> None:
    net = network(examples(9, 2, 3), ((2, Tanh()),), CrossEntropy())
    part = net.subset(np.array([7, 3, 5])).subset(np.array([2, 0]))
    assert part.examples == 2
    np.testing.assert_array_equal(part.data.inputs, net.data.inputs[[5, 7]])
    np.testing.assert_array_equal(part.data.targets, net.data.targets[[5, 7]])
    direct = network(part.data, ((2, Tanh()),), CrossEntropy())
    theta = parameters(np.random.default_rng(0), net.dim)
    assert part.value(theta) == direct.value(theta)


@given(cases())
def test_single_precision_is_close_to_double_and_stays_single(case: Case) -> None:
    net, theta = case.network, case.theta.astype(np.float32)
    value, gradient = net.value_and_gradient(theta)
    exact_value, exact_gradient = net.value_and_gradient(theta.astype(float))
    assert value.dtype == gradient.dtype == net.value(theta[None]).dtype == np.float32
    np.testing.assert_allclose(value, exact_value, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(gradient, exact_gradient, rtol=1e-3, atol=1e-4 * max(1, np.abs(exact_gradient).max()))


@given(cases())
def test_products_one_after_another_are_those_of_a_batch(case: Case) -> None:
    v = np.random.default_rng(0).standard_normal((3, case.network.dim))
    for product in case.network.hvp_at(case.theta), case.network.ggn_at(case.theta):
        singly = [product(one) for one in v]
        close(np.stack(singly), product(v), SAME)


@given(cases())
def test_what_a_step_sees_is_what_a_record_of_many_would_show(case: Case) -> None:
    watched, other = Observed(case.network, case.theta), case.theta[::-1].copy()
    found, elsewhere = watched.value_and_gradient(case.theta), watched.value_and_gradient(other)
    value, gradient, _, delta_norm = case.network.layer_norms(np.stack([case.theta, other]))
    for one, other_one, both in zip(found, elsewhere, (value, gradient), strict=True):
        close(one, both[0], SAME)
        close(other_one, both[1], SAME)
    sight = watched.sight()
    assert sight.gradient is found[1]
    close(sight.delta_norm, delta_norm[0], SAME)


@given(cases())
def test_a_survey_finds_what_a_record_of_many_would_show(case: Case) -> None:
    thetas = parameters(case.rng, 3, case.network.dim)
    found = case.network.along(thetas)
    value, _, gradient_norm, delta_norm = case.network.layer_norms(thetas)
    for one, expected in zip(found, (value, gradient_norm, delta_norm), strict=True):
        assert one.shape == expected.shape
        close(one, expected, SAME)


@given(cases(), st.integers(0, 2**32 - 1))
def test_a_survey_in_batches_sees_each_place_s_own_examples(case: Case, seed: int) -> None:
    net = case.network
    thetas, size = parameters(case.rng, 3, net.dim), (net.examples + 1) // 2
    batches = np.random.default_rng(seed).integers(0, net.examples, (3, size))
    survey = net.survey(3, thetas.dtype, norms=False, batches=batches)
    for theta, indices in zip(thetas, batches, strict=True):
        survey.descent.go(theta)
        survey.look()
        close(survey.descent.flat(survey.descent.gradient), net.subset(indices).value_and_gradient(theta)[1], SAME)
    expected = [net.subset(some).value(theta) for theta, some in zip(thetas, batches, strict=True)]
    close(survey.loss(), np.array(expected), SAME)
    np.testing.assert_array_equal(survey.places(), thetas)


@given(cases())
def test_places_in_double_precision_are_the_very_same(case: Case) -> None:
    thetas = parameters(case.rng, 3, case.network.dim).astype(np.float32)
    survey = case.network.survey(3, thetas.dtype)
    for theta in thetas:
        survey.descent.go(theta)
        survey.look()
    found = survey.double_places()
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, survey.places())
    np.testing.assert_array_equal(found, thetas)


@given(cases(), st.integers(0, 2**32 - 1))
def test_examples_that_pass_piece_by_piece_are_seen_as_a_whole(case: Case, seed: int) -> None:
    net, size = case.network, (case.network.examples + 1) // 2
    thetas = parameters(case.rng, 3, net.dim)
    batches = np.random.default_rng(seed).integers(0, net.examples, (3, size))

    def seen(net: Network) -> list[Array]:
        survey = net.survey(3, thetas.dtype, norms=True, batches=batches)
        for theta in thetas:
            survey.descent.go(theta)
            survey.look()
        return [*net.along(thetas), *survey.found(), survey.places(), net.subset(batches[0]).along(thetas).loss]

    expected, largest = seen(net), max(place.stop - place.start for place in net.architecture.places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_network_program, "SMALL_PRODUCT", 2 * largest)
        patch.setattr(_network_program, "STEP", 2)
        patch.setattr(_network_program, "FEWEST", 1)
        pieces = _network_program.slices(net.architecture, 5, thetas.dtype)
        assert len(pieces) == 3 or not net.architecture.pointwise
        found = seen(Network.on(net.architecture, net.data, case.loss, net.regularisers))
    for one, other in zip(found, expected, strict=True):
        close(one, other, SAME)


def test_examples_in_pieces_are_all_of_them_once() -> None:
    net = network(examples(7, 64, 10), ((32, Tanh()),), CrossEntropy()).architecture
    for count in (1, 128, 480, 481, 1797, 5000):
        pieces = _network_program.slices(net, count, np.dtype(np.float64))
        assert [i for some in pieces for i in range(some.start, some.stop)] == list(range(count))
        most = max(some.stop - some.start for some in pieces)
        assert most * 32 * 65 <= _network_program.SMALL_PRODUCT
        assert all((some.stop - some.start) % 16 == 0 for some in pieces[:-1])
    wide = network(examples(7, 64, 10), ((512, Tanh()),), CrossEntropy()).architecture
    assert _network_program.slices(wide, 200, np.dtype(np.float64)) == [slice(0, 200)]
    assert _network_program.slices(wide, 5000, np.dtype(np.float64)) == [slice(0, 2512), slice(2512, 5000)]


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize(("count", "classes"), [(9, 2), (9, 3), (700, 2), (700, 3)])
def test_errors_are_passed_down_in_every_size(count: int, classes: int, biases: bool) -> None:
    data = examples(count, 3, classes)
    net = network(data, ((16, Tanh()), (16, Sigmoid())), CrossEntropy(), biases=biases)
    thetas = parameters(np.random.default_rng(0), 3, net.dim)
    loss, _, *norms = net.layer_norms(thetas)
    for one, other in zip(net.along(thetas), (loss, *norms), strict=True):
        close(one, other, SAME)


@pytest.mark.parametrize("pieces", [1, 3])
@pytest.mark.parametrize(
    "data", [examples(400, 3, 2), examples(400, 20, 3), examples(400, 3, outputs=2)], ids=["binary", "wide", "numbers"]
)
def test_batches_that_are_gathered_together_are_those_of_their_steps(
    data: Data, pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss, rng = CrossEntropy() if data.classes else SquaredError(), np.random.default_rng(0)
    net = network(data, ((16, Tanh()),), loss)
    if pieces > 1:
        monkeypatch.setattr(_network_program, "SMALL_PRODUCT", 128 * net.layers[0].stop)
    assert len(_network_program.slices(net.architecture, 300, np.dtype(float))) == pieces
    thetas, indices = parameters(rng, 7, net.dim), np.stack([rng.permutation(400)[:300] for _ in range(7)])
    seen = [net.subset(some).layer_norms(theta) for some, theta in zip(indices, thetas, strict=True)]
    value, _, *norms = map(np.stack, zip(*seen, strict=True))
    for together in (1, 1 << 16, 1 << 18):
        monkeypatch.setattr(_network_descent, "FEED_BYTES", together)
        found = network(data, ((16, Tanh()),), loss).survey(7, thetas.dtype, batches=indices).along(thetas)
        for one, other in zip(found, (value, *norms), strict=True):
            close(one, other, SAME)


def test_losses_that_are_computed_together_are_those_of_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(examples(9, 2, 3), ((3, Tanh()),), CrossEntropy())
    thetas = parameters(np.random.default_rng(0), 7, net.dim)
    expected = net.along(thetas).loss
    monkeypatch.setattr(_network_survey, "PARTS_BYTES", 3 * 8 * 10)
    np.testing.assert_array_equal(net.along(thetas).loss, expected)


@pytest.mark.parametrize("precision", [np.float64, np.float32])
def test_what_is_found_does_not_depend_on_how_many_threads_look(
    precision: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = network(examples(40, 3, 3), ((5, Tanh()), (4, Tanh())), CrossEntropy())
    thetas = parameters(np.random.default_rng(0), 7, net.dim).astype(precision)
    expected = net.along(thetas)
    monkeypatch.setattr(_network_engine, "SHARED_SWEEP", 1)
    for count in (1, 2, 3):
        with allowing(count):
            for one, other in zip(net.along(thetas), expected, strict=True):
                np.testing.assert_array_equal(one, other)


@given(cases())
def test_nothing_is_written_to_the_arguments(case: Case) -> None:
    theta, v = np.stack([case.theta] * 2), np.ones(case.network.dim)
    theta.setflags(write=False)
    v.setflags(write=False)
    case.network.layer_norms(theta)
    case.network.hvp(theta, v)
    case.network.hvp(theta[0], v)
    case.network.hessian(theta[0])


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network(examples(40, 3, 3), ((5, Tanh()), (4, Tanh())), CrossEntropy())
    rng = np.random.default_rng(0)
    thetas, directions = parameters(rng, 7, net.dim), rng.standard_normal((7, net.dim))
    expected = net.value_and_gradient(thetas)[1], net.hvp(thetas[0], directions), net.hessian(thetas[0])
    monkeypatch.setattr(_network_engine, "BUFFER_BYTES", 1)
    monkeypatch.setattr(_network_hessian, "PART_NUMBERS", 36 * 11)
    found = net.value_and_gradient(thetas)[1], net.hvp(thetas[0], directions), net.hessian(thetas[0])
    for chunked, whole in zip(found, expected, strict=True):
        close(chunked, whole, SAME)
