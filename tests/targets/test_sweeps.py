"""What is written into buffers is what is returned, and it is right where exponentials overflow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.core.calls import carry_out
from app.core.spec import catalogue
from app.targets._base import TargetEntry
from app.targets._energies import Sum
from app.targets._logistic import BUFFER, LogisticMisfit
from app.targets._sweeps import Place, ridges_of, sweep_of
from tests.targets.test_conformance import DENSITIES, places

PRECISIONS = [np.float32, np.float64]


@pytest.mark.parametrize("kind", catalogue("app.targets", TargetEntry))
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_sweep_gives_values_and_gradients_again_and_again(kind: str, precision: type) -> None:
    density = DENSITIES[kind]
    theta = np.asfortranarray(places(density, 7), precision)
    value, gradient = density.value_and_gradient(theta)
    close = {"rtol": 4 * float(np.finfo(precision).eps)}
    place = Place.beside(theta.T)
    sweep = sweep_of(density, place)
    for _ in range(2):
        carry_out(sweep.value)
        np.testing.assert_allclose(place.value, value, **close)
        carry_out(sweep.gradient)
        np.testing.assert_allclose(place.gradient.T, gradient, **close)
        place.value[...] = place.gradient[...] = np.nan
        carry_out(sweep.both)
        np.testing.assert_allclose(place.value, value, **close)
        np.testing.assert_allclose(place.gradient.T, gradient, **close)


@pytest.mark.parametrize("kind", catalogue("app.targets", TargetEntry))
def test_what_was_returned_is_the_caller_s_and_a_thread_has_sweeps_of_its_own(kind: str) -> None:
    density = DENSITIES[kind]
    some, others = places(density, 5), places(density, 11)[5:10]
    calls = (density.value, density.gradient)
    found = [call(some) for call in calls]
    kept = [part.copy() for part in found]
    with ThreadPoolExecutor(2) as pool:
        elsewhere = list(pool.map(lambda i: density.value_and_gradient((some, others)[i % 2]), range(40)))
    for part, copy in zip(found, kept, strict=True):
        np.testing.assert_array_equal(part, copy)
    for i, pair in enumerate(elsewhere):
        for one, again in zip(pair, elsewhere[i % 2], strict=True):
            np.testing.assert_array_equal(one, again)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_weighted_sum_s_sweep_leaves_out_what_is_silenced(precision: type) -> None:
    target = DENSITIES["logistic_regression"]
    assert target.facts.parts is not None
    prior, misfit = target.facts.parts
    energy = Sum((prior, misfit, prior), (0.5, 2.0, 0.0))
    theta = np.asfortranarray(places(target, 9), precision)
    place = Place.beside(theta.T)
    carry_out(energy.sweep(place).both)
    value, gradient = place.value, place.gradient
    np.testing.assert_array_equal(value, energy.value(theta))
    np.testing.assert_array_equal(gradient.T, energy.gradient(theta))
    np.testing.assert_allclose(value, 0.5 * prior.value(theta) + 2 * misfit.value(theta), rtol=1e-6)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_priors_that_go_along_in_a_product_add_what_they_would_alone(precision: type) -> None:
    target = DENSITIES["logistic_regression"]
    assert target.facts.parts is not None
    prior, misfit = target.facts.parts
    energy = Sum((misfit, prior, misfit, prior), (0.5, 2.0, 1.0, 0.25))
    theta = places(target, 9).astype(precision)
    value, gradient = energy.value_and_gradient(theta)
    of_prior, of_misfit = prior.value_and_gradient(theta), misfit.value_and_gradient(theta)
    close = {"rtol": 1e-5, "atol": 1e-5} if precision == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(value, 2.25 * of_prior[0] + 1.5 * of_misfit[0], **close)
    np.testing.assert_allclose(gradient, 2.25 * of_prior[1] + 1.5 * of_misfit[1], **close)
    assert energy.ridges() is None, "a second misfit's gradient is not in the product"


def test_ridges_are_the_gradient() -> None:
    target = DENSITIES["logistic_regression"]
    theta, ridges = places(target, 9), ridges_of(target)
    assert ridges is not None
    bent = ridges.function(theta @ ridges.factors.T)
    found = bent @ ridges.weights.T + theta @ ridges.pull.T + ridges.constant
    np.testing.assert_allclose(found, target.gradient(theta), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("size", [1.0, 30.0, 1e3, 1e6])
def test_a_logistic_misfit_is_right_however_large_its_parameters_are(precision: type, size: float) -> None:
    rng = np.random.default_rng(1)
    features, targets = rng.standard_normal((70, 3)), rng.integers(0, 2, 70).astype(float)
    misfit, theta = LogisticMisfit(features, targets), (size * rng.standard_normal((40, 3))).astype(precision)
    z = (1 - 2 * targets)[:, None] * (features @ theta.astype(np.float64).T)
    value, gradient = misfit.value_and_gradient(theta)
    bound = {"rtol": 3e-6, "atol": 1e-4} if precision == np.float32 else {"rtol": 1e-13, "atol": 1e-13}
    np.testing.assert_allclose(value, np.logaddexp(0, z).sum(axis=0), **bound)
    with np.errstate(over="ignore"):
        exact = ((1 - 2 * targets)[:, None] * features).T @ (1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(gradient, exact.T, atol=300 * float(np.finfo(precision).eps) * size)


def test_what_overflows_beside_what_does_not_is_known_and_what_is_not_a_number_stays_so() -> None:
    misfit = LogisticMisfit(np.ones((40, 1)), np.zeros(40))
    found = misfit.value(np.array([[0.0], [800.0], [-800.0], [np.nan], [np.inf]]))
    np.testing.assert_allclose(found, [40 * np.log(2), 32_000, 0, np.nan, np.inf], rtol=1e-13)


def test_many_points_are_worked_through_in_parts_as_if_at_once() -> None:
    rng = np.random.default_rng(2)
    misfit = LogisticMisfit(rng.standard_normal((300, 2)), rng.integers(0, 2, 300).astype(float))
    theta = rng.standard_normal((BUFFER // 300 * 2 + 5, 2))
    value, gradient = misfit.value_and_gradient(theta)
    for few in (slice(0, 3), slice(-3, None)):
        one, slope = misfit.value_and_gradient(theta[few])
        np.testing.assert_allclose(value[few], one, rtol=1e-13)
        np.testing.assert_allclose(gradient[few], slope, rtol=1e-12, atol=1e-12)
