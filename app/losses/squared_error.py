"""Mean squared error."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array, Data
from app.core.spec import control
from app.losses._base import Criterion, Loss, Product, over_outputs


class SquaredError(Loss):
    """L = (1/n) Σᵢ Σₖ (yᵢₖ − ŷᵢₖ)², summed over outputs; ½ of it with ``half``.

    On a classification task the targets are 0 and 1 on a single output for two classes, one-hot for more.
    """

    kind: Literal["squared_error"] = "squared_error"
    half: bool = control(False, "Half", description="½ of the sum, so that the gradient in ŷ is ŷ − y over n")

    title = "Squared error"
    summary = "Mean over examples of the squared distance to the target. Classes become targets of 0 and 1."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 5.2, eq. 5.11 (there the half sum)"
    formula = r"L = \frac{1}{n} \sum_{i=1}^{n} \sum_k \left(y_{ik} - \hat y_{ik}\right)^2"

    def criterion(self, data: Data) -> Criterion:
        scale = 0.5 if self.half else 1.0
        if data.task == "regression":
            return Distance(data.targets.shape[1], scale)
        return BinaryDistance(1, scale) if data.classes == 2 else OneHotDistance(data.classes, scale)


class Distance(Criterion):
    """scale/n · ‖ŷ − y‖² for targets ``(n, outputs)``."""

    def __init__(self, outputs: int, scale: float) -> None:
        self.outputs = outputs
        self.scale = scale

    def encode(self, targets: Array) -> Array:
        return np.ascontiguousarray(targets.T)

    def value(self, outputs: Array, targets: Array) -> Array:
        return self.careful(outputs, targets)

    def losses(self, outputs: Array, targets: Array, spare: Array) -> Array:
        np.subtract(outputs, targets, out=spare)
        np.multiply(spare, spare, out=spare)
        return over_outputs(spare) * self.scale

    def careful(self, outputs: Array, targets: Array) -> Array:
        outputs -= targets
        return self._mean_square(outputs)

    def first(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        outputs -= targets
        value = self._mean_square(outputs)
        outputs *= 2 * self.scale / outputs.shape[-1]
        return value, outputs

    def parts(self, count: int) -> tuple[int, ...]:
        return ()

    def calls(self, outputs: Array, targets: Array, parts: Array, count: int) -> list[Call]:
        flat, factor = outputs.reshape(-1), self.scale / count
        value, slope = numbers(outputs, factor, 2 * factor)
        square: list[Call] = [(flat.dot, (flat, parts)), (np.multiply, (parts, value, parts))]
        return [(np.subtract, (outputs, targets, outputs)), *square, (np.multiply, (outputs, slope, outputs))]

    def total(self, parts: Array, count: int) -> Array:
        return parts.copy()

    def second(self, outputs: Array, targets: Array, share: float = 1.0) -> tuple[Array, Array, Product]:
        value, slope = self.first(outputs, targets)
        return value * share, slope * share, partial(np.multiply, 2 * self.scale * share / outputs.shape[-1])

    def second_calls(self, outputs: Array, targets: Array, curvature: Array, count: int) -> list[Call]:
        square = np.array(2 * self.scale / count * np.eye(self.outputs)[..., None], outputs.dtype)
        return [*self.calls(outputs, targets, np.empty((), outputs.dtype), count), (np.copyto, (curvature, square))]

    def _mean_square(self, residual: Array) -> Array:
        squares: Array = np.einsum("...kn,...kn->...", residual, residual)
        return np.asarray(squares * (self.scale / residual.shape[-1]))


class BinaryDistance(Distance):
    """Two classes as targets 0 and 1 on one output; the nearer one is the decision."""

    def encode(self, targets: Array) -> Array:
        return targets[None].astype(np.float64)

    def decide(self, outputs: Array) -> Array:
        return (outputs[..., 0, :] > 0.5).astype(np.int64)


class OneHotDistance(Distance):
    """k classes as one-hot targets; the greatest output is the decision."""

    def encode(self, targets: Array) -> Array:
        return np.asarray(targets == np.arange(self.outputs)[:, None], dtype=np.float64)

    def decide(self, outputs: Array) -> Array:
        decision: Array = np.argmax(outputs, axis=-2)
        return decision
