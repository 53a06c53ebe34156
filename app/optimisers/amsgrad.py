"""AMSGrad."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, State
from app.optimisers._adam import AdamFamily
from app.optimisers._first_order import Memory, Pace, paced


class AMSGrad(AdamFamily):
    """m and v as in Adam, v̂ ← max(v̂, v), θ ← θ − α·m/(√v̂ + ε).

    The paper's form: no bias correction (PyTorch's Adam(amsgrad=True) corrects m and v̂, so its first steps are
    larger), and no projection, which belongs to a constrained problem. The paper has no ε either: it stands outside
    the root to keep 0/0 away. Here α/√v̂ never grows, which is what Adam lacks where it fails to converge.

    Reference: Reddi, Kale & Kumar 2018, Algorithm 2.
    """

    kind: Literal["amsgrad"] = "amsgrad"

    title: ClassVar[str] = "AMSGrad"
    summary: ClassVar[str] = "Adam that never forgets its largest gradients: converges where Adam provably does not."
    reference: ClassVar[str] = "Reddi, Kale & Kumar 2018, On the convergence of Adam and beyond, Algorithm 2"
    formula: ClassVar[str] = (
        r"\hat v_t = \max(\hat v_{t-1}, v_t), \quad "
        r"\theta_{t+1} = \theta_t - \alpha_t\,\frac{m_t}{\sqrt{\hat v_t} + \epsilon}"
    )
    slots: ClassVar[int] = 3

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """v̂ ← max(v̂, v); Δ = −α·m/(√v̂ + ε)."""
        (m, v, largest), root = memory, sqrt(1.0 - self.beta2)
        floor, factor = numbers(delta, self.epsilon / root, 0.0)
        largest_yet: Call = partial(np.maximum, out=largest), (largest, v)
        calls = [*self.summing(gradient, memory, delta), largest_yet]
        return paced(calls + self.dividing(m, largest, delta, floor, factor), factor, (self.beta1 - 1.0) / root)

    def preconditioner(self, state: State) -> Array | None:
        """√v̂ + ε."""
        return np.asarray(np.sqrt((1.0 - self.beta2) * state.memory[2]) + self.epsilon) if state.t else None
