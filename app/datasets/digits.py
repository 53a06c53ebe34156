"""Handwritten digits of 8 × 8 pixels."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from app.datasets._bundled import Bundled, Raw


class Digits(Bundled):
    """1,797 handwritten digits of 8 × 8 pixels, standardised pixel by pixel, with a stratified held-out split."""

    kind: Literal["digits"] = "digits"
    title = "Digits (8 × 8)"
    summary = "1,797 handwritten digits, ten classes, 64 pixels; three pixels at the edge are blank in every image."
    reference = "Alpaydin & Kaynak 1998, Optical recognition of handwritten digits, UCI Machine Learning Repository"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j"
    loader: ClassVar[str] = "load_digits"
    file: ClassVar[str] = "digits.csv.gz"
    feature_names: ClassVar[tuple[str, ...]] = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
    target_names: ClassVar[tuple[str, ...]] = tuple(map(str, range(10)))

    @classmethod
    def read(cls, folder: Path) -> Raw:
        """From a file without a first line."""
        rows = np.loadtxt(folder / cls.file, delimiter=",")
        return Raw(rows[:, :-1], rows[:, -1].astype(np.int64), cls.feature_names, cls.target_names)
