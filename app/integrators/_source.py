"""Where weighted draws come from: a proposal, and the scouts that judge it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.integrators._coverage import SCOUTS, Missed, Scouts, missed, scouted
from app.integrators._proposals import Proposal, Proposing, propose


class Source(NamedTuple):
    """A proposal with its scouts; None where these find nothing."""

    proposal: Proposal
    scouts: Scouts | None

    @property
    def evaluations(self) -> int:
        """What finding and scouting it took."""
        return self.proposal.evaluations + SCOUTS

    def weighed(self, target: Target, normals: Array) -> tuple[Array, Array]:
        """θ of standard normal numbers ``(n, normals)``, and ln w = ln p̃ − ln q there; −∞ where undefined."""
        z = self.proposal.shaped(normals)
        theta = self.proposal.at(z)
        with np.errstate(all="ignore"):
            return theta, np.nan_to_num(-target.value(theta) - self.proposal.log_density(z), nan=-np.inf)

    def missed(self, log_weights: Array) -> Missed | None:
        """What no draw speaks for, where these are all the weights."""
        return None if self.scouts is None else missed(self.scouts, float(log_weights.max()))

    def facts(self) -> dict[str, Any]:
        """What is to be said of the proposal."""
        trouble = self.proposal.trouble
        return {"note": f"drawn from the base, since {trouble}"} if trouble else {}


def source_of(target: Target, wanted: Proposing, rng: np.random.Generator) -> Source:
    """The proposal that is wanted, scouted."""
    proposal = propose(target, wanted, rng)
    return Source(proposal, scouted(target, proposal, rng))
