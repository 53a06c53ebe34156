"""Answers that were computed independently, to the digits given there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.targets._base import Density, TargetEntry
from app.targets._bridge import bridge_to
from app.targets._energies import LaplaceEnergy
from app.targets._quadrature import quadrature, trapezoid
from app.targets._schools import EFFECTS, ERRORS
from app.targets.beta_bernoulli import BetaBernoulli
from app.targets.eight_schools import EightSchools
from app.targets.funnel import Funnel
from app.targets.linear_regression import LinearRegression
from app.targets.log_density import LogDensity
from app.targets.logistic_regression import LogisticRegression
from app.targets.mixture import Mixture
from app.targets.ring import Ring
from app.targets.rosenbrock import RosenbrockDensity
from app.targets.tempered import Tempered

KINDS = catalogue("app.targets", TargetEntry)


def answer(entry: TargetEntry) -> Reference:
    reference = entry.build().reference()
    assert reference is not None
    return reference


def test_linear_regression_has_the_evidence_and_moments_of_the_formula() -> None:
    reference = answer(LinearRegression())
    np.testing.assert_allclose(reference.mean, (-0.276127, 0.515405), atol=6e-7)
    np.testing.assert_allclose(
        reference.covariance.ravel()[[0, 1, 3]], (0.00660664, -0.00067346, 0.01637854), atol=6e-9
    )
    assert reference.log_evidence == pytest.approx(-0.1516125, abs=6e-8)


def test_the_mean_of_linear_regression_is_the_ridge_solution() -> None:
    entry = LinearRegression(degree=3, alpha=0.7, beta=9.0)
    x, t = np.array(entry.points).T
    features = np.vander(x, 4, increasing=True)
    stacked = np.vstack([features, np.sqrt(0.7 / 9.0) * np.eye(4)])
    ridge = np.linalg.lstsq(stacked, np.concatenate([t, np.zeros(4)]), rcond=None)[0]
    np.testing.assert_allclose(answer(entry).mean, ridge, rtol=1e-10)


def test_logistic_regression_has_its_mode_and_its_curvature() -> None:
    density = LogisticRegression().build()
    theta, norms = np.zeros(2), []
    for _ in range(6):
        gradient = density.value_and_gradient(theta)[1]
        norms.append(float(np.linalg.norm(gradient)))
        theta = theta - np.linalg.solve(density.hessian(theta), gradient)
    np.testing.assert_allclose(theta, (0.795779, 1.490776), atol=6e-7)
    np.testing.assert_allclose(density.hessian(theta).ravel()[[0, 1, 3]], (1.262326, -0.494951, 1.552478), atol=6e-7)
    np.testing.assert_allclose(norms[1:6], (0.82, 0.15, 8.7e-3, 3.2e-5, 4.5e-10), rtol=0.05)


def test_logistic_regression_has_the_moments_of_quadrature() -> None:
    reference = answer(LogisticRegression())
    np.testing.assert_allclose(reference.mean, (0.985129, 1.947864), atol=6e-7)
    np.testing.assert_allclose(reference.covariance.ravel()[[0, 3, 1]], (1.081474, 0.919622, 0.316159), atol=6e-7)
    assert reference.log_evidence == pytest.approx(-4.422430, abs=6e-7) and reference.error < 1e-6


def test_the_mixture_and_the_rosenbrock_density_have_their_moments() -> None:
    mixture, valley = answer(Mixture()), answer(RosenbrockDensity())
    assert (mixture.mean[0], mixture.variance[0]) == pytest.approx((0.8, 4.135))
    assert np.exp(valley.log_evidence) == pytest.approx(2 * np.pi)
    np.testing.assert_allclose((*valley.mean, *valley.variance), (1, 11, 10, 240.1))


@pytest.mark.parametrize("centred", [True, False])
def test_a_fortieth_of_the_funnel_lies_in_its_neck(centred: bool) -> None:
    draws = Funnel(centred=centred).build().sample(np.random.default_rng(5), 200_000)
    assert draws is not None
    v = draws[:, 0] * (1.0 if centred else 3.0)
    assert (v < -6).mean() == pytest.approx(0.02275, abs=4 * np.sqrt(0.02275 / 200_000))


def test_the_ring_has_the_integrals_of_quadrature() -> None:
    reference = answer(Ring(radius=1.5, width=0.4))

    def radial(power: int) -> float:
        return float(quad(lambda r: r**power * np.exp(-((r - 1.5) ** 2) / 0.32), 0, 8, points=[1.5], epsabs=1e-13)[0])

    assert np.exp(reference.log_evidence) == pytest.approx(2 * np.pi * radial(1), rel=1e-10)
    assert reference.variance[0] == pytest.approx(radial(3) / radial(1) / 2, rel=1e-10)


def test_the_coin_has_the_integrals_of_quadrature_in_either_coordinate() -> None:
    density = BetaBernoulli(a=2.0, b=3.0, tosses=9, heads=4).build()
    reference = density.reference()
    again = quadrature(density, density.box)
    assert reference is not None and again is not None
    direct = quad(lambda p: 12 * p * (1 - p) ** 2 * p**4 * (1 - p) ** 5, 0, 1)[0]
    assert reference.log_evidence == pytest.approx(np.log(direct), rel=1e-10)
    np.testing.assert_allclose(reference.log_evidence, again.log_evidence, atol=1e-7)
    np.testing.assert_allclose((reference.mean, reference.variance), (again.mean, again.variance), atol=1e-5)


def test_eight_schools_agree_with_themselves_in_both_coordinates() -> None:
    centred, other = answer(EightSchools(centred=True)), answer(EightSchools(centred=False))
    assert centred.log_evidence == pytest.approx(other.log_evidence, abs=1e-12)
    np.testing.assert_allclose(centred.covariance[:2, :2], other.covariance[:2, :2], rtol=1e-10)


def test_eight_schools_have_the_evidence_of_a_plain_grid_over_both() -> None:
    mu, log_tau = np.linspace(-40, 45, 601), np.linspace(-16, 10, 601)[:, None]
    tau = np.exp(log_tau)
    prior = norm.pdf(mu, 0, 5) * 2 / (np.pi * 5 * (1 + (tau / 5) ** 2)) * tau
    pairs = zip(EFFECTS, ERRORS, strict=True)
    log_likelihood = sum(norm.logpdf(y, mu, np.hypot(sigma, tau)) for y, sigma in pairs)
    found = np.trapezoid(np.trapezoid(prior * np.exp(log_likelihood), mu, axis=1), log_tau[:, 0])
    assert answer(EightSchools()).log_evidence == pytest.approx(np.log(found), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_claimed_evidence_is_the_integral(kind: str) -> None:
    """Where a grid reaches: the closed form against the trapezoid rule, where that agrees with itself."""
    density: Density = KINDS[kind]().build()  # type: ignore[attr-defined]
    reference = density.reference()
    if reference is None or density.dim > 2:
        pytest.skip("no answer, or none that a grid reaches")
    coarse, moments = (trapezoid(density, density.box, points) for points in (513, 1_025))
    if abs(coarse.log_evidence - moments.log_evidence) > 1e-4:
        pytest.skip("too thin for this grid")
    assert moments.log_evidence == pytest.approx(reference.log_evidence, abs=2e-4)
    np.testing.assert_allclose(moments.mean, reference.mean, atol=2e-3 * np.sqrt(reference.variance.max()))


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_a_posterior_make_it_up(kind: str) -> None:
    density: Density = KINDS[kind]().build()  # type: ignore[attr-defined]
    bridge = bridge_to(density)
    theta = bridge.draw(np.random.default_rng(2), 6)
    total = bridge.base.value(theta) + bridge.misfit.value(theta)
    np.testing.assert_allclose(total, density.value(theta), rtol=1e-9)
    np.testing.assert_allclose(bridge.at(0.0).value(theta), bridge.base.value(theta))


def test_the_broad_gaussian_and_a_laplace_prior_integrate_to_one() -> None:
    def laplace(x: float) -> float:
        return float(np.exp(-LaplaceEnergy(1, 0.7).value(np.array([x]))))

    assert quad(laplace, -20, 20, points=[0])[0] == pytest.approx(1.0)
    base = bridge_to(Mixture().build()).base
    assert trapezoid(base, base.box, 2_001).log_evidence == pytest.approx(0.0, abs=1e-8)


def test_a_penalty_beside_a_loss_is_a_prior_of_the_tempered_loss() -> None:
    """β(f + λ‖θ‖²) and prior·exp(−βf) differ by a constant for the variance 1/(2λβ)."""
    beta, strength = 0.2, 0.5
    scale = float(1 / np.sqrt(2 * strength * beta))
    density = Tempered.model_validate({"objective": "himmelblau", "beta": beta, "prior": {"scale": scale}}).build()
    theta = np.random.default_rng(0).uniform(-3, 3, (20, 2))
    loss: Array = density.facts.parts.misfit.value(theta) / beta  # type: ignore[union-attr]
    penalised = beta * (loss + strength * (theta**2).sum(axis=-1))
    assert np.ptp(density.value(theta) - penalised) < 1e-10


def test_a_typed_density_has_an_answer_only_where_its_window_holds_the_mass() -> None:
    held = LogDensity.model_validate({"expression": "-x^2/2 - y^2/8", "window": [-9, 9, -18, 18]})
    lost = LogDensity.model_validate({"expression": "-x^2/2 - y^2/8", "window": [-1, 1, -1, 1]})
    reference = answer(held)
    assert reference.log_evidence == pytest.approx(np.log(4 * np.pi), abs=1e-10)
    np.testing.assert_allclose(reference.variance, (1, 4), rtol=1e-8)
    assert lost.build().reference() is None


def test_where_there_is_no_answer_the_reason_is_true_of_the_dimension() -> None:
    narrow = LogisticRegression().build()
    assert narrow.reference() is not None
    assert "does not settle" in narrow.facts.note
    wide = LogisticRegression(degree=2).build()
    assert wide.reference() is None
    assert "so many dimensions" in wide.facts.note
