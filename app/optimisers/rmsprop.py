"""RMSProp."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import numbers
from app.core.interfaces import Array, State
from app.core.memory import alike
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._averages import fading_squares
from app.optimisers._first_order import Memory, Pace, Scheduled, paced


class RMSProp(Scheduled):
    """v ← ρv + (1 − ρ)g², θ ← θ − ηg/(√v + ε).

    The lecture has no ε: it stands outside the root here, as in PyTorch (TensorFlow puts it inside). ρ = 0.9 is the
    lecture's; PyTorch's default is 0.99. The average starts at zero and is not corrected for it, so the first step
    has size η/√(1 − ρ). What is remembered is v/(1 − ρ): the factor goes with η.

    Reference: Tieleman & Hinton 2012, lecture 6.5.
    """

    kind: Literal["rmsprop"] = "rmsprop"
    decay: Real = fields.coefficient(0.9, "Squares' memory", "ρ", "Memory of the squared gradient's moving average.")
    epsilon: Real = fields.epsilon(1e-8)

    title: ClassVar[str] = "RMSProp"
    summary: ClassVar[str] = "AdaGrad that forgets: each parameter's step is divided by its recent gradient size."
    reference: ClassVar[str] = (
        "Tieleman & Hinton 2012, Neural networks for machine learning, lecture 6.5: divide the gradient by a running "
        "average of its recent magnitude"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_{t+1} &= \rho v_t + (1 - \rho)\,g_t^2 \\ "
        r"\theta_{t+1} &= \theta_t - \eta\,\frac{g_t}{\sqrt{v_{t+1}} + \epsilon} \end{aligned}"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "length"
    slots: ClassVar[int] = 1

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """v ← ρv + (1 − ρ)g²; Δ = −ηg/(√v + ε)."""
        (v,), divisor, root = memory, alike(delta), sqrt(1.0 - self.decay)
        pull, floor = numbers(delta, 0.0, self.epsilon / root)
        calls = fading_squares(v, gradient, self.decay, divisor)
        calls += [(np.sqrt, (v, divisor)), (np.add, (divisor, floor, divisor))]
        calls += [(np.multiply, (gradient, pull, delta)), (np.divide, (delta, divisor, delta))]
        return paced(calls, pull, -1.0 / root)

    def preconditioner(self, state: State) -> Array | None:
        """√v + ε."""
        return np.asarray(np.sqrt((1.0 - self.decay) * state.memory[0]) + self.epsilon) if state.t else None

    def edge(self, learning_rate: float) -> float | None:
        """2."""
        return 2.0
