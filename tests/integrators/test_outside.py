"""A grid knows what its window leaves out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from app.core.inference import Target
from app.core.spec import catalogue
from app.integrators.trapezoid import Trapezoid
from app.targets._base import TargetEntry
from app.targets.log_density import LogDensity
from tests.integrators.test_integrators import run

HEAVY = "-{a}*log(1 + x^2) - y^2/2"


def facts(target: Target, points: int = 256) -> dict[str, Any]:
    """The diagnostics of the finest grid."""
    found = run(Trapezoid(points=points), target)[0].diagnostics
    assert found is not None
    return dict(found)


def typed(expression: str, half: float) -> Target:
    """A density in a window that is long enough in y."""
    return LogDensity(expression=expression, window=(-half, half, -8, 8)).build()  # type: ignore[call-arg]


@pytest.mark.parametrize("half", [1.0, 2.0, 4.0])
def test_what_a_window_cuts_off_a_gaussian_is_known(half: float) -> None:
    found = facts(typed("-x^2/2 - y^2/2", half))
    assert found["outside_mass"] == pytest.approx(2 * norm.sf(half), rel=0.15)
    assert not found["converged"] and "widen the window" in found["note"]


def test_where_a_window_cuts_most_of_a_gaussian_off_rather_too_much_is_feared() -> None:
    assert 2 * norm.sf(0.5) < facts(typed("-x^2/2 - y^2/2", 0.5))["outside_mass"] < 1


def test_a_gaussian_off_the_middle_loses_one_side() -> None:
    target = LogDensity(expression="-(x-2)^2/2 - y^2/2", window=(-4, 4, -8, 8)).build()  # type: ignore[call-arg]
    assert facts(target)["outside_mass"] == pytest.approx(norm.sf(2.0), rel=0.15)


def test_a_window_that_holds_a_gaussian_converges() -> None:
    found = facts(typed("-x^2/2 - y^2/2", 8.0))
    assert found["converged"] and "note" not in found and found["outside_mass"] < 1e-12


@pytest.mark.parametrize("half", [5.0, 40.0])
def test_the_tails_of_a_cauchy_density_are_known_and_have_no_variance(half: float) -> None:
    found = facts(typed(HEAVY.format(a=1), half), 512)
    assert found["outside_mass"] == pytest.approx(2 * student(1).sf(half), rel=0.1)
    assert found["outside_variance"] == 1.0 and not found["converged"]


def test_a_heavy_tail_matters_to_the_variance_where_it_no_longer_does_to_the_mass() -> None:
    """p ∝ (1 + x²)^{−5/2}: the mass outside falls as x⁻⁴, the variance outside as x⁻²."""
    found = facts(typed(HEAVY.format(a=2.5), 60.0), 512)
    scale = 0.5  # x = t₄/2
    assert found["outside_mass"] == pytest.approx(2 * student(4, scale=scale).sf(60), rel=0.1)
    assert found["outside_variance"] > 1e-4 > 1e-6 > found["outside_mass"]
    assert not found["converged"]


def test_a_second_hill_outside_is_seen() -> None:
    found = facts(typed("log(exp(-x^2/2) + exp(-(x-9)^2/2)) - y^2/2", 5.0))
    assert found["outside_mass"] == pytest.approx(0.5, abs=0.05) and not found["converged"]


@pytest.mark.parametrize("kind", ["banana", "gaussian", "linear_regression", "logistic_regression", "mixture", "ring"])
def test_the_windows_of_targets_that_hold_their_mass_raise_no_alarm(kind: str) -> None:
    target = catalogue("app.targets", TargetEntry)[kind]().build()  # type: ignore[attr-defined]
    found = facts(target, 512)
    assert found["converged"], found
    assert np.isfinite(found["outside_variance"])
