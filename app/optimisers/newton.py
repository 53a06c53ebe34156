"""Newton's method."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.optimisers import _fields as fields
from app.optimisers._dense import Dense
from app.optimisers._line_search import backtrack
from app.optimisers._spectrum import solve, spectrum
from app.optimisers._template import Here, Memory, Rated


class Newton(Dense, Rated):
    """θ ← θ − η(∇²f(θ) + λI)⁻¹∇f(θ): the step to the stationary point of the quadratic that touches f at θ.

    With η = 1 and λ = 0 the error is squared each step near a stationary point of any kind: it is as much drawn to
    saddles and maxima as to minima. Where the matrix is singular the system is solved in the least-squares sense, so
    that directions without curvature are left alone. With ``line_search`` the step is halved, from η on, until the
    loss falls enough (Armijo), and where the Newton direction does not point downhill −∇f(θ) is searched instead;
    ``Info.learning_rate`` is η before the search. At most 1000 parameters.

    Reference: Nocedal & Wright 2006, equation (2.15), Algorithm 3.2 with λ constant, Algorithm 3.1.
    """

    kind: Literal["newton"] = "newton"
    learning_rate: Real = fields.learning_rate(1.0)
    damping: Real = fields.damping(0.0)
    line_search: bool = control(
        False, "Line search", description="Halve the step until the loss falls enough; pure Newton takes it whole."
    )

    title: ClassVar[str] = "Newton"
    summary: ClassVar[str] = (
        "Jumps to where the local quadratic is flat: one step on a quadratic, and straight into saddles elsewhere."
    )
    reference: ClassVar[str] = (
        "Nocedal & Wright 2006, Numerical optimization, equation (2.15), and Algorithms 3.1 and 3.2 for search and "
        "damping"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\left(\nabla^2 f(\theta_t) + \lambda I\right)^{-1} \nabla f(\theta_t)"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "number"
    one_step: ClassVar[bool] = True

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = −η(H + λI)⁻¹g, or what the line search makes of it."""
        values, vectors = spectrum(here.objective.hessian(here.theta))
        direction = -solve(values + self.damping, vectors, here.gradient)
        if not self.line_search:
            return rate * direction, memory
        downhill = np.vecdot(here.gradient, direction) < 0
        return backtrack(here, np.where(downhill[..., None], direction, -here.gradient), rate), memory
