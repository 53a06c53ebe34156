"""Eigenpairs at the two ends of a symmetric operator's spectrum, by thick-restart Lanczos, one product at a time."""

from __future__ import annotations

from contextlib import nullcontext
from typing import NamedTuple

import numpy as np
import scipy

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.threads import plain_blas
from app.core.work import complete
from app.curvature.eigen import Eigenpairs, signed
from app.curvature.lanczos import Krylov, begin, extended, joined
from app.curvature.products import Product, random_stream, rows_at_once

WIDTH, WIDEST = 40, 64
"""Lanczos vectors kept between restarts, at least: clusters converge in far fewer restarts than with 20."""
WIDTH_NUMBERS = 1 << 21
"""Numbers of those vectors up to which there may be more than the least, which saves some restarts."""
CHECK = 4
"""Products between two looks at what has converged."""
ACCEPTED = 10.0
"""True residual, relative to the tolerance that Lanczos was given, up to which a pair is passed on."""
MAX_PRODUCTS = 3_000
START, RESTART = 1, 2
LONG = 10_000
"""Length of vectors of which products are worth sharing out among threads of our own."""


class Hunt(NamedTuple):
    """Between two products.

    Attributes:
        space: the Krylov space so far.
        fresh: where its newest invariant part begins, if there was one before it; else 0.
        products: how many were taken.
        found: converged vectors of the upper end, then of the lower, once the search is over; and ‖A‖.
        images: A times some of them.
    """

    space: Krylov
    fresh: int
    products: int
    found: Candidates | None
    images: tuple[Array, ...]


class Candidates(NamedTuple):
    """Vectors that Lanczos holds for eigenvectors, ``(k, d)``, of which ``upper`` of the upper end; and ‖A‖."""

    vectors: Array
    upper: int
    size: float


class Extreme(NamedTuple):
    """The ``top`` largest and ``bottom`` smallest eigenpairs of ``product``, from one Krylov space.

    ``tolerance`` is relative to ‖A‖ for every eigenvalue, those near zero included: ‖Av − λv‖ ≤ tolerance·‖A‖, and the
    error of a well separated λ is of the order of its square. Start vectors are fixed: equal inputs give equal bytes.
    A pair that has not converged after ``most`` products, or whose true residual is larger than that by an order of
    magnitude, is left out and counted in ``unconverged``; the rest need not be consecutive then. Where the space is
    invariant before all were found (multiple eigenvalues), it goes on from a random direction outside it, until that
    adds nothing.

    Reference: Wu & Simon 2000, Thick-restart Lanczos method for large symmetric eigenvalue problems, SIAM J. Matrix
    Anal. Appl. 22(2), Algorithm 3; with full reorthogonalisation.
    """

    product: Product
    dim: int
    top: int
    bottom: int
    tolerance: float = 1e-10
    most: int = MAX_PRODUCTS

    def begin(self) -> Hunt:
        """A space of one random vector.

        Raises:
            SpecError: more eigenvalues than ``dim`` − 1 from one end.
        """
        if max(self.top, self.bottom) >= self.dim:
            raise SpecError(
                f"{max(self.top, self.bottom)} eigenvalues from one end must be fewer than {self.dim}, the dimension; "
                "ask for fewer"
            )
        start = random_stream(START).standard_normal(self.dim)
        width = max(WIDTH, min(WIDEST, WIDTH_NUMBERS // self.dim))
        return Hunt(begin(start, max(2 * self._wanted + 8, width)), 0, 0, None, ())

    def advance(self, state: Hunt) -> Hunt:
        """One product, or those that measure some true residuals.

        Raises:
            SpecError: a product is not finite.
        """
        if state.found is not None:
            done = sum(len(image) for image in state.images)
            some = state.found.vectors[done : done + rows_at_once(self.dim)]
            return state._replace(images=(*state.images, self.product(some)))
        with plain_blas() if self.dim >= LONG else nullcontext():
            space = extended(self.product, state.space)
        grown = state._replace(space=space, products=state.products + 1)
        return self._looked(grown) if self._due(grown) else grown

    def result(self, state: Hunt) -> Eigenpairs | None:
        """The pairs whose true residual is small enough."""
        if state.found is None or sum(len(image) for image in state.images) < len(state.found.vectors):
            return None
        vectors, upper, size = state.found
        images = np.concatenate([np.empty((0, self.dim)), *state.images])
        values = np.sum(vectors * images, axis=-1)
        residuals = np.linalg.norm(images - values[:, None] * vectors, axis=-1)
        kept = residuals <= ACCEPTED * self.tolerance * size
        top = int(kept[:upper].sum())
        found = Eigenpairs(values[kept] + 0.0, signed(vectors[kept]), residuals[kept], top, int(kept.sum()) - top, 0)
        return found._replace(unconverged=self._wanted - len(found.values))

    @property
    def _wanted(self) -> int:
        return self.top + self.bottom

    def _due(self, state: Hunt) -> bool:
        """Whether to look: now and then, and where the space cannot grow, or no product is left."""
        space = state.space
        if space.beta == 0 or space.size == len(space.projected) or state.products >= self.most:
            return True
        return not state.fresh and space.size >= self._wanted and space.size % CHECK == 0

    def _looked(self, state: Hunt) -> Hunt:
        space = state.space
        values, vectors = scipy.linalg.eigh(space.matrix, driver="evd")
        errors = space.beta * np.abs(vectors[-1])
        size = float(np.abs(values).max()) or 1.0
        chosen = self._chosen(space.size)
        good = errors[chosen] <= self.tolerance * size
        whole = space.size == self.dim or (space.beta == 0 and self._complete(state))
        if whole or state.products >= self.most or (space.beta > 0 and good.sum() == self._wanted):
            rows = vectors[:, chosen[good]].T @ space.basis[: space.size]
            return state._replace(found=Candidates(rows, int(good[: self.top].sum()), size))
        if space.beta == 0:
            outside = random_stream(RESTART, state.products).standard_normal(self.dim)
            state = state._replace(space=joined(space, outside), fresh=space.size)
        if space.size == len(space.projected):
            return state._replace(space=self._restarted(state.space, values, vectors), fresh=0)
        return state

    def _chosen(self, size: int) -> Array:
        """Indices into ascending values: the upper end, the largest first, then the lower, the smallest last."""
        top, bottom = min(self.top, size), min(self.bottom, size)
        return np.concatenate([np.arange(size - 1, size - 1 - top, -1), np.arange(bottom - 1, -1, -1)])

    def _complete(self, state: Hunt) -> bool:
        """Whether the newest invariant part adds nothing to either end of what was there before it."""
        matrix, fresh = state.space.matrix, state.fresh
        if fresh < max(1, self._wanted):
            return False
        before, newest = np.linalg.eigvalsh(matrix[:fresh, :fresh]), np.linalg.eigvalsh(matrix[fresh:, fresh:])
        slack = 1e-12 * float(np.abs(before).max())
        higher = self.top > 0 and newest[-1] > before[-self.top] + slack
        lower = self.bottom > 0 and newest[0] < before[self.bottom - 1] - slack
        return not (higher or lower)

    def _restarted(self, space: Krylov, values: Array, vectors: Array) -> Krylov:
        """A smaller space: the Ritz vectors of both ends with some spare ones, and the next direction."""
        spare = (space.size - self._wanted) // 2
        upper = self.top + (spare * self.top) // self._wanted
        lower = self.bottom + (spare * self.bottom) // self._wanted
        kept = np.r_[np.arange(lower), np.arange(space.size - upper, space.size)]
        basis, projected = np.zeros_like(space.basis), np.zeros_like(space.projected)
        basis[: len(kept)] = vectors[:, kept].T @ space.basis[: space.size]
        basis[len(kept)] = space.basis[space.size]
        np.fill_diagonal(projected[: len(kept), : len(kept)], values[kept])
        return Krylov(basis, projected, len(kept), space.beta)


def extreme(
    product: Product, dim: int, top: int, bottom: int, tolerance: float = 1e-10, products: int = MAX_PRODUCTS
) -> Eigenpairs:
    """The pairs of :class:`Extreme`, in one go."""
    return complete(Extreme(product, dim, top, bottom, tolerance, products))
