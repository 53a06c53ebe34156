"""Cross-entropy of more than two classes, in logits."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from app.core.calls import Call, numbers
from app.core.interfaces import Array
from app.core.memory import aligned
from app.losses._base import Alike, Criterion, Product, over_outputs


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
