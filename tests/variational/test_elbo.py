"""The ELBO is an objective with exact derivatives, below ln Z, with the optima that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from app.core.interfaces import Array, Objective
from app.core.spec import catalogue
from app.targets._base import Density
from app.targets.gaussian import CorrelatedGaussian
from app.targets.logistic_regression import LogisticRegression
from app.targets.mixture import Mixture
from app.variational._base import Family
from app.variational._elbo import Elbo, Estimator, NoisyElbo
from app.variational._forward import ForwardKl
from app.variational.full_rank import FullRank
from app.variational.mean_field import MeanField

FAMILIES: dict[str, Any] = catalogue("app.variational", Family)  # type: ignore[assignment]
ESTIMATORS: tuple[Estimator, ...] = ("reparameterisation", "sticking_the_landing", "score_function")
LOGISTIC, MIXTURE = LogisticRegression().build(), Mixture().build()
STEP = 1e-20


def lowest(objective: Objective, start: Array) -> tuple[Array, float]:
    """(λ, f) where BFGS ends."""

    def both(x: Array) -> tuple[float, Array]:
        value, gradient = objective.value_and_gradient(x)
        return float(value), gradient

    found = minimize(both, start, jac=True, method="BFGS", options={"gtol": 1e-9})
    return found.x, float(found.fun)


@pytest.mark.parametrize("kind", FAMILIES)
@pytest.mark.parametrize("divergence", [Elbo, ForwardKl])
def test_derivatives_are_those_of_the_complex_step(kind: str, divergence: Any) -> None:
    objective = divergence(LOGISTIC, FAMILIES[kind]())
    at = 0.3 * np.random.default_rng(0).standard_normal((3, objective.dim))
    shifted = at[:, None] + 1j * STEP * np.eye(objective.dim)
    value, gradient = objective.value_and_gradient(at)
    np.testing.assert_allclose(gradient, objective.value(shifted).imag / STEP, atol=1e-12)
    np.testing.assert_allclose(objective.hessian(at), objective.value_and_gradient(shifted)[1].imag / STEP, atol=1e-11)
    np.testing.assert_allclose(value, objective.value(at), rtol=1e-12)
    v = np.ones(objective.dim)
    np.testing.assert_allclose(objective.hvp(at, v), objective.hessian(at) @ v, atol=1e-11)


@pytest.mark.parametrize("kind", FAMILIES)
def test_a_family_is_where_and_as_wide_as_it_says(kind: str) -> None:
    family: Family = FAMILIES[kind]()
    parameters = 0.4 * np.random.default_rng(1).standard_normal(family.size(3))
    mean, covariance = family.moments(parameters, 3)
    draws = family.place(parameters, np.random.default_rng(2).standard_normal((100_000, 3)))
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.04)
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]
    assert family.entropy(parameters, 3) == pytest.approx(entropy)
    assert len(family.names(("a", "b", "c"))) == family.size(3)


@pytest.mark.parametrize(
    ("start", "mean", "spread", "elbo"),
    [((-2, -0.5), -1.970934, 0.534483, -1.185461), ((2, 0.0), 1.937205, 1.084761, -0.341994)],
)
def test_the_elbo_of_a_mixture_has_two_basins(
    start: tuple[float, float], mean: float, spread: float, elbo: float
) -> None:
    at, cost = lowest(Elbo(MIXTURE, MeanField()), np.array(start))
    assert (at[0], np.exp(at[1]), -cost) == pytest.approx((mean, spread, elbo), abs=2e-6)


def test_the_forward_divergence_of_a_mixture_is_least_at_its_moments() -> None:
    at, divergence = lowest(ForwardKl(MIXTURE, MeanField()), np.array([0.0, 0.0]))
    assert (at[0], np.exp(2 * at[1])) == pytest.approx((0.8, 4.135), rel=1e-6)
    assert divergence == pytest.approx(0.318371, abs=6e-7)


@pytest.mark.parametrize(("family", "elbo"), [(FullRank(), -4.472763), (MeanField(), -4.513636)])
def test_a_logistic_regression_has_the_elbo_that_is_known_below_its_evidence(family: Family, elbo: float) -> None:
    start = family.packed(np.array([0.8, 1.5]), np.ones(2))
    assert -lowest(Elbo(LOGISTIC, family), start)[1] == pytest.approx(elbo, abs=6e-7)


def test_mean_field_loses_what_correlation_is_worth() -> None:
    at, cost = lowest(Elbo(CorrelatedGaussian().build(), MeanField()), np.array([0.1, 0.2, 0.0, 0.0]))
    assert cost == pytest.approx(0.830366, abs=6e-7)
    np.testing.assert_allclose(np.exp(2 * at[2:]), 1 - 0.9**2, rtol=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("kind", FAMILIES)
def test_every_gradient_is_unbiased(estimator: Estimator, kind: str) -> None:
    family: Family = FAMILIES[kind]()
    parameters = family.packed(np.array([0.5, 1.0]), np.array([0.8, 1.2]))
    parameters[4:] = 0.3
    exact = Elbo(LOGISTIC, family).value_and_gradient(parameters)[1]
    noise = np.random.default_rng(4).standard_normal((20_000, 2))
    _, each = NoisyElbo(LOGISTIC, family, noise, estimator).contributions(parameters)
    assert (np.abs(each.mean(axis=0) - exact) < 5 * each.std(axis=0) / np.sqrt(len(each)) + 1e-9).all()


def spread_of(target: Density, estimator: Estimator, parameters: Array) -> float:
    noise = np.random.default_rng(5).standard_normal((2_000, target.dim))
    _, each = NoisyElbo(target, FullRank(), noise, estimator).contributions(parameters)
    return float(np.sqrt(each.var(axis=0).sum()))


def test_sticking_the_landing_has_no_noise_where_q_is_p_and_the_score_function_has_most_elsewhere() -> None:
    target, away = CorrelatedGaussian().build(), np.array([0.5, -0.5, 0.2, 0.1, 0.3])
    root = np.linalg.cholesky(CorrelatedGaussian().covariance())
    landed = np.array([0.0, 0.0, *np.log(np.diagonal(root)), root[1, 0]])
    assert spread_of(target, "sticking_the_landing", landed) < 1e-12 < spread_of(target, "reparameterisation", landed)
    assert spread_of(target, "score_function", away) > spread_of(target, "reparameterisation", away)
