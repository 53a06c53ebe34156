"""A classifier's Hessian has as many large eigenvalues as it has classes, less one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Check, Claim, Lesson, agrees
from app.lessons._trials import Crowd, Moment
from app.lessons.edge_of_stability import settings
from app.objectives.network import NetworkSpec

CLASSES = (3, 4, 5, 6)
SEEDS = (0, 1, 2, 3, 4)
STEPS = 300
RATE = 0.1
SHOWN = 14
"""Eigenvalues among which the gap is sought: far past the classes, and well above the zeros of a ReLU network."""


class Outliers(Lesson):
    """The largest gap in the spectrum comes after exactly k − 1 eigenvalues."""

    kind: Literal["outliers"] = "outliers"
    title: ClassVar[str] = "k classes, k − 1 outliers"
    summary: ClassVar[str] = "The largest gap in the spectrum of a trained classifier comes after k − 1 eigenvalues."
    reference: ClassVar[str] = (
        "Sagun, Bottou & LeCun 2016, Eigenvalues of the Hessian in deep learning: singularity and beyond; Sagun, "
        "Evci, Güney, Dauphin & Bottou 2017, Empirical analysis of the Hessian of over-parametrized neural networks"
    )
    formula: ClassVar[str] = r"\mathrm{arg\,max}_{i}\; \frac{\lambda_i}{\lambda_{i+1}} = k - 1"
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "Train a small ReLU network on k clouds of points and look at the Hessian's spectrum. Most eigenvalues crowd "
        "near zero; a few stand far out. Count them: one fewer than there are classes.",
        "Softmax outputs sum to one, so the loss can bend in k − 1 independent ways at the output; averaged over "
        "examples that do not have mean zero, each of these ways shows up as one outlier. The bulk comes from "
        "differences within the classes.",
        "The gap is between consecutive eigenvalues, as a ratio. The check trains five networks for each k from 3 to "
        "6 and finds where the largest gap is. Change the number of blobs and open the density: the outliers follow.",
    )

    def run(self) -> RunSpec:
        return RunSpec.model_validate(
            {
                "objective": _network(4),
                "optimisers": [{"kind": "gradient_descent", "learning_rate": RATE}],
                "steps": STEPS,
                "record": {"every": 2, "curvature": {"every": 15, "top": 8}},
            }
        )

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return tuple(Check((_crowd(k),), partial(_gaps, k)) for k in CLASSES)


def _network(classes: int) -> dict[str, Any]:
    data = {"kind": "blobs", "n": 50 * classes, "dims": 20, "classes": classes, "offset": 2.0, "spread": 1.0}
    return {
        "kind": "network",
        "layers": [{"units": 12, "activation": "relu"}] * 2,
        "data": data,
        "loss": {"kind": "cross_entropy"},
        "initialiser": {"kind": "he_normal"},
    }


def _crowd(classes: int) -> Crowd:
    net = NetworkSpec.model_validate(_network(classes))
    return Crowd(net, settings("gradient_descent", {"learning_rate": RATE}), SEEDS, STEPS, (STEPS,), _largest)


def _largest(moment: Moment) -> Array:
    """The largest eigenvalues of each run, descending: ``(runs, SHOWN)``."""
    hessians = (moment.objective.hessian(theta) for theta in moment.before.theta)
    return np.stack([np.linalg.eigvalsh(hessian)[::-1][:SHOWN] for hessian in hessians])


def _gaps(classes: int, found: list[Any]) -> Claim:
    values = found[0][0]
    after = 1 + np.argmax(values[:, :-1] / values[:, 1:], axis=1)
    title = f"{classes} classes: eigenvalues above the largest gap"
    return agrees(title, classes - 1.0, [float(count) for count in after], 0.0)
