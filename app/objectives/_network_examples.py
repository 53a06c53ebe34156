"""Examples as the passes read them, and parameter vectors in chunks that stay in the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from app.core.interfaces import Array, Data

Kernel = Callable[[Array], tuple[Array, ...]]
"""Computes several things at ``(d,)`` or ``(k, d)``; each result has the same leading axes."""


class Examples:
    """Inputs ``(features, n)`` and encoded targets, examples last.

    Attributes:
        count: n.
    """

    def __init__(self, inputs: Array, targets: Array) -> None:
        self.inputs = inputs
        self.targets = targets
        self.count = inputs.shape[1]

    def like(self, theta: Array) -> Examples:
        """In single precision for parameters in single precision; complex parameters take real examples."""
        return self.of(theta.dtype)

    def of(self, dtype: np.dtype[Any]) -> Examples:
        """The same for parameters of ``dtype``."""
        return self._single if dtype == np.float32 else self

    @cached_property
    def _single(self) -> Examples:
        exact = self.targets.dtype.kind != "f"
        return Examples(self.inputs.astype(np.float32), self.targets if exact else self.targets.astype(np.float32))

    def take(self, indices: Array) -> Examples:
        """Some of the examples, in that order."""
        return Examples(self.inputs.take(indices, axis=-1), self.targets.take(indices, axis=-1))


def rows_of(data: Data, indices: Array) -> Data:
    """Some of the training examples, as rows; the held-out ones are kept."""
    return data._replace(inputs=data.inputs[indices], targets=data.targets[indices])


def quiet() -> np.errstate:
    """Overflow is part of the answer (a loss that is infinite or NaN), so it does not warn."""
    return np.errstate(over="ignore", invalid="ignore")


def floating(theta: Array) -> Array:
    """``theta`` itself where it is floating or complex, in float64 where it is not."""
    theta = np.asarray(theta)
    return theta if theta.dtype.kind in "fc" else theta.astype(np.float64)


def pieces_of(rows: Array, size: int) -> list[Array]:
    """``rows`` in pieces of ``size``; without rows one that is empty."""
    return [rows[start : start + size] for start in range(0, max(len(rows), 1), size)]


def batched(kernel: Kernel, theta: Array, rows: int) -> tuple[Array, ...]:
    """The kernel over the leading axes of ``theta`` ``(…, d)``, one at least, ``rows`` parameter vectors at a time."""
    with quiet():
        flat = theta.reshape(-1, theta.shape[-1])
        pieces = [kernel(some) for some in pieces_of(flat, rows)]
    lead = theta.shape[:-1]
    return tuple(np.concatenate(part).reshape(lead + part[0].shape[1:]) for part in zip(*pieces, strict=True))
