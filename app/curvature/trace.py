"""The trace of a symmetric operator, with its standard error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.curvature.products import Product, random_stream

PROBES = 20
TRACE = 3


class Trace(NamedTuple):
    """tr A and the standard error of its estimate (0 where it is exact)."""

    value: float
    standard_error: float


def hutch_plus_plus(product: Product, dim: int, probes: int = PROBES, seed: int = 0) -> Trace:
    """tr A by Hutch++, from 3·``probes`` products.

    The trace on the range Q of a sketch A·S is exact; Hutchinson's estimator with Rademacher vectors g sees only the
    rest: tr(QᵀAQ) + (1/m) Σ gᵀ(I − QQᵀ)A(I − QQᵀ)g. Unbiased for any symmetric A; its relative variance is O(1/m²)
    for semi-definite ones. The standard error is that of the mean over the g. Exact where ``probes`` ≥ ``dim``.

    Reference: Meyer, Musco, Musco & Woodruff 2021, Hutch++: optimal stochastic trace estimation, Algorithm 1.
    """
    if dim <= probes:
        return Trace(float(np.trace(product(np.eye(dim)))), 0.0)
    signs = random_stream(TRACE, seed).choice([-1.0, 1.0], (2 * probes, dim))
    basis = np.linalg.qr(product(signs[:probes]).T)[0].T
    known = float(np.sum(basis * product(basis)))
    rest = signs[probes:] - (signs[probes:] @ basis.T) @ basis
    samples: Array = np.sum(rest * product(rest), axis=-1)
    return Trace(known + float(samples.mean()), float(samples.std(ddof=1) / np.sqrt(probes)))
