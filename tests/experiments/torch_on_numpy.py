"""The functions of PyTorch that exported modules call, on NumPy arrays, with the signatures that PyTorch documents.

Where torch itself is absent this shows that a module's shapes, wiring, order and scaling are right. It cannot show that
torch agrees; the test beside it does, where torch is present. A function that is not here is an AttributeError.
"""

from __future__ import annotations

import math
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from app.core.interfaces import Array


class Tensor(np.ndarray[Any, Any]):
    """An array with the methods that modules use."""

    def clone(self) -> Tensor:
        """A copy."""
        return self.copy()


def tensor(values: Any, dtype: Any) -> Tensor:
    """An array of that type."""
    return np.array(values, dtype=dtype).view(Tensor)


class Module:
    """Calls its ``forward``."""

    def forward(self, x: Any) -> Array:
        """To be given by the module."""
        raise NotImplementedError

    def __call__(self, x: Any) -> Array:
        """As torch does."""
        return self.forward(x)


def softmax(z: Array, dim: int) -> Array:
    """Shares of e^z along an axis."""
    powers = np.exp(z - z.max(axis=dim, keepdims=True))
    shares: Array = powers / powers.sum(axis=dim, keepdims=True)
    return shares


def torch() -> ModuleType:
    """The stand-in, to be found under the name of torch."""
    made = ModuleType("torch")
    vars(made).update(
        float64=np.float64,
        tensor=tensor,
        as_tensor=tensor,
        no_grad=lambda: lambda function: function,
        nn=SimpleNamespace(Module=Module, Parameter=lambda values: values),
        clamp=lambda z, **ends: np.clip(z, ends.get("min"), ends.get("max")),
        relu=lambda z: np.maximum(z, 0.0),
        sigmoid=lambda z: 0.5 + 0.5 * np.tanh(0.5 * z),
        softmax=softmax,
        erf=np.vectorize(math.erf),
        where=np.where,
        **{name: getattr(np, name) for name in ("abs", "exp", "expm1", "log1p", "sin", "sqrt", "tanh")},
    )
    return made
