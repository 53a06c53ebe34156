"""Random orthogonal weights."""

from __future__ import annotations

from typing import Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.initialisers._base import Initialiser


class Orthogonal(Initialiser):
    """W = gain · Q: orthonormal rows (fan_out ≤ fan_in) or columns, uniform over all such matrices (Haar).

    Q is the factor of a Gaussian matrix with the signs of R's diagonal moved into it, which makes it unique.
    """

    kind: Literal["orthogonal"] = "orthogonal"
    gain: Real = control(
        1.0, "Gain", symbol="g", scale="log", slider=(0.1, 10), gt=0, le=1e3, description="every singular value"
    )

    title = "Orthogonal"
    summary = "Every singular value equal: a deep linear network then keeps the length of signals and errors exactly."
    reference = (
        "Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning, ICLR, section 3.1"
    )
    formula = r"W^\top W = g^2 I \ \text{or} \ W W^\top = g^2 I"

    def weights(self, fan_out: int, fan_in: int, rng: np.random.Generator) -> Array:
        tall = rng.standard_normal((max(fan_out, fan_in), min(fan_out, fan_in)))
        q, r = np.linalg.qr(tall)
        q *= np.copysign(self.gain, np.diagonal(r))
        return q if fan_out >= fan_in else q.T
