"""Hamiltonian Monte Carlo whose leapfrog limps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Target
from app.samplers._hamiltonian import Hamiltonian
from app.samplers._leapfrog import Phase, Stride
from app.samplers._metropolis import place_with_gradient
from app.samplers.broken._base import BrokenSampler


class HalfStepSlip(BrokenSampler, Hamiltonian):
    """Whole kicks before each drift and none after: volume is preserved, but the path does not lead back.

    Kick and drift alone are the symplectic Euler method, of order one and not reversible; the accept step is then no
    longer that of a symmetric proposal.
    """

    kind: Literal["half_step_slip"] = "half_step_slip"
    title: ClassVar[str] = "Half-step slip"
    summary: ClassVar[str] = "Leapfrog with a whole kick where a half belongs: accepts happily, samples something else."
    reference: ClassVar[str] = "Neal 2011, MCMC using Hamiltonian dynamics, section 2.3: Euler's method, modified"
    formula: ClassVar[str] = r"r' = r + \epsilon\nabla\ln\tilde p(\theta), \quad \theta' = \theta + \epsilon M^{-1} r'"
    broken: ClassVar[str] = (
        "The momentum gets a whole step before the position moves, instead of half before and half after."
    )
    repaired: ClassVar[str] = "hmc"

    exhibit: ClassVar[Mapping[str, Any]] = MappingProxyType({"step_size": 1.2, "steps": 3, "tune": False})

    def drive(self, target: Target, phase: Phase, along: Stride) -> Phase:
        """r ← r + ε∇ ln p̃(θ), θ ← θ + εM⁻¹r."""
        with np.errstate(all="ignore"):
            momentum = phase.momentum + 2 * along.kick * phase.at.gradient
            return Phase(place_with_gradient(target, phase.at.theta + along.drift * momentum), momentum)
