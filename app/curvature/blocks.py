"""How a Hessian divides over a network's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array, Layer
from app.curvature.eigen import check_finite


class LayerBlocks(NamedTuple):
    """The Hessian's blocks by pairs of layers.

    Attributes:
        names: the layers, in the order of the flat vector.
        borders: where each layer begins, and the end: ``layers + 1`` positions.
        norms: ‖H_kl‖_F, ``(layers, layers)``.
        traces: tr H_kk, ``(layers,)``.
        diagonal_share: Σ_k ‖H_kk‖²_F / ‖H‖²_F: 1 for a block-diagonal Hessian (0 where H is zero).
    """

    names: tuple[str, ...]
    borders: tuple[int, ...]
    norms: Array
    traces: Array
    diagonal_share: float


def layer_blocks(hessian: Array, layers: Sequence[Layer]) -> LayerBlocks:
    """The block structure of ``hessian`` ``(d, d)``.

    Reference: Martens & Grosse 2015, Optimizing neural networks with Kronecker-factored approximate curvature,
    section 4, on what a block-diagonal approximation leaves out.

    Raises:
        SpecError: the Hessian or its norm is not finite.
    """
    check_finite(hessian)
    borders = (*(layer.start for layer in layers), layers[-1].stop)
    squares = np.add.reduceat(np.add.reduceat(hessian * hessian, borders[:-1], 0), borders[:-1], 1)
    traces = np.add.reduceat(np.diagonal(hessian), borders[:-1])
    total = float(squares.sum())
    share = float(np.trace(squares)) / total if total else 0.0
    return LayerBlocks(tuple(layer.name for layer in layers), borders, np.sqrt(squares), traces, share)
