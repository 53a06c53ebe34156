"""Progression of diabetes."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array, Scaling
from app.datasets._bundled import Bundled
from app.datasets._preparation import Split, scaling, standardised


class Diabetes(Bundled):
    """442 patients, ten measurements, progression after a year.

    The target is standardised like the inputs: predicting the training mean scores a mean squared error of 1.
    """

    kind: Literal["diabetes"] = "diabetes"
    title = "Diabetes"
    summary = "Ten correlated measurements of 442 patients and the progression of their disease, half of it explained."
    reference = "Efron, Hastie, Johnstone & Tibshirani 2004, Least angle regression, Annals of Statistics 32(2)"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j, \quad y \leftarrow (y - \bar y)/\sigma_y"
    loader: ClassVar[str] = "load_diabetes"

    def _labels(self, bunch: Any) -> Array | None:
        return None

    def _targets(self, bunch: Any, parts: Split) -> Array:
        return standardised(_column(bunch), parts)

    def _target_scaling(self, bunch: Any, parts: Split) -> Scaling:
        return scaling(_column(bunch), parts)

    def _target_names(self, bunch: Any) -> tuple[str, ...]:
        return ("progression",)


def _column(bunch: Any) -> Array:
    return np.asarray(bunch.target, dtype=np.float64)[:, None]
