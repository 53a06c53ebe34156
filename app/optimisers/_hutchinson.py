"""The Hessian's diagonal, estimated from one Hessian-vector product."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.optimisers._template import Here


def diagonal(here: Here) -> Array:
    """z ⊙ ∇²f(θ)z with signs z = ±1 drawn from the step's randomness: unbiased, and exact for a diagonal Hessian.

    The variance of entry i is Σ_{j≠i} H_ij². The runs of a batch share z, so that each is what it is alone.

    Reference: Bekas, Kokiopoulou & Saad 2007, An estimator for the diagonal of a matrix, section 2.
    """
    signs = 2.0 * here.rng.integers(0, 2, here.theta.shape[-1]) - 1.0
    return np.asarray(signs * here.objective.hvp(here.theta, signs))
