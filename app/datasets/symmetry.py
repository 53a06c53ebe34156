"""Mirror symmetry of a bit vector."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import field_validator

from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.datasets._boolean import BooleanFunction


class Symmetry(BooleanFunction):
    """All vectors of an even number of bits; true where the vector reads the same from both ends."""

    kind: Literal["symmetry"] = "symmetry"
    title = "Symmetry"
    summary = (
        "True for a vector that is its own mirror image. Two hidden units suffice: "
        "their weights come out antisymmetric about the middle, in the ratio 1 : 2 : 4."
    )
    reference = (
        "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323, fig. 1"
    )
    formula = r"y = \prod_{i=1}^{n/2} \left[x_i = x_{n+1-i}\right]"

    bits: Whole = control(6, "Bits", symbol="n", ge=2, le=12, description="an even number; 2ⁿ vectors in all")

    @field_validator("bits")
    @classmethod
    def _even(cls, bits: int) -> int:
        if bits % 2:
            raise ValueError(f"bits {bits} must be even, so that bits pair up; use {bits - 1} or {bits + 1}")
        return bits

    def width(self) -> int:
        return self.bits

    def truth(self, vectors: Array) -> Array:
        mirrored: Array = (vectors == vectors[:, ::-1]).all(axis=1)
        return mirrored.astype(np.int64)
