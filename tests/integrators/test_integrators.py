"""Integrators agree with the truth within their own standard errors, and those that cannot say so."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.inference import Estimate, Integrator, Target
from app.core.spec import catalogue
from app.integrators.gauss_hermite import GaussHermite
from app.integrators.harmonic_mean import HarmonicMean
from app.integrators.importance import Importance
from app.integrators.laplace import Laplace
from app.integrators.monte_carlo import MonteCarlo
from app.integrators.nested import Nested
from app.integrators.quasi_monte_carlo import QuasiMonteCarlo
from app.integrators.tempered_smc import TemperedSmc
from app.integrators.trapezoid import Trapezoid
from app.targets.beta_bernoulli import BetaBernoulli
from app.targets.eight_schools import EightSchools
from app.targets.gaussian import CorrelatedGaussian
from app.targets.linear_regression import LinearRegression
from app.targets.logistic_regression import LogisticRegression
from app.targets.mixture import Mixture
from app.targets.ring import Ring
from app.targets.rosenbrock import RosenbrockDensity

KINDS = catalogue("app.integrators", Integrator)
SMALLER = {"points": 200, "rungs": 20, "samples": 4_000, "log_points": 8}
"""Fields that make a method cheap enough to be run over seeds."""
SEEDS = 5

each = pytest.mark.parametrize("kind", KINDS)


def cheap(kind: str) -> Integrator:
    """The method with less of everything, but for grids, which are quick."""
    method: Integrator = KINDS[kind]()  # type: ignore[assignment]
    fields = {} if method.deterministic else {k: v for k, v in SMALLER.items() if k in type(method).model_fields}
    return method.model_copy(update=fields)


def run(method: Integrator, target: Target, seed: int = 0) -> tuple[Estimate, Any]:
    """The last estimate and state."""
    state = method.init(target, np.random.default_rng([seed, 10_000]))
    estimate = Estimate()
    for t in range(method.steps(target)):
        state, estimate = method.step(target, pickle.loads(pickle.dumps(state)), t, np.random.default_rng([seed, t]))
    return estimate, state


def scores(estimate: Estimate, target: Target) -> list[float]:
    """Errors in standard errors."""
    reference = target.reference()
    assert reference is not None and estimate.log_evidence is not None and estimate.log_evidence_error is not None
    found = [(estimate.log_evidence - reference.log_evidence) / estimate.log_evidence_error]
    for name in ("mean", "variance"):
        value, error = getattr(estimate, name), getattr(estimate, f"{name}_error")
        if error is not None:
            found += list((value - getattr(reference, name)) / error)
    return found


@each
def test_a_method_that_is_to_be_trusted_is_right_within_its_standard_errors(kind: str) -> None:
    """Over seeds: no bias, and errors that are as large as they say, neither three times more nor three times less."""
    method, target = cheap(kind), LinearRegression().build()
    if method.deterministic or not method.trustworthy:
        pytest.skip("draws nothing, or is a labelled failure")
    z = np.array([scores(run(method, target, seed)[0], target) for seed in range(SEEDS)])
    assert (np.abs(z.mean(axis=0)) < 5 / np.sqrt(SEEDS)).all(), z.mean(axis=0)
    assert 1 / 3 < np.sqrt((z**2).mean()) < 2, z


@each
def test_a_method_gives_the_same_answer_twice_and_draws_like_the_target(kind: str) -> None:
    method, target = cheap(kind), LogisticRegression().build()
    (first, state), (second, _) = run(method, target), run(method, target)
    assert first.log_evidence == second.log_evidence
    draws = method.draws(target, state, np.random.default_rng(3), 300)
    reference = target.reference()
    assert draws is not None and reference is not None and draws.shape == (300, 2)
    assert (np.abs(draws.mean(axis=0) - reference.mean) < 0.7 * np.sqrt(reference.variance)).all()


@each
def test_what_is_spent_is_about_what_was_announced(kind: str) -> None:
    method, target = cheap(kind), Mixture().build()
    estimate, _ = run(method, target)
    assert estimate.gradients <= 3 * method.evaluations(target) + 5_000


@pytest.mark.parametrize("spread", [0.8, 1.0, 1.5, 3.0])
def test_importance_sampling_keeps_the_share_of_draws_that_the_formula_says(spread: float) -> None:
    target = CorrelatedGaussian(dim=1).build()
    estimate, _ = run(Importance(samples=100_000, widen=spread, degrees=None), target)
    assert estimate.diagnostics is not None
    expected = np.sqrt(2 * spread**2 - 1) / spread**2
    assert estimate.diagnostics["ess_per_draw"] == pytest.approx(expected, rel=0.15 if spread < 1 else 0.02)


def test_pareto_k_finds_a_proposal_without_a_variance() -> None:
    target = CorrelatedGaussian(dim=1).build()
    shapes = [run(Importance(widen=spread, degrees=None), target)[0].diagnostics for spread in (0.4, 1.5)]
    assert shapes[0] is not None and shapes[1] is not None
    assert shapes[0]["pareto_k"] > 0.6 > shapes[1]["pareto_k"]
    assert not shapes[0]["reliable"]


def test_laplace_is_exact_on_a_gaussian_and_known_on_a_logistic_regression() -> None:
    linear, logistic = LinearRegression(degree=3).build(), LogisticRegression().build()
    reference = linear.reference()
    estimate, _ = run(Laplace(), linear)
    assert reference is not None and estimate.log_evidence == pytest.approx(reference.log_evidence, abs=1e-9)
    np.testing.assert_allclose(estimate.variance, reference.variance, rtol=1e-8)
    assert run(Laplace(), logistic)[0].log_evidence == pytest.approx(-4.510992, abs=6e-7)


def test_laplace_depends_on_the_coordinates_as_its_formula_says() -> None:
    a, b = 8, 4
    target = BetaBernoulli(a=1, b=1, tosses=a + b - 2, heads=a - 1).build()
    logit, natural = (run(Laplace(parametrisation=name), target)[0] for name in ("unconstrained", "natural"))
    for found, k, n in ((logit, a, b), (natural, a - 1, b - 1)):
        p = k / (k + n)
        width = p * (1 - p) / (k + n) if found is natural else 1 / ((k + n) * p * (1 - p))
        expected = k * np.log(p) + n * np.log(1 - p) + 0.5 * np.log(2 * np.pi * width)
        assert found.log_evidence == pytest.approx(expected, abs=1e-8)
    assert natural.diagnostics is not None
    assert natural.diagnostics["natural_mean"][0] == pytest.approx(7 / 10)


@pytest.mark.parametrize("target", [Ring(), EightSchools(centred=True)], ids=["ring", "eight schools"])
def test_laplace_refuses_where_there_is_no_peak(target: Any) -> None:
    estimate, _ = run(Laplace(), target.build())
    assert estimate.log_evidence is None and estimate.mean is None
    assert estimate.diagnostics is not None and estimate.diagnostics["refused"]


def test_coarse_grids_lie_and_the_rungs_give_them_away() -> None:
    """Z = 2π = 6.283; what grids of 64, 128, 256 and 512 points an axis make of it is known too."""
    target = RosenbrockDensity().build()
    for points, found in ((64, 6.36), (128, 6.89), (256, 6.24), (512, 6.283)):
        estimate, _ = run(Trapezoid(points=points), target)
        assert estimate.diagnostics is not None and estimate.log_evidence is not None
        assert np.exp(estimate.log_evidence) == pytest.approx(found, abs=5.5e-3)
        assert not estimate.diagnostics["converged"]
    fine, _ = run(Trapezoid(points=1_000), target)
    assert fine.log_evidence == pytest.approx(np.log(2 * np.pi), abs=1e-4)


def test_gauss_hermite_is_exact_on_a_gaussian_and_converges_on_a_logistic_regression() -> None:
    linear, logistic = LinearRegression().build(), LogisticRegression().build()
    assert run(GaussHermite(points=8), linear)[0].log_evidence == pytest.approx(-0.1516125, abs=1e-7)
    truth = logistic.reference()
    assert truth is not None
    found = [run(GaussHermite(points=n), logistic)[0].log_evidence for n in (4, 8, 40)]
    errors = [abs(float(value or 0) - truth.log_evidence) for value in found]
    assert errors[0] > errors[1] > errors[2] and errors[2] < 1e-8


def test_quasi_random_points_beat_random_ones() -> None:
    target = LinearRegression().build()
    random, _ = run(MonteCarlo(samples=16_384), target)
    quasi, _ = run(QuasiMonteCarlo(log_points=10, proposal="base", widen=1.0, degrees=None), target)
    assert quasi.log_evidence_error is not None and random.log_evidence_error is not None
    assert quasi.log_evidence_error < random.log_evidence_error / 5


def test_the_harmonic_mean_is_a_labelled_failure_that_fails() -> None:
    z = [
        scores(run(HarmonicMean(samples=4_000), LinearRegression().build(), seed)[0], LinearRegression().build())[0]
        for seed in range(3)
    ]
    assert not HarmonicMean.trustworthy and min(z) > 4


@pytest.mark.parametrize("method", [TemperedSmc(points=400), Nested(points=200)], ids=["smc", "nested"])
def test_both_hills_of_a_mixture_and_ten_dimensions_are_reached(method: Integrator) -> None:
    for target in (Mixture().build(), EightSchools().build()):
        reference = target.reference()
        estimate, _ = run(method, target)
        assert reference is not None and estimate.log_evidence is not None
        assert estimate.log_evidence == pytest.approx(reference.log_evidence, abs=0.6)
        assert (np.abs(np.asarray(estimate.mean) - reference.mean) < 0.5 * np.sqrt(reference.variance)).all()
