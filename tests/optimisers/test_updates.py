"""Every update against the paper's equations in plain Python floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.interfaces import Array, Optimiser
from app.schedules.constant import Constant
from app.schedules.cosine import Cosine
from tests.optimisers.objectives import OPTIMISERS, path
from tests.optimisers.oracles import ORACLES

STEPS = 30
START = (1.3, -0.7, 0.4)
SCHEDULES = {"constant": Constant(), "cosine": Cosine(steps=20, floor=0.1)}


def slopes(theta: list[float]) -> list[float]:
    """∇ of ¼x⁴ + ½(y − x)² + 2(z + ½y)² + ½(x + z)²."""
    x, y, z = theta
    return [x**3 - (y - x) + (x + z), (y - x) + 2.0 * (z + 0.5 * y), 4.0 * (z + 0.5 * y) + (x + z)]


class Quartic:
    """The objective whose gradient is ``slopes``."""

    dim = 3

    def value(self, theta: Array) -> Array:
        x, y, z = np.moveaxis(theta, -1, 0)
        return 0.25 * x**4 + 0.5 * (y - x) ** 2 + 2.0 * (z + 0.5 * y) ** 2 + 0.5 * (x + z) ** 2

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        return self.value(theta), np.array(slopes(theta.tolist()))

    def hvp(self, theta: Array, v: Array) -> Array:
        raise NotImplementedError

    def hessian(self, theta: Array) -> Array:
        raise NotImplementedError


def replayed(optimiser: Any, kind: str) -> list[list[float]]:
    """The path of the oracle, from the start."""
    schedule = getattr(optimiser, "schedule", Constant())
    rate = getattr(optimiser, "learning_rate", 0.0)
    etas = [rate * schedule.factor(t) for t in range(STEPS)]
    thetas, gradients = [list(START)], []
    for t in range(1, STEPS + 1):
        gradients.append(slopes(thetas[-1]))
        columns = zip(np.transpose(gradients).tolist(), np.transpose(thetas).tolist(), strict=True)
        thetas.append([ORACLES[kind](optimiser, gs, xs, etas[:t]) for gs, xs in columns])
    return thetas


def settings_of(cls: type[Optimiser]) -> list[dict[str, Any]]:
    """Its defaults at a rate that moves, other decay rates, and a schedule: whatever its fields allow."""
    fields = cls.model_fields
    if "learning_rate" not in fields:
        return [{}, {"initial_step": 0.3, "grow": 1.5, "shrink": 0.4, "largest_step": 0.5, "smallest_step": 0.2}]
    quick = {"learning_rate": 0.05}
    others = {"momentum": 0.6, "beta1": 0.7, "beta2": 0.95, "decay": 0.8, "epsilon": 0.01, "weight_decay": 0.2}
    known = {name: value for name, value in others.items() if name in fields}
    return [quick, quick | known, quick | known | {"schedule": SCHEDULES["cosine"]}]


CASES = [
    pytest.param(kind, fields, id=f"{kind}-{i}")
    for kind, cls in OPTIMISERS.items()
    for i, fields in enumerate(settings_of(cls))
]


def test_every_optimiser_has_an_oracle_and_every_oracle_an_optimiser() -> None:
    assert set(ORACLES) == set(OPTIMISERS)


@pytest.mark.parametrize(("kind", "fields"), CASES)
def test_the_path_is_the_one_of_the_paper_s_equations(kind: str, fields: dict[str, Any]) -> None:
    optimiser = OPTIMISERS[kind](**fields)
    ours = [state.theta for state in path(optimiser, Quartic(), np.array(START), STEPS)]
    np.testing.assert_allclose(ours, replayed(optimiser, kind), rtol=1e-12, atol=1e-12)
    assert np.abs(ours[-1] - ours[0]).max() > 1e-3
