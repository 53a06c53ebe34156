"""Importance sampling."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.core.spec import Real
from app.integrators import _proposals as proposals
from app.integrators._independent import IndependentDraws


class Importance(IndependentDraws):
    """Ẑ = (1/N) Σ p̃(θᵢ)/q(θᵢ), θᵢ ~ q: a Gaussian at the mode, widened.

    From N(0, s²) to N(0, 1) it keeps ESS/N = √(2s² − 1)/s² of its draws, and none at all for s² ≤ ½.

    Reference: Owen 2013, chapter 9; Vehtari et al. 2024 on k̂.
    """

    kind: Literal["importance"] = "importance"
    title = "Importance sampling"
    summary = (
        "Draw from a stand-in and weigh what is drawn. Watch k̂: above 0.7 the tails of the stand-in are too light."
    )
    reference = "Owen 2013, Monte Carlo theory, methods and examples, chapter 9; Vehtari et al. 2024, PSIS, JMLR 25"
    formula = r"\hat Z = \frac1N \sum_{i=1}^N \frac{\tilde p(\theta_i)}{q(\theta_i)}, \quad \theta_i \sim q"
    unbiased_evidence: ClassVar[bool] = True

    proposal: proposals.Kind = proposals.proposal_control()
    widen: Real = proposals.widen_control()

    def source(self, target: Target, rng: np.random.Generator) -> tuple[Any, int]:
        proposal = proposals.propose(target, self.proposal, self.widen, rng)
        return proposal, proposal.evaluations

    def drawn(self, target: Target, source: Any, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        z = rng.standard_normal((count, target.dim))
        theta = source.at(z)
        return theta, -target.value(theta) - source.log_density(z)

    def facts(self, source: Any) -> dict[str, Any]:
        return {"note": f"drawn from the base, since {source.trouble}"} if source.trouble else {}
