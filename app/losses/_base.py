"""What a loss is, and what it becomes on given data: a criterion."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from app.core.calls import Call
from app.core.interfaces import Array, Data
from app.core.spec import CatalogueEntry


class Product(Protocol):
    """Multiplies a change of the outputs ``(…, outputs, n)`` by the loss's Hessian in the outputs."""

    def __call__(self, change: Array, out: Array | None = None, /) -> Array:
        """The product; ``out``, which may be ``change`` itself, receives it."""
        ...


class Criterion:
    """A loss on one kind of target: a mean over examples of a function of the outputs.

    Outputs are features first, ``(…, outputs, n)``; targets are encoded once, examples on their last axis, and
    broadcast against them. Complex outputs give complex losses (shifts and pieces are chosen by the real part).

    Attributes:
        outputs: how many units the output layer has.
        numpy_source: :meth:`shown` as an expression of NumPy in ``z`` ``(examples, outputs)``, for exports.
        torch_source: likewise of PyTorch.
    """

    outputs: int
    numpy_source: ClassVar[str] = "z"
    torch_source: ClassVar[str] = "z"

    def encode(self, targets: Array) -> Array:
        """Targets of :class:`Data`, in the form in which the other methods read them."""
        raise NotImplementedError

    def value(self, outputs: Array, targets: Array) -> Array:
        """L: ``(…, outputs, n) -> (…)``; may overwrite ``outputs``."""
        mean = self.losses(outputs, targets, np.empty_like(outputs)).sum(axis=-1) / outputs.shape[-1]
        finite = np.isfinite(mean)
        return np.asarray(mean if finite.all() else np.where(finite, mean, self.careful(outputs, targets)))

    def losses(self, outputs: Array, targets: Array, spare: Array) -> Array:
        """Each example's loss, ``(…, n)``, in few sweeps; not finite where only :meth:`careful` finds it.

        Args:
            outputs: are kept, unless they are ``spare``.
            targets: encoded.
            spare: like ``outputs``, or these themselves: is overwritten.
        """
        raise NotImplementedError

    def apart(self, targets: Array) -> list[Alike]:
        """Examples of encoded targets whose losses are easier found of those of one target; none where none are."""
        return []

    def read(self, outputs: Array) -> Array:
        """What the criterion reads, which is linear in a network's outputs ``(…, outputs, n)``."""
        return outputs

    def careful(self, outputs: Array, targets: Array) -> Array:
        """L, finite wherever the outputs are and it does not overflow itself; may overwrite ``outputs``."""
        raise NotImplementedError

    def first(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """(L, ∂L/∂outputs); may overwrite ``outputs``."""
        raise NotImplementedError

    def encode_slope(self, encoded: Array, dtype: np.dtype[Any], count: int) -> Array:
        """Encoded targets as :meth:`calls` read them, ``(…, n)`` of ``dtype``, for a mean over ``count`` examples."""
        return encoded

    def parts(self, count: int) -> tuple[int, ...]:
        """Shape of what :meth:`calls` leave of the loss over ``count`` examples."""
        raise NotImplementedError

    def calls(self, outputs: Array, targets: Array, parts: Array, count: int) -> list[Call]:
        """What leaves ∂L/∂outputs in place of real ``outputs`` ``(outputs, n)``, and what L is made of in ``parts``.

        L is their share of the mean over ``count`` examples, of which these may be some.
        """
        raise NotImplementedError

    def total(self, parts: Array, count: int) -> Array:
        """L from the parts of k places, ``(k, …) -> (k,)``: the share of these examples in the mean over ``count``."""
        raise NotImplementedError

    def second(self, outputs: Array, targets: Array, share: float = 1.0) -> tuple[Array, Array, Product]:
        """(L, ∂L/∂outputs, the product with ∂²L/∂outputs²), L times ``share``; may overwrite ``outputs``."""
        raise NotImplementedError

    def second_calls(self, outputs: Array, targets: Array, curvature: Array, count: int) -> list[Call]:
        """What leaves ∂L/∂outputs in place of real ``outputs`` ``(outputs, n)``, and ∂²L/∂outputs² in ``curvature``.

        Args:
            outputs: as in :meth:`calls`.
            targets: as in :meth:`calls`.
            curvature: ``(outputs, outputs, n)``.
            count: as in :meth:`calls`.
        """
        raise NotImplementedError

    def shown(self, outputs: Array) -> Array:
        """Outputs as people read them, ``(…, outputs, n)``: probabilities where the loss reads logits."""
        return outputs

    def decide(self, outputs: Array) -> Array:
        """The class each example is put in: ``(…, outputs, n) -> (…, n)`` (classification only)."""
        raise NotImplementedError


class Alike(NamedTuple):
    """The ``places`` of some examples, and the ``criterion`` of what it reads of their outputs."""

    places: Array
    criterion: Criterion


class Loss(CatalogueEntry):
    """A loss by name; :meth:`criterion` fits it to data."""

    def criterion(self, data: Data) -> Criterion:
        """The loss on these data.

        Raises:
            SpecError: the loss does not suit the task.
        """
        raise NotImplementedError


def over_outputs(values: Array) -> Array:
    """The sum over outputs, ``(…, outputs, n) -> (…, n)``: as a product, which sweeps them once."""
    return np.asarray(_ones(values.shape[-2], values.dtype) @ values)


@lru_cache(maxsize=64)
def _ones(count: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(count, dtype)
