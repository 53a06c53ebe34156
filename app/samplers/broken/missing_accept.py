"""Hamiltonian Monte Carlo that forgot to ask."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real
from app.samplers import _fields as fields
from app.samplers._hamiltonian import Hamiltonian
from app.samplers.broken._base import BrokenSampler


class MissingAccept(BrokenSampler, Hamiltonian):
    """The end of every trajectory is taken: what leapfrog conserves is not quite H, and the error stays.

    It samples the modified energy Ĥ = H + O(ε²) that leapfrog conserves (Leimkuhler & Reich 2004, chapter 5).
    """

    kind: Literal["missing_accept"] = "missing_accept"
    title: ClassVar[str] = "Missing accept step"
    summary: ClassVar[str] = "Hamiltonian Monte Carlo without a refusal; its acceptance rate is a perfect 1."
    reference: ClassVar[str] = "Neal 2011, MCMC using Hamiltonian dynamics, section 3.2, without its last step"
    formula: ClassVar[str] = r"\alpha = 1"
    broken: ClassVar[str] = "The end of a trajectory is always taken, however much energy the integrator made up."
    repaired: ClassVar[str] = "hmc"

    step_size: Real = fields.step_size(0.7)
    tune: bool = fields.tuned(False)

    def chance(self, before: Array, after: Array) -> Array:
        """1, wherever H is finite."""
        return np.isfinite(after).astype(np.float64)
