"""Cross-entropy in logits."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import numpy as np

from app.core.calls import Call, numbers
from app.core.errors import SpecError
from app.core.interfaces import Array, Data
from app.core.memory import aligned
from app.core.numerics import decay, positive_part, sigmoid
from app.losses._base import Alike, Criterion, Loss, Product, over_outputs


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


class Softmax(Criterion):
    """Mean of log Σₖ exp(zₖ − max z) − (z_label − max z): a sum of two terms that are never negative.

    The loss alone is log(Σₖ exp zₖ / exp z_label), in fewer sweeps, where neither part of it over- or underflows.
    """

    numpy_source = "(lambda e: e / e.sum(axis=-1, keepdims=True))(np.exp(z - z.max(axis=-1, keepdims=True)))"
    torch_source = "torch.softmax(z, dim=-1)"

    def __init__(self, classes: int) -> None:
        self.outputs = classes

    def encode(self, targets: Array) -> Array:
        return targets.astype(np.intp)

    def apart(self, targets: Array) -> list[Alike]:
        """By label."""
        return [Alike(np.flatnonzero(targets == k), Margins(self.outputs, k)) for k in range(self.outputs)]

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def losses(self, outputs: Array, targets: Array, spare: Array) -> Array:
        label, total = _of_labels(np.exp(outputs, out=spare), targets), over_outputs(spare)
        total /= label
        tiny = np.finfo(label.dtype).tiny
        if not label.real.min(initial=tiny) >= tiny:
            np.copyto(total, np.nan, where=label.real < tiny)
        return np.log(total, out=total)

    def careful(self, outputs: Array, targets: Array) -> Array:
        return _exponentials(outputs, targets)[0]

    def first(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        value, total = _exponentials(outputs, targets)
        outputs /= total
        return value, _minus_label(outputs, targets)

    def encode_slope(self, encoded: Array, dtype: np.dtype[Any], count: int) -> Array:
        """One-hot columns, over n."""
        return np.asarray(np.multiply(encoded == np.arange(self.outputs)[:, None], 1 / count, dtype=dtype))

    def parts(self, count: int) -> tuple[int, ...]:
        return (count + 1,)

    def calls(self, outputs: Array, targets: Array, parts: Array, count: int) -> list[Call]:
        """Leave Σₖ exp(zₖ − max z) of each example, and Σᵢ (z_label − max z) over ``count``."""
        flat, labels, label = outputs.reshape(-1), targets.reshape(-1), parts[-1:].reshape(())
        sums, row = parts[:-1], aligned(outputs.shape[-1], outputs.dtype)
        (share,), ones = numbers(outputs, 1 / count), np.ones(len(outputs), outputs.dtype)
        below: list[Call] = [(np.maximum.reduce, (outputs, 0, None, row)), (np.subtract, (outputs, row, outputs))]
        below += [(flat.dot, (labels, label)), (np.exp, (outputs, outputs))]
        shares: list[Call] = [(ones.dot, (outputs, sums)), (np.divide, (share, sums, row))]
        shares += [(np.multiply, (outputs, row, outputs)), (np.subtract, (outputs, targets, outputs))]
        return below + shares

    def total(self, parts: Array, count: int) -> Array:
        return np.asarray(np.log(parts[:, :-1]).sum(axis=-1) / count - parts[:, -1])

    def second(self, outputs: Array, targets: Array, share: float = 1.0) -> tuple[Array, Array, Product]:
        value, total = _exponentials(outputs, targets)
        outputs /= total
        product = partial(_softmax_product, outputs, outputs * (share / targets.size))
        return value * share, _minus_label(outputs.copy(), targets) * share, product

    def second_calls(self, outputs: Array, targets: Array, curvature: Array, count: int) -> list[Call]:
        """With w = p/n the curvature is diag(w) − n wwᵀ, and the slope w minus the label's share."""
        *shares, less_label = self.calls(outputs, targets, aligned(self.parts(outputs.shape[-1]), outputs.dtype), count)
        (minus,), own = numbers(outputs, -count), np.einsum("kkn->kn", curvature)
        pairs: list[Call] = [(np.multiply, (outputs[:, None], outputs, curvature))]
        pairs += [(np.multiply, (curvature, minus, curvature)), (np.add, (own, outputs, own))]
        return [*shares, *pairs, less_label]

    def shown(self, outputs: Array) -> Array:
        exponentials = np.exp(outputs - outputs.max(axis=-2, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=-2, keepdims=True))

    def decide(self, outputs: Array) -> Array:
        decision: Array = np.argmax(outputs, axis=-2)
        return decision


class Margins(Criterion):
    """:class:`Softmax` of examples of one label: log(1 + Σₖ exp mₖ), of the other logits less that of the label."""

    def __init__(self, classes: int, label: int) -> None:
        self._label, self.outputs = label, classes - 1

    def read(self, outputs: Array) -> Array:
        """(zₖ − z_label) for all other k."""
        return np.delete(outputs, self._label, axis=-2) - outputs[..., self._label, None, :]

    @np.errstate(over="ignore", invalid="ignore")
    def losses(self, outputs: Array, targets: Array, spare: Array) -> Array:
        total = over_outputs(np.exp(outputs, out=spare))
        return np.log1p(total, out=total)

    def careful(self, outputs: Array, targets: Array) -> Array:
        margins = np.concatenate([outputs, np.zeros_like(outputs[..., :1, :])], axis=-2)
        return _exponentials(margins, np.full_like(targets, self.outputs))[0]


def _softmax_product(shares: Array, weights: Array, change: Array, out: Array | None = None) -> Array:
    """(diag(p) − ppᵀ)/n times a change of the logits; ``weights`` are p/n."""
    weighted: Array = np.multiply(change, weights, out=out)
    weighted -= shares * over_outputs(weighted)[..., None, :]
    return weighted


def _exponentials(logits: Array, labels: Array) -> tuple[Array, Array]:
    """(L, Σₖ exp(zₖ − max z)); leaves the exponentials in ``logits``."""
    logits -= logits.real.max(axis=-2, keepdims=True)
    label = _of_labels(logits, labels)
    np.exp(logits, out=logits)
    total = logits.sum(axis=-2, keepdims=True)
    surprise = np.log(total[..., 0, :]) - label
    return np.asarray(surprise.mean(axis=-1)), total


def _of_labels(logits: Array, labels: Array) -> Array:
    """That of each example's label, ``(…, n)``."""
    *lead, outputs, count = logits.shape
    places = labels * count + np.arange(count)
    found: Array = logits.reshape(*lead, outputs * count).take(places, axis=-1, mode="clip")  # unchecked: quicker
    return found


def _minus_label(probabilities: Array, labels: Array) -> Array:
    probabilities[..., labels, np.arange(labels.size)] -= 1
    probabilities /= labels.size
    return probabilities
