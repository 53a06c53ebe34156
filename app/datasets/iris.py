"""Fisher's iris flowers."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.datasets._bundled import Bundled


class Iris(Bundled):
    """Fisher's iris flowers, standardised, with a stratified held-out split."""

    kind: Literal["iris"] = "iris"
    title = "Iris"
    summary = "Four measurements of 150 flowers, three species: a line separates one, the others overlap."
    reference = "Fisher 1936, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7(2)"
    formula = r"x_j \leftarrow (x_j - \bar x_j)/\sigma_j"
    loader: ClassVar[str] = "load_iris"
    file: ClassVar[str] = "iris.csv"
    feature_names: ClassVar[tuple[str, ...]] = (
        "sepal length (cm)",
        "sepal width (cm)",
        "petal length (cm)",
        "petal width (cm)",
    )
