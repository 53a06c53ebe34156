"""Two random directions, scaled like the weights."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Layer, Objective
from app.core.spec import Whole, control
from app.landscapes._plane import Directions, Plane, layers_of, parallel

DRAWS = 16
"""Draws after which directions that are still parallel can be nothing else."""

_DOMAIN = 0x91A7E


class RandomPlane(Plane):
    """Two independent Gaussian directions δ, η ~ N(0, I), scaled to the weights of the origin.

    ``filter``: each unit's row of incoming weights in the direction gets the norm of the same row of the origin.
    ``layer``: each layer's weight matrix gets the (Frobenius) norm of the origin's. ``none``: as drawn, biases too.

    Biases do not move under ``filter`` and ``layer``, as in the authors' own pictures (``biasbn`` ignored): then
    scaling a ReLU layer's weights and biases by α and the next layer's weights by 1/α leaves the picture as it was.
    Rows that are zero at the origin have no scale and do not move either; where every weight is zero there is no scale
    at all and the directions stay as drawn. The directions are not made orthogonal (the paper's are not; in many
    dimensions they almost are), but parallel ones, which rows of a single weight can give, are drawn again. An
    objective without layers is scaled as one row.
    """

    kind: Literal["random"] = "random"
    title = "Random directions"
    summary = (
        "Two random directions; filter normalisation scales them unit by unit like the weights, "
        "so that pictures of different networks compare."
    )
    reference = (
        "Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of neural nets, NeurIPS, section 4"
    )
    formula = r"d_{i,j} \leftarrow \frac{d_{i,j}}{\lVert d_{i,j} \rVert} \lVert \theta_{i,j} \rVert"

    seed: Whole = control(0, "Seed", ge=0, lt=2**32, description="another seed, another plane")
    normalise: Literal["filter", "layer", "none"] = control("filter", "Normalise", description="what is scaled as one")

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        pairs = (self._scaled(self._drawn(objective.dim, draw), origin, objective) for draw in range(DRAWS))
        x, y = next((pair for pair in pairs if not parallel(*pair)), (None, None))
        if x is None:
            raise SpecError(
                f"{self.normalise} normalisation leaves one weight to move, which is a line and not a plane; "
                'set "normalise": "none", or choose an origin with more weights that are not zero',
                "/normalise",
            )
        return Directions(x, y, ("random direction 1", "random direction 2"))

    def _drawn(self, dim: int, draw: int) -> Array:
        rng = np.random.Generator(np.random.Philox(key=[self.seed, _DOMAIN], counter=[0, 0, 0, draw]))
        return rng.standard_normal((2, dim))

    def _scaled(self, drawn: Array, origin: Array, objective: Objective) -> Array:
        if self.normalise == "none":
            return drawn
        layers = layers_of(objective)
        scaled = self._by_layer(drawn, origin, layers) if layers else _like(drawn, origin)
        return scaled if scaled.any() else drawn

    def _by_layer(self, drawn: Array, origin: Array, layers: tuple[Layer, ...]) -> Array:
        scaled = np.zeros_like(drawn)
        for layer in layers:
            rows = (layer.fan_out, layer.fan_in) if self.normalise == "filter" else (1, layer.fan_out * layer.fan_in)
            weights = slice(layer.start, layer.start + layer.fan_out * layer.fan_in)
            like = _like(drawn[:, weights].reshape(2, *rows), origin[weights].reshape(rows))
            scaled[:, weights] = like.reshape(2, -1)
        return scaled


def _like(direction: Array, origin: Array) -> Array:
    """Each row (last axis) of ``direction`` with the norm of the row of ``origin``."""
    norms = np.linalg.norm(origin, axis=-1, keepdims=True)
    return np.asarray(direction * (norms / np.linalg.norm(direction, axis=-1, keepdims=True)))
