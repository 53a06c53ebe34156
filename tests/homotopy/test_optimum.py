"""Optima of penalised linear models against scikit-learn, closed forms, and the conditions that define them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge

from app.homotopy.optimum import TOLERANCE
from app.homotopy.path import beginning
from tests.homotopy.problems import BREAST_CANCER, DIABETES, SPARSE, design, optimum, problem

PENALTIES: list[dict[str, Any]] = [
    {"kind": "l1"},
    {"kind": "l2"},
    {"kind": "elastic_net", "ratio": 0.3},
    {"kind": "group", "size": 3},
]
DATA = [DIABETES, BREAST_CANCER, SPARSE, {"kind": "iris"}]
every_penalty = pytest.mark.parametrize("penalty", PENALTIES, ids=lambda p: p["kind"])
every_strength = pytest.mark.parametrize("strength", [0.5, 0.05, 0.005])
AGREE = 1e-8


@pytest.mark.parametrize("data", [DIABETES, SPARSE], ids=lambda d: d["kind"])
@every_strength
def test_the_lasso_is_scikit_learn_s(data: dict[str, Any], strength: float) -> None:
    """There ‖y − Xw‖²/(2n) + α‖w‖₁, so α = λ/2."""
    posed = problem(data, {"kind": "l1"})
    theirs = Lasso(alpha=strength / 2, tol=1e-15, max_iter=1_000_000).fit(*design(posed))
    ours = optimum(posed, strength).theta
    np.testing.assert_allclose(ours, [*theirs.coef_, theirs.intercept_], atol=AGREE)
    assert ((ours[:-1] == 0) == (theirs.coef_ == 0)).all()


@every_strength
@pytest.mark.parametrize("ratio", [0.2, 0.8])
def test_the_elastic_net_is_scikit_learn_s(strength: float, ratio: float) -> None:
    """There ‖y − Xw‖²/(2n) + α(r‖w‖₁ + (1 − r)‖w‖²/2), so αr = λρ/2 and α(1 − r) = λ(1 − ρ)."""
    posed = problem(DIABETES, {"kind": "elastic_net", "ratio": ratio})
    alpha = strength * (ratio / 2 + 1 - ratio)
    theirs = ElasticNet(alpha=alpha, l1_ratio=strength * ratio / 2 / alpha, tol=1e-15, max_iter=1_000_000)
    theirs.fit(*design(posed))
    np.testing.assert_allclose(optimum(posed, strength).theta, [*theirs.coef_, theirs.intercept_], atol=AGREE)


@pytest.mark.parametrize("data", [DIABETES, SPARSE], ids=lambda d: d["kind"])
@every_strength
def test_ridge_is_scikit_learn_s_and_its_closed_form(data: dict[str, Any], strength: float) -> None:
    """There ‖y − Xw‖² + α‖w‖², so α = nλ; w = (XᵀX + nλI)⁻¹Xᵀy of what is centred."""
    posed = problem(data, {"kind": "l2"})
    inputs, targets = design(posed)
    theirs = Ridge(alpha=strength * len(inputs), solver="cholesky").fit(inputs, targets)
    ours = optimum(posed, strength).theta
    centred = inputs - inputs.mean(axis=0)
    gram = centred.T @ centred + strength * len(inputs) * np.eye(inputs.shape[1])
    np.testing.assert_allclose(ours[:-1], np.linalg.solve(gram, centred.T @ targets), atol=1e-12)
    np.testing.assert_allclose(ours, [*theirs.coef_, theirs.intercept_], atol=AGREE)


@every_strength
def test_logistic_ridge_is_scikit_learn_s(strength: float) -> None:
    """There ‖w‖²/2 + C Σ log loss, so C = 1/(2nλ)."""
    posed = problem(BREAST_CANCER, {"kind": "l2"})
    inputs, targets = design(posed)
    theirs = LogisticRegression(C=1 / (2 * len(inputs) * strength), solver="newton-cholesky", tol=1e-14, max_iter=1000)
    theirs.fit(inputs, targets)
    np.testing.assert_allclose(optimum(posed, strength).theta, [*theirs.coef_[0], *theirs.intercept_], atol=AGREE)


@every_penalty
@pytest.mark.parametrize("data", DATA, ids=lambda d: d["kind"])
@pytest.mark.parametrize("share", [0.9, 0.1, 0.01])
def test_no_proximal_step_leads_away_from_any_optimum(
    data: dict[str, Any], penalty: dict[str, Any], share: float
) -> None:
    posed = problem(data, penalty)
    begin = beginning(posed)
    found = optimum(posed, share * begin.first)
    assert found.residual <= TOLERANCE * posed.scale
    assert posed.at(share * begin.first).residual(found.theta) == found.residual


@pytest.mark.parametrize("share", [0.9, 0.1, 0.003])
def test_the_lasso_s_conditions_hold_in_the_terms_of_the_textbook(share: float) -> None:
    """∂s/∂wⱼ = −λ sign wⱼ where wⱼ ≠ 0, |∂s/∂wⱼ| ≤ λ where wⱼ = 0, and the intercept's gradient is 0."""
    posed = problem(BREAST_CANCER, {"kind": "l1"})
    strength = share * beginning(posed).first
    theta = optimum(posed, strength).theta
    slope, weights = posed.loss.value_and_gradient(theta)[1], theta[:-1]
    standing = weights != 0
    np.testing.assert_allclose(slope[:-1][standing], -strength * np.sign(weights[standing]), atol=1e-13)
    assert (np.abs(slope[:-1][~standing]) <= strength + 1e-13).all()
    assert abs(slope[-1]) < 1e-13


@every_penalty
@pytest.mark.parametrize("data", DATA, ids=lambda d: d["kind"])
def test_a_path_begins_where_everything_has_just_become_zero(data: dict[str, Any], penalty: dict[str, Any]) -> None:
    posed = problem(data, penalty)
    begin, seen = beginning(posed), posed.penalty.seen
    assert (begin.theta[seen] == 0).all()
    assert (begin.critical is not None) == posed.penalty.regulariser.corners
    if begin.critical is not None:
        assert (optimum(posed, begin.critical * (1 + 1e-9)).theta[seen] == 0).all()
        assert (optimum(posed, begin.critical * (1 - 1e-6)).theta[seen] != 0).any()


def test_groups_are_zero_together() -> None:
    posed = problem(SPARSE, {"kind": "group", "size": 4})
    zero = optimum(posed, 0.3 * beginning(posed).first).theta[:-1].reshape(-1, 4) == 0
    assert (zero.all(axis=1) == zero.any(axis=1)).all()
    assert zero.all(axis=1).any() and not zero.all()
