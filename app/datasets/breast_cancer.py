"""The Wisconsin diagnostic breast-cancer data."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.datasets._bundled import Bundled


class BreastCancer(Bundled):
    """The Wisconsin diagnostic breast-cancer data, standardised, with a stratified held-out split."""

    kind: Literal["breast_cancer"] = "breast_cancer"
    title = "Breast cancer"
    summary = (
        "Thirty measurements of cell nuclei in 569 samples, malignant or benign; "
        "the columns are strongly correlated, so the landscape is a ravine."
    )
    reference = "Street, Wolberg & Mangasarian 1993, Nuclear feature extraction for breast tumor diagnosis, SPIE 1905"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j"
    loader: ClassVar[str] = "load_breast_cancer"
