"""Adam with weight decay in the gradient."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import alike
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._adam import AdamFamily
from app.optimisers._first_order import Memory, Pace


class AdamL2(AdamFamily):
    """Adam on g + λθ, as if (λ/2)‖θ‖² were in the loss: √v̂ divides the decay too, unlike AdamW's.

    The loss that a race shows stays the objective's own, so that both kinds of decay can be compared on it. Its fixed
    point is ridge regression's with λ/2, not a minimum of f (``keeps_minimum`` is false).

    Reference: Loshchilov & Hutter 2019, Algorithm 2, line 6.
    """

    kind: Literal["adam_l2"] = "adam_l2"
    weight_decay: Real = fields.weight_decay(0.01)

    title: ClassVar[str] = "Adam + L2"
    summary: ClassVar[str] = (
        "Adam with λθ added to the gradient: where gradients are large, the decay is divided away with them."
    )
    reference: ClassVar[str] = "Loshchilov & Hutter 2019, Decoupled weight decay regularization, Algorithm 2, line 6"
    formula: ClassVar[str] = (
        r"g_t = \nabla f(\theta_{t-1}) + \lambda\,\theta_{t-1}, \quad "
        r"\theta_t = \theta_{t-1} - \alpha\,\frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}"
    )
    keeps_minimum: ClassVar[bool] = False

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """Δ = −α·m̂/(√v̂ + ε), both averages being of g + λθ."""
        decayed, (strength,) = alike(gradient), numbers(gradient, self.weight_decay)
        decays: list[Call] = [(np.multiply, (theta, strength, decayed)), (np.add, (decayed, gradient, decayed))]
        return self.descending(decayed, memory, delta, decays)

    def edge(self, learning_rate: float) -> float | None:
        """None: Adam's holds for P⁻¹(H + λI), whose largest eigenvalue that of P⁻¹H does not tell."""
        return None
