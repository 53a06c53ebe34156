"""The spectral density of a whole Hessian and of each layer's diagonal block, on one grid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array, Objective
from app.curvature.density import Density, Grid, exact_density, grid_over, lanczos_density
from app.curvature.products import Product, block
from app.curvature.quadrature import Quadrature
from app.experiments.build import layered
from app.experiments.specs import DensitySpec


class Region(NamedTuple):
    """A part of θ whose diagonal block of the Hessian is looked at (``name`` is None for all of θ)."""

    name: str | None
    start: int
    stop: int
    probes: int

    @property
    def size(self) -> int:
        """Parameters in it."""
        return self.stop - self.start

    def within(self, product: Product, dim: int) -> Product:
        """The product with its block."""
        return product if self.name is None else block(product, dim, self.start, self.stop)


def regions_of(objective: Objective, spec: DensitySpec | None) -> tuple[Region, ...]:
    """All of θ, then (where it is asked for) each layer."""
    if spec is None:
        return ()
    network = layered(objective) if spec.layers else None
    parts = [(None, 0, objective.dim), *((r.name, r.start, r.stop) for r in (network.layers if network else ()))]
    return tuple(Region(name, start, stop, min(spec.probes, stop - start)) for name, start, stop in parts)


def density_reply(
    spec: DensitySpec,
    regions: Sequence[Region],
    quadratures: Sequence[Quadrature],
    eigenvalues: Array | None,
    hessian: Array | None,
) -> dict[str, Any]:
    """The ``density`` of the reply: from the exact ``eigenvalues`` and blocks of ``hessian`` where they are known.

    The grid covers the spectrum (of Lanczos, its outermost nodes); by Cauchy's interlacing theorem the blocks'
    eigenvalues lie inside.
    """
    nodes = eigenvalues if eigenvalues is not None else np.concatenate([q.nodes for q in quadratures])
    grid = grid_over(float(nodes.min()), float(nodes.max()), spec.points, spec.smoothing)
    if eigenvalues is not None and hessian is not None:
        found = [exact_density(eigenvalues, grid), *(_of_block(hessian, region, grid) for region in regions[1:])]
    else:
        found = _estimated(regions, quadratures, grid)
    whole, *layers = [_columns(density) for density in found]
    named = [{"name": r.name, **columns} for r, columns in zip(regions[1:], layers, strict=True)]
    probes = regions[0].probes if eigenvalues is None else None
    return {"x": grid.x, **whole, "sigma": grid.sigma, "probes": probes, "layers": named}


def _of_block(hessian: Array, region: Region, grid: Grid) -> Density:
    some = slice(region.start, region.stop)
    return exact_density(np.linalg.eigvalsh(hessian[some, some]), grid)


def _estimated(regions: Sequence[Region], quadratures: Sequence[Quadrature], grid: Grid) -> list[Density]:
    borders = np.cumsum([0, *(region.probes for region in regions)])
    parts = [quadratures[a:b] for a, b in pairwise(borders)]
    return [lanczos_density(part, region.size, grid) for part, region in zip(parts, regions, strict=True)]


def _columns(density: Density) -> dict[str, Any]:
    return {"density": density.values, "standard_error": density.standard_error}
