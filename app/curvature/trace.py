"""The trace of a symmetric operator, with its standard error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.curvature.products import Product, random_stream, rows_at_once

PROBES = 20
TRACE = 3


class Trace(NamedTuple):
    """tr A and the standard error of its estimate (0 where it is exact)."""

    value: float
    standard_error: float


class Sums(NamedTuple):
    """Between two pieces of Hutch++.

    Attributes:
        done: products taken, of 3·probes.
        sketch: rows of A·S so far; once they are complete, an orthonormal basis Q of their span.
        known: tr QᵀAQ so far.
        samples: gᵀ(I − QQᵀ)A(I − QQᵀ)g so far.
    """

    done: int
    sketch: Array
    known: float
    samples: Array


class HutchPlusPlus(NamedTuple):
    """tr A by Hutch++, from 3·``probes`` products.

    The trace on the range Q of a sketch A·S is exact; Hutchinson's estimator with Rademacher vectors g sees only the
    rest: tr(QᵀAQ) + (1/m) Σ gᵀ(I − QQᵀ)A(I − QQᵀ)g. Unbiased for any symmetric A; its relative variance is O(1/m²)
    for semi-definite ones. The standard error is that of the mean over the g. Exact where ``probes`` ≥ ``dim``.

    Reference: Meyer, Musco, Musco & Woodruff 2021, Hutch++: optimal stochastic trace estimation, Algorithm 1.
    """

    product: Product
    dim: int
    probes: int = PROBES
    seed: int = 0

    def begin(self) -> Sums:
        """Nothing yet; where the probes span the space, a whole basis."""
        exact = self.dim <= self.probes
        return Sums(
            self.probes if exact else 0, np.eye(self.dim) if exact else np.empty((0, self.dim)), 0.0, np.zeros(0)
        )

    def advance(self, state: Sums) -> Sums:
        """Some products: of the sketch, then with its basis, then with what is outside it."""
        stage, first = divmod(state.done, self.probes)
        size = len(state.sketch) if stage else self.probes
        some = slice(first, min(first + rows_at_once(self.dim), size))
        state = state._replace(done=self.probes * (stage + 1) if some.stop == size else state.done + some.stop - first)
        if stage == 0:
            sketch = np.concatenate([state.sketch, self.product(self._signs()[some])])
            return state._replace(sketch=np.linalg.qr(sketch.T)[0].T if some.stop == size else sketch)
        if stage == 1:
            rows = state.sketch[some]
            return state._replace(known=state.known + float(np.sum(rows * self.product(rows))))
        signs = self._signs()[self.probes :][some]
        rest = signs - (signs @ state.sketch.T) @ state.sketch
        return state._replace(samples=np.r_[state.samples, np.sum(rest * self.product(rest), axis=-1)])

    def result(self, state: Sums) -> Trace | None:
        """The estimate, once all products are there."""
        if self.dim <= self.probes:
            return Trace(state.known, 0.0) if state.done >= 2 * self.probes else None
        if state.done < 3 * self.probes:
            return None
        spread = float(state.samples.std(ddof=1) / np.sqrt(self.probes))
        return Trace(state.known + float(state.samples.mean()), spread)

    def _signs(self) -> Array:
        return 2.0 * random_stream(TRACE, self.seed).integers(0, 2, (2 * self.probes, self.dim), np.int8) - 1.0
