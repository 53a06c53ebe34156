"""A sine wave."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.datasets._synthetic import Curve


class Sine(Curve):
    """``cycles`` periods of a sine on [−1, 1]."""

    kind: Literal["sine"] = "sine"
    title = "Sine wave"
    summary = "A smooth wave with noise; networks learn low frequencies first, so more cycles ask for more steps."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 1.1 and fig. 1.2"
    formula = r"y = \sin(\pi c x) + \sigma\varepsilon, \quad x \in [-1, 1]"

    cycles: Real = control(1.0, "Cycles", symbol="c", gt=0, le=20, slider=(0.5, 5))

    def f(self, x: Array) -> Array:
        return np.sin(np.pi * self.cycles * x)
