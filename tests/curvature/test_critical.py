"""The signs of the eigenvalues say what kind of point this is, and nothing is said that they do not decide."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import Objective
from app.curvature.critical import Signs, is_critical, signs
from app.curvature.eigen import Eigenpairs, spectrum
from app.curvature.extreme import extreme
from app.objectives.surfaces.formula import Formula
from app.objectives.surfaces.himmelblau import Himmelblau
from app.objectives.surfaces.monkey_saddle import MonkeySaddle
from app.objectives.surfaces.rosenbrock import Rosenbrock
from app.objectives.surfaces.saddle import Saddle
from tests.curvature.operators import SPECTRA, product_with, with_spectrum


def at(objective: Objective, *point: float) -> tuple[Signs, bool]:
    theta = np.array(point)
    pairs = spectrum(objective.hessian(theta))
    norm = float(np.linalg.norm(objective.value_and_gradient(theta)[1]))
    return signs(pairs, objective.dim, 1e-9), is_critical(norm, pairs.values, theta)


HIMMELBLAU = Himmelblau().build()


@pytest.mark.parametrize("minimum", Himmelblau().minima())
def test_himmelblaus_four_minima(minimum: object) -> None:
    sign, critical = at(HIMMELBLAU, *minimum.point)  # type: ignore[attr-defined]
    assert (sign.kind, sign.negative, sign.zero, critical) == ("minimum", 0, 0, True)


SADDLES = [
    (3.385154183607, 0.073851879838),
    (0.086677504555, 2.884254701175),
    (-3.073025750764, -0.081353044288),
    (-0.127961346731, -1.953714980245),
]


@pytest.mark.parametrize("point", SADDLES)
def test_himmelblaus_four_saddles(point: tuple[float, float]) -> None:
    sign, critical = at(HIMMELBLAU, *point)
    assert (sign.kind, sign.negative, critical) == ("saddle", 1, True)


def test_himmelblaus_maximum() -> None:
    sign, critical = at(HIMMELBLAU, -0.270844590667, -0.923038522155)
    assert (sign.kind, sign.negative, critical) == ("maximum", 2, True)


def test_rosenbrocks_minimum() -> None:
    sign, critical = at(Rosenbrock().build(), 1.0, 1.0)
    assert (sign.kind, critical) == ("minimum", True)


def test_a_point_on_a_slope_is_not_critical() -> None:
    assert not at(Rosenbrock().build(), -1.0, 1.0)[1]
    assert not at(HIMMELBLAU, 3.001, 2.0)[1]


def test_the_monkey_saddle_is_flat_to_second_order() -> None:
    sign, critical = at(MonkeySaddle().build(), 0.0, 0.0)
    assert (sign.kind, sign.negative, sign.zero, critical) == ("flat", 0, 2, True)


def test_a_saddle_is_one() -> None:
    assert at(Saddle().build(), 0.0, 0.0)[0].kind == "saddle"


def test_a_valley_floor_is_flat() -> None:
    sign, critical = at(Formula(expression="x^2").build(), 0.0, 5.0)
    assert (sign.kind, sign.negative, sign.zero, critical) == ("flat", 0, 1, True)


@pytest.mark.parametrize(
    ("name", "kind", "index"),
    [
        ("positive definite", "minimum", 0),
        ("negative definite", "maximum", 80),
        ("indefinite", "saddle", None),
        ("of low rank", "flat", 0),
    ],
)
def test_both_ends_decide_what_they_can(name: str, kind: str, index: int | None) -> None:
    matrix = with_spectrum(SPECTRA[name])
    sign = signs(extreme(product_with(matrix), len(matrix), 2, 2), len(matrix), 1e-9)
    assert (sign.kind, sign.negative, sign.zero) == (kind, index, None)


def test_the_index_is_known_once_all_negative_eigenvalues_are() -> None:
    matrix = with_spectrum(SPECTRA["outliers on a bulk"])
    negative = int((SPECTRA["outliers on a bulk"] < -1e-9).sum())
    pairs = extreme(product_with(matrix), len(matrix), 1, negative + 1)
    assert signs(pairs, len(matrix), 1e-9).negative == negative


def test_one_end_alone_decides_nothing() -> None:
    matrix = with_spectrum(SPECTRA["positive definite"])
    sign = signs(extreme(product_with(matrix), len(matrix), 3, 0), len(matrix), 1e-9)
    assert (sign.kind, sign.negative) == (None, None)


def test_an_eigenvalue_within_its_residual_of_zero_has_no_sign() -> None:
    values, vectors = np.array([1.0, -1e-3]), np.eye(2)
    doubtful = Eigenpairs(values, vectors, np.array([0.0, 2e-3]), 2, 2, 0)
    assert signs(doubtful, 2, 1e-9).kind == "flat"
    assert signs(doubtful._replace(residuals=np.zeros(2)), 2, 1e-9).kind == "saddle"
