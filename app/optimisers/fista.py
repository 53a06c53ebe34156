"""Accelerated proximal gradient."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.optimisers._proximal import Proximal
from app.optimisers._template import Here, Memory


class FISTA(Proximal):
    """x_t = prox_{ηλΩ}(y_t − η∇s(y_t)), y_{t+1} = x_t + ((a_t − 1)/a_{t+1})(x_t − x_{t−1}), for f = s + λΩ.

    a_1 = 1 and a_{t+1} = (1 + √(1 + 4a_t²))/2. With η ≤ 1/L and s convex, f(x_t) falls like 2L‖θ₀ − θ*‖²/(t + 1)²,
    not monotonically. The θ of the state is y, where gradients are taken, as in Nesterov's method here; x and y have
    the same limit, and where x has settled at zero so has y. Memory: x_{t−1}, and a_t ``(..., 1)``.

    Reference: Beck & Teboulle 2009, equations (4.1) to (4.3) and Theorem 4.4.
    """

    kind: Literal["fista"] = "fista"

    title: ClassVar[str] = "FISTA (accelerated)"
    summary: ClassVar[str] = "ISTA with Nesterov's momentum: as exact zeros, in the square root of the steps."
    reference: ClassVar[str] = (
        "Beck & Teboulle 2009, A fast iterative shrinkage-thresholding algorithm for linear inverse problems, "
        "SIAM J. Imaging Sciences 2(1), section 4"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} x_t &= \operatorname{prox}_{\eta\lambda\Omega}\!\left(y_t - \eta\,\nabla s(y_t)\right) \\ "
        r"y_{t+1} &= x_t + \frac{a_t - 1}{a_{t+1}}\,(x_t - x_{t-1}), \quad "
        r"a_{t+1} = \tfrac{1}{2}\left(1 + \sqrt{1 + 4 a_t^2}\right) \end{aligned}"
    )

    coasts: ClassVar[bool] = True

    def empty_memory(self, theta: Array) -> Memory:
        """(x_0 = θ_0, a_1 = 1)."""
        return theta.copy(), np.ones((*theta.shape[:-1], 1))

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = y_{t+1} − y_t."""
        previous, age = memory
        x = self.arrival(here, rate)
        older = (1.0 + np.sqrt(1.0 + 4.0 * age * age)) / 2.0
        return x + (age - 1.0) / older * (x - previous) - here.theta, (x, older)
