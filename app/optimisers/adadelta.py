"""AdaDelta."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import moving_average
from app.optimisers._first_order import Memory, Scheduled


class Adadelta(Scheduled):
    """Δ = −η·RMS[Δ]/RMS[g]·g, where RMS[x] = √(E[x²] + ε) over moving averages.

    The ratio gives the step the units of θ, so the paper has no learning rate: η = 1 is its algorithm. ε stands
    inside both roots, as in the paper and in PyTorch; it alone sets the size of the first steps, √ε. E[Δ²] averages
    the direction before η, as PyTorch does. ρ = 0.95 is the paper's; PyTorch's default is 0.9.

    Reference: Zeiler 2012, Algorithm 1.
    """

    kind: Literal["adadelta"] = "adadelta"
    learning_rate: Real = fields.learning_rate(1.0)
    decay: Real = fields.coefficient(0.95, "Memory", "ρ", "Memory of both moving averages.")
    epsilon: Real = fields.epsilon(1e-6)

    title: ClassVar[str] = "AdaDelta"
    summary: ClassVar[str] = "Sets its own step from the ratio of recent steps to recent gradients; starts very slowly."
    reference: ClassVar[str] = "Zeiler 2012, ADADELTA: an adaptive learning rate method, Algorithm 1"
    formula: ClassVar[str] = (
        r"\Delta_t = -\frac{\mathrm{RMS}[\Delta]_{t-1}}{\mathrm{RMS}[g]_t}\,g_t, \quad "
        r"\theta_{t+1} = \theta_t + \eta\,\Delta_t, \quad \mathrm{RMS}[x] = \sqrt{E[x^2] + \epsilon}"
    )
    slots: ClassVar[int] = 2

    def update(self, gradient: Array, theta: Array, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """E[g²] first, then the direction, then E[Δ²]."""
        squares, moves = memory
        squares = moving_average(squares, gradient * gradient, self.decay)
        direction = -np.sqrt(moves + self.epsilon) / np.sqrt(squares + self.epsilon) * gradient
        return rate * direction, (squares, moving_average(moves, direction * direction, self.decay))
