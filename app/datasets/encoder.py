"""The encoder: one-hot patterns to be passed through a bottleneck."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Data
from app.core.spec import Whole, control
from app.datasets._base import Dataset, examples, numbered


class Encoder(Dataset):
    """``n`` patterns, each with one unit on, to be reproduced at the output: inputs = targets = the identity matrix."""

    kind: Literal["encoder"] = "encoder"
    title = "Encoder"
    summary = (
        "Reproduce n one-hot patterns through a narrow hidden layer: 8-3-8 has to invent a three-bit code. "
        "The targets are the inputs."
    )
    reference = (
        "Ackley, Hinton & Sejnowski 1985, A learning algorithm for Boltzmann machines, Cognitive Science 9(1); "
        "Rumelhart, Hinton & Williams 1986, in Parallel Distributed Processing vol. 1, ch. 8, p. 335"
    )
    formula = r"y^{(i)} = x^{(i)} = e_i, \quad i = 1, \dots, n"

    n: Whole = control(8, "Patterns", symbol="n", ge=2, le=128)

    def load(self) -> Data:
        patterns = np.eye(self.n)
        names = numbered(self.n), numbered(self.n, "y")
        return examples((patterns, patterns), None, *names, classify=False)
