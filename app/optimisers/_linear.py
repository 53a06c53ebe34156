"""Methods whose step on a quadratic is linear, and what follows from that in closed form."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar, Literal

import numpy as np

from app.core.calls import numbers
from app.core.errors import SpecError
from app.core.interfaces import Array
from app.optimisers._first_order import Memory, Pace, Scheduled, paced


class LinearMethod(Scheduled):
    """A method under which each eigenvalue λ of a quadratic's Hessian is a mode of its own.

    The coordinate of the mode obeys z_{t+1} = b·z_t − c·z_{t−1}, so the roots of z² − bz + c = 0 decide its fate
    (Polyak 1964; Lessard, Recht & Packard 2016, section 2). Closed forms hold for a constant schedule only.
    """

    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "none"]] = "inverse_curvature"

    def characteristic(self, curvature: float) -> tuple[float, float]:
        """(b, c) of the mode with eigenvalue λ = ``curvature``."""
        raise NotImplementedError

    def edge(self, learning_rate: float) -> float:
        """The product ηλ at which the mode stops shrinking."""
        raise NotImplementedError

    def stability_threshold(self) -> float | None:
        """The curvature λ above which a quadratic diverges; None when the learning rate changes over the run."""
        return self.threshold_at(self.learning_rate) if self.schedule.constant else None

    def contraction(self, mu: float, L: float) -> float | None:
        """Factor by which the error shrinks per step, in the long run, on curvatures in [μ, L].

        The modulus of the larger root falls and then rises with λ, so the ends of the interval decide. A double
        root at an end (optimal tunings) adds a factor growing like t. None when the learning rate changes.
        """
        check_curvatures(mu, L)
        if not self.schedule.constant:
            return None
        return max(_larger_root(*self.characteristic(mu)), _larger_root(*self.characteristic(L)))


class Descent(LinearMethod):
    """Δ = −ηg."""

    def pace(self, gradient: Array, theta: Array, memory: Memory, delta: Array) -> Pace:
        """Δ = −ηg."""
        (pull,) = numbers(delta, 0.0)
        return paced([(np.multiply, (gradient, pull, delta))], pull, -1.0)

    def characteristic(self, curvature: float) -> tuple[float, float]:
        """z_{t+1} = (1 − ηλ)z_t."""
        return 1.0 - self.learning_rate * curvature, 0.0

    def edge(self, learning_rate: float) -> float:
        """ηλ = 2."""
        return 2.0


def check_curvatures(mu: float, L: float) -> None:
    """Refuse an interval of curvatures [μ, L] that no strongly convex quadratic has."""
    if not 0 < mu <= L:
        raise SpecError(f"curvatures μ = {mu:g} and L = {L:g} must satisfy 0 < μ ≤ L; the quadratic must be convex")


def _larger_root(b: float, c: float) -> float:
    """max |z| over the roots of z² − bz + c."""
    discriminant = b * b - 4.0 * c
    return sqrt(c) if discriminant < 0 else (abs(b) + sqrt(discriminant)) / 2.0
