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
