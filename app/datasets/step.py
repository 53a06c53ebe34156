"""A step."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.datasets._synthetic import Curve


class Step(Curve):
    """−1 left of ``position``, +1 right of it, 0 on it."""

    kind: Literal["step"] = "step"
    title = "Step"
    summary = "A jump: smooth activations can only approach it with ever larger weights, so training never quite ends."
    reference = "Cybenko 1989, Approximation by superpositions of a sigmoidal function, Math. Control Signals Systems 2"
    formula = r"y = \operatorname{sign}(x - a) + \sigma\varepsilon, \quad x \in [-1, 1]"

    position: Real = control(0.0, "Position", symbol="a", ge=-1, le=1)

    def f(self, x: Array) -> Array:
        return np.sign(x - self.position)
