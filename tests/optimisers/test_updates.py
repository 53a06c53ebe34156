"""Every update against the paper's equations, computed a second time by other means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.core.interfaces import Array, Optimiser
from app.schedules.constant import Constant
from app.schedules.cosine import Cosine
from tests.optimisers.curved_oracles import CURVED_ORACLES
from tests.optimisers.objectives import OPTIMISERS, names, path, rng
from tests.optimisers.oracles import ORACLES

STEPS = 30
START = (1.3, -0.7, 0.4)
COSINE = Cosine(steps=20, floor=0.1)
OTHERS: dict[str, Any] = {
    "momentum": 0.6,
    "beta1": 0.7,
    "beta2": 0.95,
    "decay": 0.8,
    "epsilon": 0.01,
    "weight_decay": 0.2,
    "damping": 0.3,
    "line_search": True,
    "factor": 3.0,
    "history": 2,
    "curvature": 0.3,
    "power": 0.5,
    "block": 2,
    "scale": 0.5,
    "every": 3,
}
STEPS_OF_SIGNS = {
    "initial_step": 0.3,
    "grow": 1.5,
    "shrink": 0.4,
    "largest_step": 0.5,
    "smallest_step": 0.2,
}
"""Another value for every field that any of them has."""


def slopes(theta: list[float]) -> list[float]:
    """∇ of ¼x⁴ + ½(y − x)² + 2(z + ½y)² + ½(x + z)²."""
    x, y, z = theta
    return [x**3 - (y - x) + (x + z), (y - x) + 2.0 * (z + 0.5 * y), 4.0 * (z + 0.5 * y) + (x + z)]


def bends(theta: Array) -> Array:
    """∇² of the same; a convex function of linear outputs, and so its own Gauss–Newton part."""
    return np.array([[3.0 * theta[0] ** 2 + 2.0, -1.0, 1.0], [-1.0, 2.0, 2.0], [1.0, 2.0, 5.0]])


class Quartic:
    """The objective whose gradient is ``slopes``."""

    dim = 3

    def value(self, theta: Array) -> Array:
        x, y, z = np.moveaxis(theta, -1, 0)
        return 0.25 * x**4 + 0.5 * (y - x) ** 2 + 2.0 * (z + 0.5 * y) ** 2 + 0.5 * (x + z) ** 2

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        return self.value(theta), np.array(slopes(theta.tolist()))

    def hvp(self, theta: Array, v: Array) -> Array:
        return bends(theta) @ v

    def hessian(self, theta: Array) -> Array:
        return bends(theta)

    def gauss_newton(self, theta: Array) -> Array:
        return bends(theta)

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        return lambda v: bends(theta) @ v

    def parameter_names(self, most: int) -> tuple[str, ...]:
        return names(self.dim, most)


def replayed(optimiser: Any, kind: str) -> list[list[float]]:
    """The path of the oracle, from the start."""
    etas = rates(optimiser)
    thetas, gradients = [list(START)], []
    for t in range(1, STEPS + 1):
        gradients.append(slopes(thetas[-1]))
        columns = zip(np.transpose(gradients).tolist(), np.transpose(thetas).tolist(), strict=True)
        thetas.append([ORACLES[kind](optimiser, gs, xs, etas[:t]) for gs, xs in columns])
    return thetas


def rates(optimiser: Any) -> list[float]:
    """η of every step."""
    schedule, rate = getattr(optimiser, "schedule", Constant()), getattr(optimiser, "learning_rate", 0.0)
    return [rate * schedule.factor(t) for t in range(STEPS)]


def replayed_whole(optimiser: Any, kind: str) -> list[Array]:
    """The path of an oracle on whole vectors; signs are drawn in the steps that look at the curvature."""
    source, every = rng(), getattr(optimiser, "every", 1)
    thetas: list[Array] = [np.array(START)]
    signs: list[Array] = []
    for t in range(STEPS):
        if optimiser.stochastic and t % every == 0:
            signs.append(2.0 * source.integers(0, 2, len(START)) - 1.0)
        thetas.append(CURVED_ORACLES[kind](optimiser, Quartic(), thetas, rates(optimiser)[: t + 1], signs))
    return thetas


def settings_of(cls: type[Optimiser]) -> list[dict[str, Any]]:
    """Its defaults at a rate that moves, other values of every field, and a schedule: whatever its fields allow."""
    fields = cls.model_fields
    known = {name: value for name, value in (OTHERS | STEPS_OF_SIGNS).items() if name in fields}
    if "learning_rate" not in fields:
        return [{}, known]
    quick = {"learning_rate": 0.05}
    return [quick, quick | known, quick | known | {"schedule": COSINE}]


CASES = [
    pytest.param(kind, fields, id=f"{kind}-{i}")
    for kind, cls in OPTIMISERS.items()
    for i, fields in enumerate(settings_of(cls))
]


def test_every_optimiser_has_an_oracle_and_every_oracle_an_optimiser() -> None:
    missing = set(OPTIMISERS) ^ (set(ORACLES) | set(CURVED_ORACLES))
    assert not missing, f"derive each update a second time in oracles.py or curved_oracles.py: {missing}"
    assert set(CURVED_ORACLES) == {kind for kind, cls in OPTIMISERS.items() if not cls.coordinatewise}


def test_every_field_is_given_another_value() -> None:
    fields = {name for cls in OPTIMISERS.values() for name in cls.model_fields} - {"kind", "batch_size"}
    assert fields - {"gradient_noise"} == {"learning_rate", "schedule", *OTHERS, *STEPS_OF_SIGNS}


@pytest.mark.parametrize(("kind", "fields"), CASES)
def test_the_path_is_the_one_of_the_paper_s_equations(kind: str, fields: dict[str, Any]) -> None:
    optimiser = OPTIMISERS[kind](**fields)
    ours = [state.theta for state in path(optimiser, Quartic(), np.array(START), STEPS)]
    if optimiser.coordinatewise:
        np.testing.assert_allclose(ours, replayed(optimiser, kind), rtol=1e-12, atol=1e-12)
    else:
        np.testing.assert_allclose(ours, replayed_whole(optimiser, kind), rtol=1e-8, atol=1e-8)
    assert np.abs(ours[-1] - ours[0]).max() > 1e-3
