"""Exclusive or: the smallest task that one layer cannot learn."""

from __future__ import annotations

from typing import Literal

from app.core.interfaces import Array
from app.datasets._boolean import BooleanFunction


class Xor(BooleanFunction):
    """The four vectors of two bits; true where they differ."""

    kind: Literal["xor"] = "xor"
    title = "XOR"
    summary = "Four points that no line separates; some starts of a small network end on a plateau or at a saddle."
    reference = (
        "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation, "
        "in Parallel Distributed Processing vol. 1, ch. 8, p. 330"
    )
    formula = r"y = x_1 \oplus x_2"

    def width(self) -> int:
        return 2

    def truth(self, vectors: Array) -> Array:
        return vectors[:, 0] ^ vectors[:, 1]
