"""The Wisconsin diagnostic breast-cancer data."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.datasets._bundled import Bundled

MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
"""Of a nucleus; each is given by its mean over the sample, the error of that, and the mean of the three largest."""


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
    file: ClassVar[str] = "breast_cancer.csv"
    feature_names: ClassVar[tuple[str, ...]] = tuple(
        form.format(measure) for form in ("mean {}", "{} error", "worst {}") for measure in MEASURES
    )
