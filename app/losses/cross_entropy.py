"""Cross-entropy in logits."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.errors import SpecError
from app.core.interfaces import Array, Data
from app.core.numerics import decay, positive_part, sigmoid
from app.losses._base import Criterion, Loss, Product
from app.losses._softmax import Softmax


class CrossEntropy(Loss):
    """L = −(1/n) Σᵢ log p(yᵢ): p is the sigmoid of one logit for two classes, the softmax of k logits for more.

    Evaluated in logits, so that it is finite for every finite logit.
    """

    kind: Literal["cross_entropy"] = "cross_entropy"

    title = "Cross-entropy"
    summary = (
        "The surprise of the labels under the network's probabilities: one logit for two classes, softmax for more."
    )
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 5.2, eqs. 5.21 and 5.24"
    formula = r"L = -\frac{1}{n} \sum_{i=1}^{n} \log p\!\left(y_i \mid x_i\right)"

    def criterion(self, data: Data) -> Criterion:
        if data.task != "classification":
            raise SpecError(
                "cross_entropy needs classes, and these data have numbers as targets; "
                'choose {"kind": "squared_error"}, or data whose task is classification'
            )
        return Logistic() if data.classes == 2 else Softmax(data.classes)


class Logistic(Criterion):
    """Mean of log(1 + eᵘ) with u = ±logit: negative where the label is class 1.

    e^{−|u|} serves loss, slope and curvature, each to full relative accuracy however confident the network is. So does
    eᵘ the loss alone, in fewer sweeps, where it does not overflow.
    """

    outputs = 1
    numpy_source = "0.5 + 0.5 * np.tanh(0.5 * z)"
    torch_source = "torch.sigmoid(z)"

    def encode(self, targets: Array) -> Array:
        return 1.0 - 2.0 * targets[None]

    @np.errstate(over="ignore", invalid="ignore")
    def losses(self, outputs: Array, targets: Array, spare: Array) -> Array:
        np.multiply(outputs, targets, out=spare)
        np.exp(spare, out=spare)
        return np.log1p(spare, out=spare)[..., 0, :]

    def careful(self, outputs: Array, targets: Array) -> Array:
        outputs *= targets
        return _mean_softplus(outputs, decay(outputs))

    def first(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        outputs *= targets
        small = decay(outputs)
        value = _mean_softplus(outputs, small.copy())
        whole = 1 + small
        np.copyto(small, 1, where=outputs.real > 0)
        small /= whole
        small *= targets / outputs.shape[-1]
        return value, small

    def encode_slope(self, encoded: Array, dtype: np.dtype[Any], count: int) -> Array:
        """−t, so that the exponent is −u, and t/n."""
        return np.concatenate([-encoded, encoded / count])

    def parts(self, count: int) -> tuple[int, ...]:
        return 1, count

    def calls(self, outputs: Array, targets: Array, parts: Array, count: int) -> list[Call]:
        """t/n · σ(u) as (t/n)/(1 + e⁻ᵘ): to full relative accuracy while e⁻ᵘ does not overflow, else 0; leaves −u."""
        signs, shares, (one,) = targets[:1], targets[1:], numbers(outputs, 1.0)
        whole: list[Call] = [(np.exp, (parts, outputs)), (np.add, (outputs, one, outputs))]
        return [(np.multiply, (outputs, signs, parts)), *whole, (np.divide, (shares, outputs, outputs))]

    def total(self, parts: Array, count: int) -> Array:
        total = self.losses(parts, np.full(1, -1, parts.dtype), np.empty_like(parts)).sum(axis=-1) / count
        finite = np.isfinite(total)
        if finite.all():
            return np.asarray(total)
        careful = self.careful(-parts, np.ones(1, parts.dtype)) * (parts.shape[-1] / count)
        return np.asarray(np.where(finite, total, careful))

    def second(self, outputs: Array, targets: Array, share: float = 1.0) -> tuple[Array, Array, Product]:
        value, slope = self.first(outputs, targets)
        small = decay(outputs)
        curvature = small / ((1 + small) ** 2 * (outputs.shape[-1] / share))
        return value * share, slope * share, partial(np.multiply, curvature)

    def second_calls(self, outputs: Array, targets: Array, curvature: Array, count: int) -> list[Call]:
        """|t/n · σ(u)|/(1 + eᵘ): to full relative accuracy wherever the slope is, else 0."""
        (bent,), (one,) = curvature, numbers(outputs, 1.0)
        whole: list[Call] = [(np.negative, (bent, bent)), (np.exp, (bent, bent)), (np.add, (bent, one, bent))]
        shares: list[Call] = [(np.divide, (outputs, bent, bent)), (np.absolute, (bent, bent))]
        return [*self.calls(outputs, targets, bent, count), *whole, *shares]

    def shown(self, outputs: Array) -> Array:
        return sigmoid(outputs)

    def decide(self, outputs: Array) -> Array:
        return (outputs[..., 0, :] > 0).astype(np.int64)


def _mean_softplus(u: Array, small: Array) -> Array:
    np.log1p(small, out=small)
    small += positive_part(u)
    return np.asarray(small.sum(axis=(-2, -1)) / u.shape[-1])
