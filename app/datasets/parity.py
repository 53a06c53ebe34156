"""Parity of n bits."""

from __future__ import annotations

from typing import Literal

from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.datasets._boolean import BooleanFunction


class Parity(BooleanFunction):
    """All vectors of ``bits`` bits; true where the number of ones is odd."""

    kind: Literal["parity"] = "parity"
    title = "Parity"
    summary = (
        "True when an odd number of bits is set: flipping any bit flips the answer, and no bit alone says anything."
    )
    reference = (
        "Rumelhart, Hinton & Williams 1986, in Parallel Distributed Processing vol. 1, ch. 8, p. 334; "
        "Minsky & Papert 1969, Perceptrons, ch. 3"
    )
    formula = r"y = \sum_{i=1}^{n} x_i \bmod 2"

    bits: Whole = control(4, "Bits", symbol="n", ge=2, le=12, description="2ⁿ vectors in all")

    def width(self) -> int:
        return self.bits

    def truth(self, vectors: Array) -> Array:
        ones: Array = vectors.sum(axis=1)
        return ones & 1
