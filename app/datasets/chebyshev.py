"""A Chebyshev polynomial."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.datasets._base import MAX_EXAMPLES
from app.datasets._synthetic import Curve


class Chebyshev(Curve):
    """The Chebyshev polynomial of the first kind and given degree, noiseless unless asked."""

    kind: Literal["chebyshev"] = "chebyshev"
    title = "Chebyshev polynomial"
    summary = "A polynomial that swings between −1 and 1: the task on which the edge of stability was measured."
    reference = (
        "Cohen et al. 2021, Gradient descent on neural networks typically occurs at the edge of stability, ICLR "
        "(the toy regression)"
    )
    formula = r"y = T_k(x) + \sigma\varepsilon, \quad T_k(\cos\varphi) = \cos k\varphi"

    n: Whole = control(20, "Examples", symbol="n", ge=2, le=MAX_EXAMPLES, scale="log")
    noise: Real = control(0.0, "Noise", symbol="σ", ge=0, le=10, slider=(0, 1), description="standard deviation")
    degree: Whole = control(4, "Degree", symbol="k", ge=0, le=20)

    def f(self, x: Array) -> Array:
        y: Array = np.polynomial.chebyshev.chebval(x, np.eye(self.degree + 1)[-1])
        return y
