"""Wine cultivars."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.datasets._bundled import Bundled


class Wine(Bundled):
    """Wine cultivars, standardised, with a stratified held-out split."""

    kind: Literal["wine"] = "wine"
    title = "Wine"
    summary = "Thirteen chemical measurements of 178 Italian wines of three cultivars: nearly separable by lines."
    reference = "Aeberhard, Coomans & de Vel 1992; UCI Machine Learning Repository"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j"
    loader: ClassVar[str] = "load_wine"
    file: ClassVar[str] = "wine_data.csv"
    feature_names: ClassVar[tuple[str, ...]] = (
        "alcohol",
        "malic_acid",
        "ash",
        "alcalinity_of_ash",
        "magnesium",
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280/od315_of_diluted_wines",
        "proline",
    )
