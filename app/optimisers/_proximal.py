"""What the proximal methods share: a gradient step on the smooth part, then the penalty's proximal operator."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array, Objective, State
from app.core.proximal import Cornered
from app.optimisers._template import Here, Rated


class Proximal(Rated):
    """f = s + λΩ is split into its smooth part and the penalty with a corner; without one, these are gradient steps."""

    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "inverse_curvature"

    def init(self, objective: Objective, theta: Array, rng: np.random.Generator) -> State:
        """As every method's.

        Raises:
            SpecError: also where several penalties have corners.
        """
        if isinstance(objective, Cornered):
            objective.corner()
        return super().init(objective, theta, rng)

    def arrival(self, here: Here, rate: float) -> Array:
        """prox_{ηλΩ}(θ − η∇s(θ))."""
        corner = here.objective.corner() if isinstance(here.objective, Cornered) else None
        if corner is None:
            return here.theta - rate * here.gradient
        smooth = here.gradient - corner.gradient(here.theta)
        return corner.prox(here.theta - rate * smooth, rate)
