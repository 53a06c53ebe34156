"""AdaGrad."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, State
from app.core.memory import alike
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._first_order import Memory, Pace, Scheduled, paced


class Adagrad(Scheduled):
    """s ← s + g², θ ← θ − ηg/(√s + δ).

    δ stands outside the root, as in the paper and in PyTorch.

    Reference: Duchi, Hazan & Singer 2011, figure 1 (diagonal matrices), H_t = δI + diag(s_t).
    """

    kind: Literal["adagrad"] = "adagrad"
    learning_rate: Real = fields.learning_rate(0.01)
    epsilon: Real = fields.epsilon(1e-10, symbol="δ")

    title: ClassVar[str] = "AdaGrad"
    summary: ClassVar[str] = (
        "Gives each parameter its own step, smaller the more gradient it has seen; it only ever slows."
    )
    reference: ClassVar[str] = (
        "Duchi, Hazan & Singer 2011, Adaptive subgradient methods for online learning and stochastic optimization, "
        "figure 1"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\,\frac{g_t}{\delta + \sqrt{s_t}}, \quad s_t = \sum_{\tau \le t} g_\tau^2"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "length"
    slots: ClassVar[int] = 1

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """s ← s + g²; Δ = −ηg/(√s + δ)."""
        (squares,), (pull, floor), divisor = memory, numbers(delta, 0.0, self.epsilon), alike(delta)
        calls: list[Call] = [(np.multiply, (gradient, gradient, divisor)), (np.add, (squares, divisor, squares))]
        calls += [(np.sqrt, (squares, divisor)), (np.add, (divisor, floor, divisor))]
        calls += [(np.multiply, (gradient, pull, delta)), (np.divide, (delta, divisor, delta))]
        return paced(calls, pull, -1.0)

    def preconditioner(self, state: State) -> Array | None:
        """√s + δ."""
        return np.asarray(np.sqrt(state.memory[0]) + self.epsilon) if state.t else None

    def edge(self, learning_rate: float) -> float | None:
        """2."""
        return 2.0
