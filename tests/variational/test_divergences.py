"""Both divergences of Gaussians, against closed forms, and what each of the two chooses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from app.core.interfaces import Array
from app.targets._base import Density
from app.targets.banana import Banana
from app.targets.eight_schools import EightSchools
from app.targets.funnel import Funnel
from app.targets.gaussian import CorrelatedGaussian
from app.targets.linear_regression import LinearRegression
from app.targets.logistic_regression import LogisticRegression
from app.targets.mixture import Mixture
from app.targets.ring import Ring
from app.variational._base import Gaussian
from app.variational._divergences import forward_divergence, looks_at, lower_bound, reverse_divergence
from app.variational._elbo import Elbo
from app.variational._forward import ForwardKl
from app.variational.mean_field import MeanField


def both(target: Density, q: Gaussian) -> tuple[float, float, float]:
    """(KL(q‖p), KL(p‖q), the larger of their errors)."""
    reference = target.reference()
    assert reference is not None
    reverse = reverse_divergence(reference, lower_bound(target, q))
    forward = forward_divergence(looks_at(target), q)
    assert reverse is not None and forward is not None
    return reverse.value, forward.value, max(reverse.error, forward.error)


def between(p: Gaussian, q: Gaussian) -> float:
    """KL(p‖q) of two Gaussians, from the eigenvalues of C⁻¹Σ."""
    away = p.mean - q.mean
    eigenvalues = np.linalg.eigvals(np.linalg.solve(q.covariance, p.covariance)).real
    return 0.5 * float((eigenvalues - 1 - np.log(eigenvalues)).sum() + away @ np.linalg.solve(q.covariance, away))


def moments_of(target: Density) -> Gaussian:
    reference = target.reference()
    assert reference is not None
    return Gaussian(reference.mean, reference.covariance)


def mean_field(target: Density, mean: Array) -> Gaussian:
    """Where BFGS ends on the ELBO of independent Gaussians."""
    objective = Elbo(target, MeanField())
    start = MeanField().packed(mean, np.ones(target.dim))
    found = minimize(objective.value_and_gradient, start, jac=True, method="BFGS", options={"gtol": 1e-10}).x
    return MeanField().moments(found, target.dim)


@pytest.mark.parametrize("target", [CorrelatedGaussian(dim=5, spread=3.0), LinearRegression(degree=2)], ids=repr)
def test_between_gaussians_both_divergences_are_exact(target: CorrelatedGaussian | LinearRegression) -> None:
    density = target.build()
    p = moments_of(density)
    draw = np.random.default_rng(0).standard_normal((p.mean.size, p.mean.size))
    q = Gaussian(p.mean + 0.3, p.covariance + draw @ draw.T)
    reverse, forward, error = both(density, q)
    assert (reverse, forward) == pytest.approx((between(q, p), between(p, q)), rel=1e-9) and error == 0.0
    assert both(density, p)[:2] == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("dim", [2, 3])
def test_the_reverse_divergence_keeps_the_conditional_variances_and_the_forward_one_the_marginal(dim: int) -> None:
    """Of N(0, Σ), Λ = Σ⁻¹, mean field finds the variances 1/Λᵢᵢ and is ½(Σ ln Λᵢᵢ − ln|Λ|) short of ln Z; matching the
    marginals Σᵢᵢ costs ½(Σ ln Σᵢᵢ − ln|Σ|) the other way."""
    target = CorrelatedGaussian(dim=dim, correlation=0.9, spread=2.0)
    density, covariance = target.build(), target.covariance()
    precision = np.linalg.inv(covariance)
    fit = mean_field(density, np.full(dim, 0.2))
    np.testing.assert_allclose(np.diagonal(fit.covariance), 1 / np.diagonal(precision), rtol=1e-6)
    lost = 0.5 * float(np.log(np.diagonal(precision)).sum() - np.linalg.slogdet(precision)[1])
    assert both(density, fit)[0] == pytest.approx(lost, abs=1e-9)
    matched = Gaussian(np.zeros(dim), np.diag(np.diagonal(covariance)))
    least = 0.5 * float(np.log(np.diagonal(covariance)).sum() - np.linalg.slogdet(covariance)[1])
    assert both(density, matched)[1] == pytest.approx(least, abs=1e-9)
    assert both(density, matched)[0] > 2 * lost and both(density, fit)[1] > 2 * least


def test_on_a_mixture_one_divergence_seeks_a_hill_and_the_other_covers_both() -> None:
    density = Mixture().build()
    right, matched = mean_field(density, np.array([2.0])), moments_of(density)
    np.testing.assert_allclose([right.mean[0], right.covariance[0, 0] ** 0.5], [1.937224, 1.084736], atol=3e-5)
    reverse, forward, error = both(density, right)
    assert reverse == pytest.approx(0.341995, abs=2e-6) and error < 1e-6
    assert both(density, matched)[1] == pytest.approx(0.318371, abs=6e-7)
    assert forward > 4 * 0.318371 and both(density, matched)[0] > 1.5 * reverse


def test_on_a_banana_the_moment_match_is_wider_than_the_fit() -> None:
    density = Banana().build()
    fit, matched = mean_field(density, np.zeros(2)), moments_of(density)
    assert (np.diagonal(fit.covariance) < np.diagonal(matched.covariance)).all()
    (reverse, forward, _), (other, least, error) = both(density, fit), both(density, matched)
    assert reverse < other and least < forward and error < 0.01


def independent(target: Density, q: Gaussian, count: int = 40_000) -> tuple[float, float]:
    """(E_q[ln q − ln p], its standard error) by plain Monte Carlo."""
    root = np.linalg.cholesky(q.covariance)
    noise = np.random.default_rng(1).standard_normal((count, target.dim))
    log_q = -0.5 * (noise**2).sum(axis=-1) - np.log(np.diagonal(root)).sum() - 0.5 * target.dim * np.log(2 * np.pi)
    reference = target.reference()
    assert reference is not None
    each = log_q + target.value(q.mean + noise @ root.T) + reference.log_evidence
    return float(each.mean()), float(each.std() / np.sqrt(count))


@pytest.mark.parametrize("target", [LogisticRegression(), Banana(), Mixture(dim=2), Mixture(dim=5)], ids=repr)
def test_the_reverse_divergence_is_the_mean_that_it_says(target: LogisticRegression | Banana | Mixture) -> None:
    density = target.build()
    p = moments_of(density)
    q = Gaussian(p.mean + 0.2, 0.5 * p.covariance)
    reference = density.reference()
    assert reference is not None
    found = reverse_divergence(reference, lower_bound(density, q))
    mean, standard_error = independent(density, q)
    assert found is not None and abs(found.value - mean) < 4 * standard_error + 4 * found.error


@pytest.mark.parametrize("target", [Banana(), LogisticRegression(), Ring()], ids=repr)
def test_the_forward_divergence_is_the_mean_that_it_says(target: Banana | LogisticRegression | Ring) -> None:
    """Over a grid that is twice as wide and has another step."""
    density = target.build()
    q = moments_of(density)
    middle, half = density.box.mean(axis=1), np.ptp(density.box, axis=1)
    axes = [np.linspace(m - h, m + h, 601) for m, h in zip(middle, half, strict=True)]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    log_p = -density.value(points)
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    cell = float(np.prod([axis[1] - axis[0] for axis in axes]))
    away = points - q.mean
    squares = np.einsum("ni,ij,nj->n", away, np.linalg.inv(q.covariance), away)
    log_q = -0.5 * squares - 0.5 * np.linalg.slogdet(2 * np.pi * q.covariance)[1]
    expected = float((p[p > 0] * (np.log(p[p > 0] / cell) - log_q[p > 0])).sum())
    found = forward_divergence(looks_at(density), q)
    assert found is not None and found.value == pytest.approx(expected, abs=1e-6 + 2 * found.error)


def test_the_error_says_so_where_a_grid_does_not_reach() -> None:
    """A funnel's tails are far beyond any box: the number is not to be trusted, and its error tells."""
    density = Funnel().build()
    found = forward_divergence(looks_at(density), moments_of(density))
    assert found is not None and found.error > 0.01


def test_there_is_no_forward_divergence_beyond_two_dimensions_of_what_is_not_gaussian() -> None:
    assert looks_at(EightSchools().build()) == ()
    assert forward_divergence((), Gaussian(np.zeros(2), np.eye(2))) is None


def test_the_objective_of_the_forward_divergence_is_the_same_number() -> None:
    density = Banana().build()
    q = Gaussian(np.array([0.3, 0.5]), np.diag([2.0, 1.5]))
    objective = ForwardKl(density, MeanField())
    found = forward_divergence(looks_at(density), q)
    value = float(objective.value(MeanField().packed(q.mean, np.sqrt(np.diagonal(q.covariance)))))
    assert found is not None and value == pytest.approx(found.value, abs=1e-6)
