"""Polyak's momentum."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar, Literal, Self

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._first_order import Memory, Pace, paced
from app.optimisers._linear import LinearMethod, check_curvatures


class HeavyBall(LinearMethod):
    """v ← βv − ηg, θ ← θ + v; that is θ_{t+1} = θ_t − ηg_t + β(θ_t − θ_{t−1}).

    The velocity carries η, as in both papers; PyTorch's SGD(momentum=β) keeps η outside, which is the same method
    until a schedule changes η.

    Reference: Polyak 1964; in this form Sutskever, Martens, Dahl & Hinton 2013, equations (1) and (2).
    """

    kind: Literal["heavy_ball"] = "heavy_ball"
    momentum: Real = fields.coefficient(0.9, "Momentum", "β", "Fraction of the last step that is taken again.")

    title: ClassVar[str] = "Heavy ball"
    summary: ClassVar[str] = "A ball with inertia: rolls along valleys, overshoots and swings back."
    reference: ClassVar[str] = (
        "Polyak 1964, Some methods of speeding up the convergence of iteration methods; "
        "Sutskever, Martens, Dahl & Hinton 2013, On the importance of initialization and momentum, equations (1)-(2)"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_{t+1} &= \beta v_t - \eta\,\nabla f(\theta_t) \\ "
        r"\theta_{t+1} &= \theta_t + v_{t+1} \end{aligned}"
    )
    slots: ClassVar[int] = 1

    @classmethod
    def tuned(cls, mu: float, L: float) -> Self:
        """The fastest heavy ball on a quadratic with curvatures in [μ, L]: η = 4/(√L + √μ)², β = contraction².

        Contraction (√κ − 1)/(√κ + 1) with κ = L/μ: 0.81818 at κ = 100 (Polyak 1964; Lessard, Recht & Packard 2016,
        Proposition 1).

        Raises:
            SpecError: not 0 < μ ≤ L.
        """
        check_curvatures(mu, L)
        contraction = (sqrt(L) - sqrt(mu)) / (sqrt(L) + sqrt(mu))
        return cls(learning_rate=4.0 / (sqrt(L) + sqrt(mu)) ** 2, momentum=contraction**2)

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """v ← βv − ηg; Δ = v."""
        (velocity,), (kept, pull) = memory, numbers(delta, self.momentum, 0.0)
        calls: list[Call] = [(np.multiply, (velocity, kept, velocity)), (np.multiply, (gradient, pull, delta))]
        calls += [(np.subtract, (velocity, delta, velocity)), (np.copyto, (delta, velocity))]
        return paced(calls, pull)

    def characteristic(self, curvature: float) -> tuple[float, float]:
        """z_{t+1} = (1 + β − ηλ)z_t − βz_{t−1}."""
        return 1.0 + self.momentum - self.learning_rate * curvature, self.momentum

    def edge(self, learning_rate: float) -> float:
        """ηλ = 2 + 2β."""
        return 2.0 + 2.0 * self.momentum
