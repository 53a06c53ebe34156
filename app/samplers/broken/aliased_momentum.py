"""Hamiltonian Monte Carlo that looks at the wrong momentum."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.interfaces import Array
from app.samplers._hamiltonian import Hamiltonian, Launch
from app.samplers._leapfrog import Phase, hamiltonian
from app.samplers.broken._base import BrokenSampler


class AliasedMomentum(BrokenSampler, Hamiltonian):
    """The array of the first momentum was overwritten by the trajectory, so that both energies hold the last one.

    The kinetic terms cancel and the end is taken by the ratio of the densities alone: a symmetric proposal it is not.
    """

    kind: Literal["aliased_momentum"] = "aliased_momentum"
    title: ClassVar[str] = "Aliased momentum"
    summary: ClassVar[str] = "One array where there should be two: the energy before the trajectory is that of after."
    reference: ClassVar[str] = "Neal 2011, MCMC using Hamiltonian dynamics, fig. 2, with p in place of current_p"
    formula: ClassVar[str] = r"\alpha = \min\left(1, e^{H(\theta, r') - H(\theta', r')}\right)"
    broken: ClassVar[str] = "The kinetic energy before is computed from an array that already holds the momentum after."
    repaired: ClassVar[str] = "hmc"

    def energies(self, launch: Launch, end: Phase) -> tuple[Array, Array]:
        """H(θ, r′) and H(θ′, r′)."""
        aliased = launch.phase._replace(momentum=end.momentum)
        return hamiltonian(aliased, launch.inverse_mass), hamiltonian(end, launch.inverse_mass)
