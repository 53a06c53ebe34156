"""Plain Monte Carlo."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.integrators._independent import IndependentDraws
from app.targets._bridge import bridge_to


class MonteCarlo(IndependentDraws):
    """Ẑ = (1/N) Σ L(θᵢ), θᵢ from the prior (from a broad Gaussian where there is none)."""

    kind: Literal["monte_carlo"] = "monte_carlo"
    title = "Plain Monte Carlo"
    summary = "Average the likelihood over draws of the prior: unbiased, and most draws are wasted where data say much."
    reference = "Metropolis & Ulam 1949, The Monte Carlo method, JASA 44(247); Owen 2013, chapter 2"
    formula = r"\hat Z = \frac1N \sum_{i=1}^N p(D \mid \theta_i), \quad \theta_i \sim p(\theta)"
    unbiased_evidence: ClassVar[bool] = True

    def source(self, target: Target, rng: np.random.Generator) -> tuple[Any, int]:
        return None, 0

    def drawn(self, target: Target, source: Any, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        bridge = bridge_to(target)
        theta = bridge.draw(rng, count)
        return theta, -bridge.misfit.value(theta)
