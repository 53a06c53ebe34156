"""Functions of bits, given by every vector there is: nothing is drawn and nothing is left to hold out."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array, Data
from app.core.spec import control
from app.datasets._base import Dataset, examples, numbered


class BooleanFunction(Dataset):
    """All 2ⁿ vectors in counting order (first bit most significant) and a truth value for each."""

    coding: Literal["binary", "bipolar"] = control(
        "binary", "Coding", description="false and true as 0 and 1, or as −1 and 1 (targets of a regression too)"
    )
    task: Literal["classification", "regression"] = control(
        "classification", "Task", description="regression: the truth value is one number to be matched"
    )

    def width(self) -> int:
        """Number of bits."""
        raise NotImplementedError

    def truth(self, vectors: Array) -> Array:
        """Value of the function: ``(2ⁿ, n)`` of 0 and 1 ``-> (2ⁿ,)``."""
        raise NotImplementedError

    def load(self) -> Data:
        vectors = bit_vectors(self.width())
        truth = self.truth(vectors)
        classify = self.task == "classification"
        targets = truth if classify else self._coded(truth)[:, None]
        names = ("false", "true") if classify else ("y",)
        return examples((self._coded(vectors), targets), None, numbered(self.width()), names, classify=classify)

    def _coded(self, bits: Array) -> Array:
        return bits if self.coding == "binary" else 2 * bits - 1


def bit_vectors(bits: int) -> Array:
    """Every vector of ``bits`` zeros and ones, in counting order: ``(2ⁿ, n)`` int64."""
    return np.arange(2**bits)[:, None] >> np.arange(bits)[::-1] & 1
