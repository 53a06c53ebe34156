"""AdaHessian."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.optimisers import _fields as fields
from app.optimisers._adam import TwoAverages
from app.optimisers._averages import moving_average
from app.optimisers._hutchinson import diagonal
from app.optimisers._template import Here, Memory


class AdaHessian(TwoAverages):
    """Adam whose second moment averages the squared diagonal of the Hessian instead of the squared gradient.

    D = z ⊙ Hz with signs z drawn each step (Hutchinson), averaged over blocks of b parameters in a row where b > 1
    (the paper's spatial averaging; off by default), v ← β₂v + (1 − β₂)D², and
    θ ← θ − α·m̂/(v̂^{k/2} + ε). k = 1 is near Newton on the diagonal, k = 0 momentum alone. ε stands outside the power,
    as in the authors' code. Deviation: blocks run along the flat vector, b parameters each, whatever the layer.

    Reference: Yao et al. 2021, equations (7) to (11) and Algorithm 1.
    """

    kind: Literal["adahessian"] = "adahessian"
    learning_rate: Real = fields.learning_rate(0.15, symbol="α")
    epsilon: Real = fields.epsilon(1e-4)
    power: Real = control(
        1.0,
        "Hessian power",
        symbol="k",
        slider=(0.0, 1.0),
        ge=0,
        le=1,
        description="How much of the curvature divides.",
    )
    block: Whole = control(
        1,
        "Spatial averaging",
        symbol="b",
        unit="parameters",
        slider=(1, 32),
        ge=1,
        le=1024,
        description="Parameters in a row that share one curvature; 1 is off.",
    )

    title: ClassVar[str] = "AdaHessian"
    summary: ClassVar[str] = (
        "Adam that divides by curvature, not by gradient size: one random Hessian product a step estimates it."
    )
    reference: ClassVar[str] = (
        "Yao, Gholami, Shen, Mustafa, Keutzer & Mahoney 2021, ADAHESSIAN: an adaptive second order optimizer for "
        "machine learning, Algorithm 1"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} D_t &= z \odot (\nabla^2 f(\theta_t)\,z), \quad z_i = \pm 1 \\ "
        r"v_t &= \beta_2 v_{t-1} + (1 - \beta_2)\,D_t^2 \\ "
        r"\theta_{t+1} &= \theta_t - \alpha\,\frac{m_t / (1 - \beta_1^t)}"
        r"{\left(v_t / (1 - \beta_2^t)\right)^{k/2} + \epsilon} \end{aligned}"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "number"
    stochastic: ClassVar[bool] = True
    coordinatewise: ClassVar[bool] = False

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """m from gradients, v from the Hessian's diagonal; Δ = −α·m̂/(v̂^{k/2} + ε)."""
        size = _averaged(diagonal(here), self.block)
        m = moving_average(memory[0], here.gradient, self.beta1)
        v = moving_average(memory[1], size * size, self.beta2)
        return -rate / (1.0 - self.beta1 ** (t + 1)) * m / self.divisor(v, t + 1), (m, v)

    def divisor(self, v: Array, t: int) -> Array:
        """v̂^{k/2} + ε after ``t`` gradients."""
        return np.asarray(np.sqrt(v / (1.0 - self.beta2**t)) ** self.power + self.epsilon)


def _averaged(values: Array, block: int) -> Array:
    """Each entry replaced by the mean over its block of ``block`` entries; the last block may be shorter."""
    if block == 1:
        return values
    d = values.shape[-1]
    starts = np.arange(0, d, block)
    sizes = np.diff(starts, append=d)
    return np.repeat(np.add.reduceat(values, starts, axis=-1) / sizes, sizes, axis=-1)
