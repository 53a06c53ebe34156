"""What a learning rate measures: every optimiser's claim, by the paths it takes of a rescaled loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.interfaces import Array, Optimiser
from tests.optimisers.objectives import OPTIMISERS, Quadratic, path

START = np.array([-1.2, 1.0])
QUADRATIC = Quadratic(np.array([[3.0, 1.0], [1.0, 2.0]]))
STEPS = 25
RATE = 0.01
BARE = {"epsilon": 1e-250, "weight_decay": 0.0, "damping": 0.0}
"""Fields with a unit of their own, out of the way."""
LAWS: dict[str, Callable[[float, float], float]] = {
    "inverse_curvature": lambda c, s: s * s / c,
    "length": lambda c, s: s,
    "number": lambda c, s: 1.0,
}
"""By what η is multiplied for c·f(θ/s)."""


def factor(kind: str, c: float, s: float) -> float:
    return LAWS[OPTIMISERS[kind].learning_rate_unit](c, s)


def made(kind: str, learning_rate: float) -> Optimiser:
    cls = OPTIMISERS[kind]
    bare = {name: value for name, value in BARE.items() if name in cls.model_fields}
    return cls(**bare, learning_rate=learning_rate)


def thetas(optimiser: Optimiser, objective: Quadratic, start: Array) -> Array:
    return np.array([state.theta for state in path(optimiser, objective, start, STEPS)])


CLAIMING = [kind for kind, cls in OPTIMISERS.items() if cls.learning_rate_unit != "none"]


@pytest.mark.parametrize("kind", CLAIMING)
@given(c=st.integers(-6, 6), s=st.integers(-6, 6))
def test_a_rescaled_loss_has_the_rescaled_path_when_the_learning_rate_is_rescaled_as_its_unit_says(
    kind: str, c: int, s: int
) -> None:
    height, width = 2.0**c, 2.0**s
    rescaled = Quadratic(QUADRATIC.matrix * height / width**2)
    paths = thetas(made(kind, RATE * factor(kind, height, width)), rescaled, START * width)
    np.testing.assert_allclose(paths, thetas(made(kind, RATE), QUADRATIC, START) * width, rtol=1e-7)


SILENT = [kind for kind, cls in OPTIMISERS.items() if "learning_rate" in cls.model_fields and kind not in CLAIMING]


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize("kind", SILENT)
def test_a_method_with_a_learning_rate_that_says_nothing_has_nothing_to_say(
    kind: str, law: Callable[[float, float], float]
) -> None:
    """On a surface much narrower and flatter, and with the fields as they come, no law gives the rescaled path."""
    height, width, cls = 1e-12, 1e-5, OPTIMISERS[kind]
    rescaled = Quadratic(QUADRATIC.matrix * height / width**2)
    moves = np.diff(thetas(cls(learning_rate=RATE * law(height, width)), rescaled, START * width), axis=0)
    assert not np.allclose(moves, np.diff(thetas(cls(learning_rate=RATE), QUADRATIC, START), axis=0) * width, atol=0.0)
