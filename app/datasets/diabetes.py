"""Progression of diabetes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array, Scaling
from app.datasets._bundled import Bundled, Raw
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
    file: ClassVar[str] = "diabetes_data_raw.csv.gz"
    feature_names: ClassVar[tuple[str, ...]] = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    target_names: ClassVar[tuple[str, ...]] = ("progression",)

    @classmethod
    def read(cls, folder: Path) -> Raw:
        """From two files; the loader centres the measurements, and scales each to length 1."""
        data, target = np.loadtxt(folder / cls.file), np.loadtxt(folder / "diabetes_target.csv.gz")
        scores = (data - data.mean(axis=0)) / data.std(axis=0)
        return Raw(scores / len(data) ** 0.5, target, cls.feature_names, cls.target_names)

    def _labels(self, raw: Raw) -> Array | None:
        return None

    def _targets(self, raw: Raw, parts: Split) -> Array:
        return standardised(_column(raw), parts)

    def _target_scaling(self, raw: Raw, parts: Split) -> Scaling:
        return scaling(_column(raw), parts)


def _column(raw: Raw) -> Array:
    return raw.target[:, None]
