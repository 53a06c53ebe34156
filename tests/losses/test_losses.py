"""Losses: definitions, derivatives in the outputs, and logits as large as they come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.calls import carry_out
from app.core.errors import SpecError
from app.core.interfaces import Data
from app.losses._base import Criterion
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError

STEP = 1e-20
N = 7


def data(task: str, classes: int = 0, outputs: int = 1) -> Data:
    rng = np.random.default_rng(3)
    targets = rng.integers(0, classes, N) if classes else rng.standard_normal((N, outputs))
    return Data(np.zeros((N, 1)), targets, np.zeros((0, 1)), targets[:0], task, classes, ("x",), ())


def case(loss: Any, examples: Data) -> tuple[Criterion, np.ndarray]:
    criterion = loss.criterion(examples)
    return criterion, criterion.encode(examples.targets)


CASES = {
    "regression": (SquaredError(), data("regression", outputs=3)),
    "half": (SquaredError(half=True), data("regression", outputs=2)),
    "squared, two classes": (SquaredError(), data("classification", 2)),
    "squared, four classes": (SquaredError(), data("classification", 4)),
    "logistic": (CrossEntropy(), data("classification", 2)),
    "softmax": (CrossEntropy(), data("classification", 4)),
}
every = pytest.mark.parametrize(("loss", "examples"), CASES.values(), ids=CASES.keys())


def outputs(criterion: Criterion, *lead: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 2, (*lead, criterion.outputs, N))


@every
def test_the_gradient_is_the_complex_step_of_the_value(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z = outputs(criterion)
    value, gradient = criterion.first(z.copy(), targets)
    numeric = np.empty_like(z)
    for k, i in np.ndindex(z.shape):
        shifted = z.astype(complex)
        shifted[k, i] += 1j * STEP
        numeric[k, i] = criterion.value(shifted, targets).imag / STEP
    np.testing.assert_allclose(gradient, numeric, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(value, criterion.value(z.copy(), targets), rtol=1e-15)


@every
def test_the_product_is_the_complex_step_of_the_gradient(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z, change = outputs(criterion), np.random.default_rng(1).standard_normal((3, criterion.outputs, N))
    value, gradient, product = criterion.second(z.copy(), targets)
    shifted = z + 1j * STEP * change
    numeric = criterion.first(shifted, targets)[1].imag / STEP
    np.testing.assert_allclose(product(change), numeric, rtol=1e-12, atol=1e-16)
    again = criterion.first(z.copy(), targets)
    np.testing.assert_array_equal(value, again[0])
    np.testing.assert_array_equal(gradient, again[1])


@every
def test_a_share_of_the_loss_has_that_share_of_its_derivatives_and_products_go_where_they_are_asked_to(
    loss: Any, examples: Data
) -> None:
    criterion, targets = case(loss, examples)
    z, change = outputs(criterion), np.random.default_rng(1).standard_normal((3, criterion.outputs, N))
    *whole, product = criterion.second(z.copy(), targets)
    *part, partial = criterion.second(z.copy(), targets, 0.25)
    for one, other in zip([*whole, product(change)], [*part, partial(change)], strict=True):
        np.testing.assert_allclose(other, one / 4, rtol=1e-14, atol=1e-18)
    expected = product(change)
    assert product(change, change) is change
    np.testing.assert_array_equal(change, expected)


@every
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_slope_and_curvature_in_place_are_those_apart_again_and_again(
    loss: Any, examples: Data, dtype: type, tolerance: float
) -> None:
    criterion, targets = case(loss, examples)
    given = outputs(criterion)
    _, slope, product = criterion.second(given.copy(), targets, 0.25)
    units = np.broadcast_to(np.eye(criterion.outputs)[..., None], (criterion.outputs, criterion.outputs, N))
    expected = product(units.copy())
    z, curvature = np.empty_like(given, dtype), np.empty(units.shape, dtype)
    calls = criterion.second_calls(z, criterion.encode_slope(targets, z.dtype, 4 * N), curvature, 4 * N)
    for _ in range(2):
        z[...], curvature[...] = given, np.nan
        carry_out(calls)
        np.testing.assert_allclose(z, slope, rtol=tolerance, atol=tolerance / N)
        np.testing.assert_allclose(curvature, expected, rtol=tolerance, atol=tolerance / N)


@every
@pytest.mark.parametrize("apart", [True, False])
def test_the_mean_of_the_losses_is_the_value(loss: Any, examples: Data, apart: bool) -> None:
    criterion, targets = case(loss, examples)
    z = outputs(criterion, 2, 3)
    shown = z.copy()
    losses = criterion.losses(shown, targets, np.empty_like(shown) if apart else shown)
    assert losses.shape == (2, 3, N)
    assert not apart or (shown == z).all()
    np.testing.assert_allclose(losses.mean(axis=-1), criterion.value(z.copy(), targets), rtol=1e-14)
    np.testing.assert_allclose(losses.mean(axis=-1), criterion.careful(z.copy(), targets), rtol=1e-14)


@every
def test_losses_of_examples_of_one_target_are_those_of_all(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z, groups = outputs(criterion, 2), criterion.apart(targets)
    assert not groups or sorted(np.concatenate([one.places for one in groups])) == list(range(N))
    for places, other in (one for one in groups if one.places.size):
        seen, these = z[..., places], targets[..., places]
        read = other.read(seen)
        expected = criterion.losses(seen, these, np.empty_like(seen))
        np.testing.assert_allclose(other.losses(read, these, np.empty_like(read)), expected, rtol=1e-13)
        np.testing.assert_allclose(other.careful(1000 * read, these), criterion.careful(1000 * seen, these), rtol=1e-13)


@every
def test_a_batch_is_its_rows(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z = outputs(criterion, 5)
    value, gradient = criterion.first(z.copy(), targets)
    for k in range(5):
        row_value, row_gradient = criterion.first(z[k].copy(), targets)
        np.testing.assert_allclose(value[k], row_value, rtol=1e-14)
        np.testing.assert_allclose(gradient[k], row_gradient, rtol=1e-14)


@every
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_a_slope_in_place_and_the_parts_that_it_leaves_are_slope_and_loss(
    loss: Any, examples: Data, dtype: type, tolerance: float
) -> None:
    criterion, targets = case(loss, examples)
    if targets.dtype.kind == "f":
        targets = targets.astype(dtype)
    z = outputs(criterion, 3).astype(dtype)
    value, slope = criterion.first(z.copy(), targets)
    parts = np.empty((3, *criterion.parts(N)), dtype)
    for k in range(3):
        carry_out(criterion.calls(z[k], criterion.encode_slope(targets, z.dtype, N), parts[k, ...], N))
    np.testing.assert_allclose(z, slope, rtol=tolerance, atol=tolerance / N)
    total = criterion.total(parts, N)
    np.testing.assert_allclose(total, value, rtol=tolerance)
    assert z.dtype == total.dtype == dtype


@every
def test_parts_of_some_examples_are_their_share_of_the_whole(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z = outputs(criterion)
    value, slope = criterion.first(z.copy(), targets)
    encoded, total = criterion.encode_slope(targets, z.dtype, N), 0.0
    for some in (slice(0, 3), slice(3, N)):
        piece, parts = z[:, some].copy(), np.empty((1, *criterion.parts(some.stop - some.start)))
        carry_out(criterion.calls(piece, encoded[..., some].copy(), parts[0, ...], N))
        np.testing.assert_allclose(piece, slope[:, some], rtol=1e-14, atol=1e-14 / N)
        total += float(criterion.total(parts, N)[0])
    assert total == pytest.approx(float(value), rel=1e-14)


def test_a_confident_slope_and_its_loss_keep_their_relative_accuracy() -> None:
    criterion, targets = case(CrossEntropy(), data("classification", 2))
    z, parts = -600.0 * np.sign(targets), np.empty((1, *criterion.parts(N)))
    carry_out(criterion.calls(z, criterion.encode_slope(targets, z.dtype, N), parts[0], N))
    np.testing.assert_allclose(z, targets * np.exp(-600.0) / N, rtol=1e-13)
    np.testing.assert_allclose(criterion.total(parts, N), np.exp(-600.0), rtol=1e-13)


@every
def test_the_loss_is_the_mean_of_its_examples(loss: Any, examples: Data) -> None:
    criterion, targets = case(loss, examples)
    z = outputs(criterion)
    parts = [criterion.value(z[:, i : i + 1].copy(), targets[..., i : i + 1]) for i in range(N)]
    assert criterion.value(z.copy(), targets) == pytest.approx(np.mean(parts), rel=1e-14)


def test_squared_error_sums_over_outputs_and_averages_over_examples() -> None:
    criterion, targets = case(SquaredError(), data("regression", outputs=3))
    z = outputs(criterion)
    expected = sum((z[k, i] - targets[k, i]) ** 2 for k in range(3) for i in range(N)) / N
    assert criterion.value(z.copy(), targets) == pytest.approx(expected, rel=1e-14)
    half, targets = case(SquaredError(half=True), data("regression", outputs=3))
    assert half.value(z.copy(), targets) == pytest.approx(expected / 2, rel=1e-14)


@pytest.mark.parametrize("classes", [2, 4])
def test_cross_entropy_is_minus_the_mean_log_probability(classes: int) -> None:
    examples = data("classification", classes)
    criterion, targets = case(CrossEntropy(), examples)
    z = outputs(criterion)
    logits = np.vstack([np.zeros((1, N)), z]) if classes == 2 else z
    probability = np.exp(logits) / np.exp(logits).sum(axis=0)
    expected = -np.mean([np.log(probability[y, i]) for i, y in enumerate(examples.targets)])
    assert criterion.value(z.copy(), targets) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("size", [1e2, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_cross_entropy_is_finite_in_huge_logits(classes: int, size: float, dtype: type) -> None:
    examples = data("classification", classes)
    criterion, targets = case(CrossEntropy(), examples)
    for sign in (-1, 1):
        z = (sign * size * np.sign(outputs(criterion))).astype(dtype)
        value, gradient, product = criterion.second(z.copy(), targets)
        assert np.isfinite(value)
        assert np.isfinite(gradient).all()
        assert np.isfinite(product(np.ones_like(z))).all()


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("size", [1e2, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_so_are_slope_and_curvature_in_place(classes: int, size: float, dtype: type) -> None:
    criterion, targets = case(CrossEntropy(), data("classification", classes))
    for sign in (-1, 1):
        z = (sign * size * np.sign(outputs(criterion))).astype(dtype)
        curvature = np.empty((criterion.outputs, *z.shape), dtype)
        with np.errstate(over="ignore"):
            carry_out(criterion.second_calls(z, criterion.encode_slope(targets, z.dtype, N), curvature, N))
        assert np.isfinite(z).all() and np.isfinite(curvature).all()


def test_a_confident_curvature_keeps_its_relative_accuracy() -> None:
    criterion, targets = case(CrossEntropy(), data("classification", 2))
    for sign in (-1, 1):
        z, curvature = sign * 600.0 * np.sign(targets), np.empty((1, 1, N))
        carry_out(criterion.second_calls(z, criterion.encode_slope(targets, z.dtype, N), curvature, N))
        np.testing.assert_allclose(curvature, np.exp(-600.0) / N, rtol=1e-13)


def test_being_wrong_by_a_huge_logit_costs_the_logit() -> None:
    criterion = CrossEntropy().criterion(data("classification", 2))
    assert criterion.value(np.array([[1e4, -1e4]]), criterion.encode(np.array([0, 1]))) == 1e4
    assert criterion.value(np.array([[1e4, -1e4]]), criterion.encode(np.array([1, 0]))) == 0
    softmax = CrossEntropy().criterion(data("classification", 3))
    assert softmax.value(np.array([[1e4], [0.0], [-1e4]]), softmax.encode(np.array([2]))) == 2e4


def test_a_confident_and_correct_logit_keeps_its_tiny_loss_and_slope() -> None:
    criterion = CrossEntropy().criterion(data("classification", 2))
    value, slope = criterion.first(np.array([[50.0]]), criterion.encode(np.array([1])))
    assert value == pytest.approx(np.exp(-50), rel=1e-14)
    assert slope[0, 0] == pytest.approx(-np.exp(-50), rel=1e-14)


@pytest.mark.parametrize("classes", [2, 4])
def test_a_batch_with_one_loss_that_overflows_on_the_quick_way_is_its_rows(classes: int) -> None:
    criterion, targets = case(CrossEntropy(), data("classification", classes))
    z = outputs(criterion, 4)
    z[1] *= 1e3
    z[2:] -= np.array([95.0, 1e4])[:, None, None] * (classes > 2)
    found = criterion.value(z.copy(), targets)
    assert found[1] > 100 and np.isfinite(found).all()
    single = criterion.value(z.astype(np.float32), targets.astype(np.float32) if classes == 2 else targets)
    np.testing.assert_allclose(single, found, rtol=1e-3)
    np.testing.assert_allclose(single[:3], found[:3], rtol=3e-6)
    np.testing.assert_array_equal(found, [criterion.value(row.copy(), targets) for row in z])


@every
def test_decisions_are_right_where_outputs_are_the_targets(loss: Any, examples: Data) -> None:
    criterion, _ = case(loss, examples)
    if examples.task == "regression":
        return
    one_hot = (examples.targets == np.arange(criterion.outputs)[:, None]).astype(float)
    ideal = examples.targets[None].astype(float) if criterion.outputs == 1 else one_hot
    confident = ideal if isinstance(loss, SquaredError) else 9 * (2 * ideal - 1)
    np.testing.assert_array_equal(criterion.decide(confident), examples.targets)


@pytest.mark.parametrize(("classes", "units"), [(2, 1), (3, 3), (5, 5)])
def test_two_classes_take_one_output_and_k_take_k(classes: int, units: int) -> None:
    for loss in (CrossEntropy(), SquaredError()):
        assert loss.criterion(data("classification", classes)).outputs == units


def test_cross_entropy_on_numbers_is_refused_with_the_remedy() -> None:
    with pytest.raises(SpecError, match="squared_error"):
        CrossEntropy().criterion(data("regression"))
