"""Hamiltonian Monte Carlo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from app.core.inference import SamplerState, Steps, Streams, Target
from app.samplers._hamiltonian import Hamiltonian, Launch
from app.samplers._leapfrog import Phase, leapfrogs
from app.samplers._slide import slid
from app.samplers._trail import Trail


class Hmc(Hamiltonian):
    """A puck is kicked, slides L leapfrog steps without friction over −ln p̃, and the end is taken or refused.

    Reference: Duane, Kennedy, Pendleton & Roweth 1987; Neal 2011, section 3.2 and fig. 2. The step size is tuned as in
    Hoffman & Gelman 2014, section 3.2; the masses as in Stan.
    """

    kind: Literal["hmc"] = "hmc"
    title: ClassVar[str] = "Hamiltonian Monte Carlo"
    summary: ClassVar[str] = (
        "Give each chain a random kick and let it slide: far moves, nearly always taken. Beyond ε = 2/ω it breaks."
    )
    reference: ClassVar[str] = (
        "Neal 2011, MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo, section 3.2 and fig. 2"
    )
    formula: ClassVar[str] = (
        r"H(\theta, r) = -\ln\tilde p(\theta) + \tfrac12 r^\top M^{-1} r, \quad "
        r"\alpha = \min\left(1, e^{H(\theta, r) - H(\theta', r')}\right)"
    )

    def integrate(self, target: Target, launch: Launch) -> Phase:
        """The end of the trajectory, by the quicker way there."""
        return leapfrogs(target, launch.phase, launch.stride, self.steps)

    def walk(
        self, target: Target, state: SamplerState, streams: Streams, steps: int, of: int = 0, cuts: Sequence[int] = ()
    ) -> tuple[SamplerState, Steps]:
        """In place once nothing is tuned; the same steps up to rounding."""
        if self.tunes(state.t, of):
            return super().walk(target, state, streams, steps, of)
        return slid(target, Trail(state, streams, steps, cuts), self.steps, self.jitter)
