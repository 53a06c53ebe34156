"""Proximal gradient descent."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.interfaces import Array
from app.optimisers._proximal import Proximal
from app.optimisers._template import Here, Memory


class ISTA(Proximal):
    """θ ← prox_{ηλΩ}(θ − η∇s(θ)) for f = s + λΩ.

    s is the loss and every smooth penalty (L2); Ω is the one penalty with a corner. For L1 the proximal operator is a
    soft threshold, so that unneeded parameters become zero to the bit after finitely many steps. With η ≤ 1/L and s
    convex, f falls like L‖θ₀ − θ*‖²/(2t). A smooth objective gets plain gradient descent.

    Reference: Beck & Teboulle 2009, equation (1.4) and Theorem 3.1; Parikh & Boyd 2014, section 4.2.
    """

    kind: Literal["ista"] = "ista"

    title: ClassVar[str] = "ISTA (proximal gradient)"
    summary: ClassVar[str] = (
        "A gradient step on the loss, then the penalty in closed form: L1 gives exact zeros, where subgradients only "
        "hover around them."
    )
    reference: ClassVar[str] = (
        "Beck & Teboulle 2009, A fast iterative shrinkage-thresholding algorithm for linear inverse problems, "
        "SIAM J. Imaging Sciences 2(1), section 3; Parikh & Boyd 2014, Proximal algorithms, section 4.2"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \operatorname{prox}_{\eta\lambda\Omega}\!\left(\theta_t - \eta\,\nabla s(\theta_t)\right)"
    )

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = prox(θ − η∇s) − θ."""
        return self.arrival(here, rate) - here.theta, memory

    def edge(self, learning_rate: float) -> float | None:
        """2: the proximal operator never lengthens a difference."""
        return 2.0
