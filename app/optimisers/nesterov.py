"""Nesterov's accelerated gradient."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar, Literal, Self

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import alike
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._first_order import Memory, Pace, paced
from app.optimisers._linear import LinearMethod, check_curvatures


class Nesterov(LinearMethod):
    """v ← βv − η∇f(θ), θ ← θ + βv − η∇f(θ).

    Nesterov keeps two points: x_{t+1} = θ_t − η∇f(θ_t) and the look-ahead θ_{t+1} = x_{t+1} + β(x_{t+1} − x_t),
    where gradients are taken. The θ of the state is the look-ahead point, so that a recorded position and its
    gradient belong together and one evaluation a step is enough; v = x_{t+1} − x_t, and x_{t+1} = θ_{t+1} − βv.
    Both points converge to the same minimum at the same rate. PyTorch's SGD(nesterov=True) is this form with η
    outside v, the same until a schedule changes η.

    Reference: Nesterov 1983; Sutskever et al. 2013, equations (3) and (4), in the variables of Bengio,
    Boulanger-Lewandowski & Pascanu 2013, section 3.5.
    """

    kind: Literal["nesterov"] = "nesterov"
    momentum: Real = fields.coefficient(0.9, "Momentum", "β", "Fraction of the last step by which to look ahead.")

    title: ClassVar[str] = "Nesterov"
    summary: ClassVar[str] = (
        "Momentum that looks where it is going before it measures the slope, and so overshoots less."
    )
    reference: ClassVar[str] = (
        "Nesterov 1983, A method of solving a convex programming problem with convergence rate O(1/k²); "
        "Sutskever, Martens, Dahl & Hinton 2013, equations (3)-(4); "
        "Bengio, Boulanger-Lewandowski & Pascanu 2013, Advances in optimizing recurrent networks, section 3.5"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_{t+1} &= \beta v_t - \eta\,\nabla f(\theta_t) \\ "
        r"\theta_{t+1} &= \theta_t + \beta v_{t+1} - \eta\,\nabla f(\theta_t) \end{aligned}"
    )
    slots: ClassVar[int] = 1

    @classmethod
    def tuned(cls, mu: float, L: float) -> Self:
        """Nesterov's constants for curvatures in [μ, L]: η = 1/L, β = (√κ − 1)/(√κ + 1) with κ = L/μ.

        Contraction 1 − 1/√κ on a quadratic: 0.9 at κ = 100. They are made for every smooth strongly convex
        function; on quadratics alone η = 4/(3L + μ) is faster still, 1 − 2/√(3κ + 1) (Lessard, Recht & Packard 2016,
        Proposition 1, both).

        Raises:
            SpecError: not 0 < μ ≤ L.
        """
        check_curvatures(mu, L)
        return cls(learning_rate=1.0 / L, momentum=(sqrt(L) - sqrt(mu)) / (sqrt(L) + sqrt(mu)))

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """v ← βv − ηg; Δ = βv − ηg."""
        (velocity,), (kept, pull), ahead = memory, numbers(delta, self.momentum, 0.0), alike(delta)
        calls: list[Call] = [(np.multiply, (velocity, kept, velocity)), (np.multiply, (gradient, pull, delta))]
        calls += [(np.subtract, (velocity, delta, velocity)), (np.multiply, (velocity, kept, ahead))]
        calls.append((np.subtract, (ahead, delta, delta)))
        return paced(calls, pull)

    def characteristic(self, curvature: float) -> tuple[float, float]:
        """z_{t+1} = (1 − ηλ)((1 + β)z_t − βz_{t−1})."""
        shrink = 1.0 - self.learning_rate * curvature
        return (1.0 + self.momentum) * shrink, self.momentum * shrink

    def edge(self, learning_rate: float) -> float:
        """ηλ = (2 + 2β)/(1 + 2β): less than heavy ball's, since the look-ahead overshoots first."""
        return (2.0 + 2.0 * self.momentum) / (1.0 + 2.0 * self.momentum)
