"""Proposals with heavy tails, and verdicts that know when standard errors do not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest, multivariate_t

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.integrators._proposals import Proposal, Proposing, propose
from app.integrators.importance import Importance
from app.integrators.quasi_monte_carlo import QuasiMonteCarlo
from app.targets.banana import Banana
from app.targets.beta_bernoulli import BetaBernoulli
from app.targets.gaussian import CorrelatedGaussian
from app.targets.logistic_regression import LogisticRegression
from app.targets.ring import Ring
from tests.integrators.test_integrators import run, scores

SEEDS = 20
HALVES = np.array([[1.5, 0.0], [0.4, 0.5]])


def student(degrees: float | None = 3.0) -> Proposal:
    """A skewed one in two dimensions."""
    return Proposal(np.array([1.0, -2.0]), HALVES, degrees, 0, "")


def over_seeds(method: Integrator, target: Target, seeds: int = SEEDS) -> tuple[Array, list[Estimate]]:
    """Errors in standard errors ``(seeds, quantities)``, and the estimates."""
    found = [run(method, target, seed)[0] for seed in range(seeds)]
    return np.array([scores(one, target) for one in found]), found


@pytest.mark.parametrize("degrees", [1.0, 3.0, 30.0])
def test_the_density_of_a_student_proposal_is_that_of_the_multivariate_t(degrees: float) -> None:
    proposal = student(degrees)
    theta = np.random.default_rng(0).standard_normal((50, 2)) * 10
    law = multivariate_t(loc=proposal.centre, shape=HALVES @ HALVES.T, df=degrees)
    np.testing.assert_allclose(proposal.log_density(proposal.coordinates(theta)), law.logpdf(theta), rtol=1e-12)


def test_draws_of_a_student_proposal_have_its_law() -> None:
    proposal = student()
    z = proposal.shaped(np.random.default_rng(1).standard_normal((50_000, proposal.normals)))
    np.testing.assert_allclose(proposal.coordinates(proposal.at(z)), z, rtol=1e-9, atol=1e-9)
    # |z|²/d of a t follows F(d, ν), and each coordinate t_ν.
    assert kstest((z**2).sum(axis=-1) / 2, "f", (2, 3.0)).pvalue > 1e-3
    assert kstest(z[:, 1], "t", (3.0,)).pvalue > 1e-3


def test_a_gaussian_is_the_limit_of_many_degrees_of_freedom() -> None:
    z = np.random.default_rng(0).standard_normal((20, 2))
    np.testing.assert_allclose(student(1e6).log_density(z), student(None).log_density(z), atol=1e-4)


def test_student_weights_keep_the_share_of_draws_that_quadrature_says() -> None:
    target = CorrelatedGaussian(dim=1).build()
    proposal = propose(target, Proposing("laplace", 1.5, 3.0), np.random.default_rng(0))

    def second_moment(x: float) -> float:
        theta = np.array([[x]])
        log_q = proposal.log_density(proposal.coordinates(theta))
        return float(np.exp(-2 * target.value(theta) - log_q)[0])

    estimate, _ = run(Importance(samples=50_000), target)
    assert estimate.diagnostics is not None
    assert estimate.diagnostics["ess_per_draw"] == pytest.approx(1 / quad(second_moment, -12, 12)[0], rel=0.01)


@pytest.mark.parametrize("method", [Importance(), QuasiMonteCarlo()], ids=["random", "quasi-random"])
@pytest.mark.parametrize(
    "target",
    [Banana(), CorrelatedGaussian(), LogisticRegression(), BetaBernoulli(), Ring()],
    ids=lambda entry: entry.kind,
)
def test_standard_errors_hold_what_they_say(method: Integrator, target: object) -> None:
    """No bias, and two standard errors hold the truth 95 times in 100; at least 84 of these, give or take three σ."""
    z, found = over_seeds(method, target.build())  # type: ignore[attr-defined]
    assert (np.abs(z.mean(axis=0)) < 4 / np.sqrt(SEEDS)).all(), z.mean(axis=0)
    assert (np.abs(z) <= 2).mean() > 0.84
    assert all(one.diagnostics and one.diagnostics["reliable"] for one in found)


@pytest.mark.parametrize("method", [Importance(degrees=None), QuasiMonteCarlo(degrees=None, log_points=9)])
def test_a_gaussian_that_misses_the_arms_of_a_banana_is_found_out(method: Integrator) -> None:
    """Its standard errors are too small by far while k̂ alone would let it pass now and then."""
    z, found = over_seeds(method, Banana().build(), 8)
    assert np.abs(z.mean(axis=0)).max() > 3
    facts = [one.diagnostics or {} for one in found]
    assert not any(one["reliable"] for one in facts)
    assert any(one["pareto_k"] < 0.7 for one in facts)
    assert all("widen the proposal" in one["verdict"] or "k̂" in one["verdict"] for one in facts)


def test_quasi_random_points_in_tails_that_are_too_light_are_found_out() -> None:
    """A Gaussian as narrow as the peak misses the tails of a logistic regression, and all replicates alike."""
    target = LogisticRegression().build()
    z, found = over_seeds(QuasiMonteCarlo(degrees=None, widen=0.9), target, 8)
    assert (np.abs(z) <= 2).mean() < 0.8
    assert not any(one.diagnostics and one.diagnostics["reliable"] for one in found)


def test_a_weight_near_its_limit_is_told_with_its_error() -> None:
    """Within two standard errors of the limit min(1 − 1/log₁₀ S, 0.7) there is doubt, whichever side k̂ is on."""
    target = CorrelatedGaussian(dim=1).build()
    estimate, _ = run(Importance(samples=2_000, widen=0.75, degrees=None), target)
    facts = estimate.diagnostics or {}
    assert facts["pareto_k_limit"] == pytest.approx(1 - 1 / np.log10(2_000))
    assert facts["pareto_k_error"] == pytest.approx((1 + facts["pareto_k"]) / np.sqrt(int(3 * np.sqrt(2_000))))
    assert facts["reliable"] == (facts["pareto_k"] + 2 * facts["pareto_k_error"] < facts["pareto_k_limit"])


def test_equal_weights_are_uncertain_by_rounding_alone() -> None:
    estimate, _ = run(Importance(widen=1.0, degrees=None), CorrelatedGaussian().build())
    assert estimate.log_evidence_error is not None and 0 < estimate.log_evidence_error < 1e-13
    assert abs(estimate.log_evidence or 0.0) < 4 * estimate.log_evidence_error
