"""What is known about each dataset from its source or its equation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.errors import SpecError
from app.datasets._preparation import split, standardised
from app.datasets.blobs import Blobs
from app.datasets.breast_cancer import BreastCancer
from app.datasets.chebyshev import Chebyshev
from app.datasets.circles import Circles
from app.datasets.cubic import Cubic
from app.datasets.diabetes import Diabetes
from app.datasets.digits import Digits
from app.datasets.encoder import Encoder
from app.datasets.iris import Iris
from app.datasets.linear import Linear
from app.datasets.moons import Moons
from app.datasets.parity import Parity
from app.datasets.sine import Sine
from app.datasets.spirals import Spirals
from app.datasets.step import Step
from app.datasets.symmetry import Symmetry
from app.datasets.wine import Wine
from app.datasets.xor import Xor


def test_xor_is_its_truth_table() -> None:
    data = Xor().load()
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets.tolist() == [0, 1, 1, 0]


def test_a_boolean_regression_may_be_coded_plus_and_minus_one() -> None:
    data = Xor(task="regression", coding="bipolar").load()
    assert data.inputs.tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert data.targets.tolist() == [[-1], [1], [1], [-1]]


@pytest.mark.parametrize("bits", [2, 3, 4, 7])
def test_parity_is_the_parity_of_every_vector(bits: int) -> None:
    data = Parity(bits=bits).load()
    assert [tuple(row) for row in data.inputs] == list(product((0, 1), repeat=bits))
    assert data.targets.tolist() == [sum(map(int, row)) % 2 for row in data.inputs]


@pytest.mark.parametrize("bits", [2, 4, 6, 8])
def test_symmetric_vectors_are_palindromes_and_there_are_two_to_half_the_bits(bits: int) -> None:
    data = Symmetry(bits=bits).load()
    assert [tuple(row) for row in data.inputs] == list(product((0, 1), repeat=bits))
    assert data.targets.tolist() == [int(list(row) == list(row)[::-1]) for row in data.inputs]
    assert data.targets.sum() == 2 ** (bits // 2)


def test_an_odd_number_of_bits_has_no_mirror() -> None:
    with pytest.raises(ValidationError, match=r"bits 5 must be even.*use 4 or 6"):
        Symmetry(bits=5)


def test_boolean_functions_leave_nothing_to_hold_out() -> None:
    assert len(Parity().load().test_inputs) == len(Encoder().load().test_inputs) == 0


def test_the_encoder_maps_each_pattern_to_itself() -> None:
    data = Encoder(n=8).load()
    np.testing.assert_array_equal(data.inputs, np.eye(8))
    np.testing.assert_array_equal(data.targets, data.inputs)


def test_moons_without_noise_lie_on_their_half_circles() -> None:
    data = Moons(noise=0, n=501).load()
    for label, centre, side in ((0, (0, 0), 1), (1, (1, 0.5), -1)):
        out = data.inputs[data.targets == label] - centre
        np.testing.assert_allclose(np.linalg.norm(out, axis=1), 1, rtol=1e-12)
        assert (side * out[:, 1] >= 0).all()


def test_circles_without_noise_have_their_radii() -> None:
    data = Circles(noise=0, factor=0.3).load()
    np.testing.assert_allclose(np.linalg.norm(data.inputs, axis=1), np.where(data.targets == 0, 1, 0.3), rtol=1e-12)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_spiral_arms_are_one_arm_turned(classes: int) -> None:
    data = Spirals(noise=0, n=600, classes=classes, turns=1.5).load()
    radius = np.linalg.norm(data.inputs, axis=1)
    assert radius.min() >= 0.1 and radius.max() <= 1
    angle = np.arctan2(data.inputs[:, 1], data.inputs[:, 0]) - 2 * np.pi * (1.5 * radius + data.targets / classes)
    np.testing.assert_allclose(np.exp(1j * angle), 1, atol=1e-12)


def test_noise_has_the_standard_deviation_it_says() -> None:
    clean, noisy = Moons(noise=0, n=20_000).load(), Moons(noise=0.2, n=20_000).load()
    noise = noisy.inputs - clean.inputs
    assert noise.std() == pytest.approx(0.2, rel=0.02) and abs(noise.mean()) < 0.005


def test_blobs_are_round_about_their_centres_in_both_samples() -> None:
    spec = Blobs(n=20_000, classes=4, dims=3, noise=0.5, offset=7.0)
    data = spec.load()
    for inputs, targets in ((data.inputs, data.targets), (data.test_inputs, data.test_targets)):
        for label, centre in enumerate(spec.centres()):
            cloud = inputs[targets == label]
            np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.05)
            np.testing.assert_allclose(np.cov(cloud.T), 0.25 * np.eye(3), atol=0.02)
    assert np.abs(spec.centres() - 7).max() <= spec.spread


def test_an_offset_moves_every_blob() -> None:
    plain, moved = Blobs().load(), Blobs(offset=3.0).load()
    np.testing.assert_allclose(moved.inputs, plain.inputs + 3, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("family", [Blobs, Spirals])
def test_more_classes_than_examples_are_refused(family: type[Blobs] | type[Spirals]) -> None:
    with pytest.raises(ValidationError, match="classes 5 must be at most 3") as refused:
        family(n=3, classes=5)
    assert refused.value.errors()[0]["loc"] == ("classes",)


@pytest.mark.parametrize(
    ("spec", "curve"),
    [
        (Sine(noise=0, cycles=2.0), lambda x: np.sin(2 * np.pi * x)),
        (Cubic(noise=0), lambda x: x**3),
        (Chebyshev(degree=4), lambda x: 8 * x**4 - 8 * x**2 + 1),
        (Chebyshev(degree=0), lambda x: 0 * x + 1),
        (Step(noise=0, position=0.1), lambda x: np.where(x > 0.1, 1.0, -1.0)),
    ],
    ids=lambda spec: getattr(spec, "kind", ""),
)
def test_curves_without_noise_are_their_functions(spec: Sine | Cubic | Chebyshev | Step, curve: object) -> None:
    data = spec.load()
    assert callable(curve)
    np.testing.assert_allclose(data.targets, curve(data.inputs), atol=1e-12)
    np.testing.assert_allclose(data.test_targets, curve(data.test_inputs), atol=1e-12)
    low, high = spec.interval
    assert data.inputs.min() >= low and data.inputs.max() <= high


def test_a_curve_is_sampled_as_asked() -> None:
    even, roots = Chebyshev(n=5).load().inputs[:, 0], Chebyshev(n=4, spacing="chebyshev").load()
    np.testing.assert_allclose(even, [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(roots.targets, 0, atol=1e-12)
    drawn = Sine(n=20_000, spacing="random").load().inputs
    np.testing.assert_allclose(np.quantile(drawn, [0, 0.25, 0.5, 0.75, 1]), [-1, -0.5, 0, 0.5, 1], atol=0.02)


def test_a_sparse_linear_model_is_linear_in_its_relevant_inputs() -> None:
    spec = Linear(n=100, dims=30, relevant=5, noise=0)
    data, weights = spec.load(), spec.weights()
    solved = np.linalg.lstsq(data.inputs, data.targets[:, 0])[0]
    np.testing.assert_allclose(solved, weights, atol=1e-12)
    assert (np.abs(weights[:5]) >= 1).all() and not weights[5:].any()
    np.testing.assert_allclose(data.test_inputs @ weights, data.test_targets[:, 0], rtol=1e-12)


def test_a_sparse_linear_model_keeps_the_inputs_that_are_asked_for_and_the_same_targets() -> None:
    whole, some = Linear(dims=7).load(), Linear(dims=7, columns=(5, 0)).load()
    assert some.feature_names == (whole.feature_names[5], whole.feature_names[0])
    np.testing.assert_array_equal(some.inputs, whole.inputs[:, [5, 0]])
    np.testing.assert_array_equal(some.test_inputs, whole.test_inputs[:, [5, 0]])
    np.testing.assert_array_equal(some.targets, whole.targets)
    with pytest.raises(SpecError, match="column 7 must be from 0 to 6"):
        Linear(dims=7, columns=(7,)).load()


def test_more_relevant_inputs_than_inputs_are_refused() -> None:
    with pytest.raises(ValidationError, match="relevant 9 must be at most 4"):
        Linear(dims=4, relevant=9)


@pytest.mark.parametrize(
    ("spec", "shape", "counts"),
    [
        (Iris(held_out=0), (150, 4), [50, 50, 50]),
        (Wine(held_out=0), (178, 13), [59, 71, 48]),
        (BreastCancer(held_out=0), (569, 30), [212, 357]),
        (Digits(held_out=0), (1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
    ],
    ids=lambda spec: getattr(spec, "kind", ""),
)
def test_real_classes_have_their_published_counts(
    spec: Iris | Wine | BreastCancer | Digits, shape: tuple[int, int], counts: list[int]
) -> None:
    data = spec.load()
    assert data.inputs.shape == shape
    assert np.bincount(data.targets).tolist() == counts


def test_the_names_are_those_of_the_source() -> None:
    assert Iris().load().target_names == ("setosa", "versicolor", "virginica")
    assert Wine().load().feature_names[0] == "alcohol"
    assert Digits().load().target_names == tuple("0123456789")


def test_diabetes_is_explained_by_half_and_its_target_is_standardised() -> None:
    data = Diabetes(held_out=0).load()
    assert data.inputs.shape == (442, 10) and data.targets.shape == (442, 1)
    assert data.targets.mean() == pytest.approx(0, abs=1e-12) and data.targets.var() == pytest.approx(1)
    residual = np.linalg.lstsq(data.inputs, data.targets)[1][0] / 442
    assert 1 - residual == pytest.approx(0.5177, abs=5e-4)


def test_three_pixels_of_the_digits_are_always_blank() -> None:
    inputs = Digits(held_out=0).load().inputs
    assert np.flatnonzero(~inputs.any(axis=0)).tolist() == [0, 32, 39]


@pytest.mark.parametrize("held_out", [0.0, 0.1, 0.37, 0.9])
def test_a_split_keeps_the_proportions_of_the_classes(held_out: float) -> None:
    labels = np.repeat([0, 1, 2], [50, 7, 1])
    parts = split(58, labels, held_out, np.random.default_rng(0))
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(58))
    train, test = np.bincount(labels[parts.train], minlength=3), np.bincount(labels[parts.test], minlength=3)
    assert (train >= 1).all()
    np.testing.assert_allclose(test[:2], held_out * np.array([50, 7]), atol=1)


def test_a_split_leaves_at_least_one_training_row() -> None:
    parts = split(1, None, 0.9, np.random.default_rng(0))
    assert parts.train.tolist() == [0] and parts.test.size == 0


def test_standardisation_uses_the_training_rows_alone() -> None:
    values = np.array([[1.0], [3.0], [1000.0]])
    parts = split(3, np.array([0, 0, 0]), 0, np.random.default_rng(0))._replace(
        train=np.array([0, 1]), test=np.array([2])
    )
    np.testing.assert_allclose(standardised(values, parts), [[-1], [1], [998]])
