"""Handwritten digits of 8 × 8 pixels."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.datasets._bundled import Bundled


class Digits(Bundled):
    """1,797 handwritten digits of 8 × 8 pixels, standardised pixel by pixel, with a stratified held-out split."""

    kind: Literal["digits"] = "digits"
    title = "Digits (8 × 8)"
    summary = "1,797 handwritten digits, ten classes, 64 pixels; three pixels at the edge are blank in every image."
    reference = "Alpaydin & Kaynak 1998, Optical recognition of handwritten digits, UCI Machine Learning Repository"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j"
    loader: ClassVar[str] = "load_digits"
