"""All zeros."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.initialisers._base import Initialiser


class Zeros(Initialiser):
    """θ = 0: the units of a layer are equal and stay equal, because equal units receive equal gradients."""

    kind: Literal["zeros"] = "zeros"
    title = "Zeros"
    summary = (
        "Every parameter 0. Right for a linear model; in a hidden layer the units can never tell themselves apart."
    )
    reference = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations, PDP vol. 1, ch. 8 (symmetry breaking)"
    )
    formula = r"W = 0"

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        return np.zeros((fan_out, fan_in))
