"""Importance sampling."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.core.spec import Real
from app.integrators import _proposals as proposals
from app.integrators._coverage import SCOUTS, Missed
from app.integrators._independent import IndependentDraws
from app.integrators._source import Source, source_of


class Importance(IndependentDraws):
    """Ẑ = (1/N) Σ p̃(θᵢ)/q(θᵢ), θᵢ ~ q: a Student t or a Gaussian at the mode, widened.

    From N(0, s²) to N(0, 1) it keeps ESS/N = √(2s² − 1)/s² of its draws, and none at all for s² ≤ ½. A t has heavier
    tails than any density whose logarithm falls faster than −(ν + d) ln‖θ‖, so that its weights are bounded.

    Reference: Owen 2013, chapter 9; Geweke 1989, section 5 on Student's t; Vehtari et al. 2024 on k̂.
    """

    kind: Literal["importance"] = "importance"
    title = "Importance sampling"
    summary = (
        "Draw from a stand-in and weigh what is drawn. Where its tails are too light the answer is wrong and does not "
        "know it: read the verdict."
    )
    reference = "Owen 2013, Monte Carlo theory, methods and examples, chapter 9; Vehtari et al. 2024, PSIS, JMLR 25"
    formula = r"\hat Z = \frac1N \sum_{i=1}^N \frac{\tilde p(\theta_i)}{q(\theta_i)}, \quad \theta_i \sim q"
    unbiased_evidence: ClassVar[bool] = True

    proposal: proposals.Kind = proposals.proposal_control()
    widen: Real = proposals.widen_control()
    degrees: Real | None = proposals.degrees_control()

    def evaluations(self, target: Target) -> float:
        return float(self.samples + SCOUTS)

    def source(self, target: Target, rng: np.random.Generator) -> tuple[Any, int]:
        source = source_of(target, proposals.Proposing(self.proposal, self.widen, self.degrees), rng)
        return source, source.evaluations

    def drawn(self, target: Target, source: Any, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        return source.weighed(target, rng.standard_normal((count, source.proposal.normals)))  # type: ignore[no-any-return]

    def missed(self, source: Source, log_weights: Array) -> Missed | None:
        return source.missed(log_weights)

    def facts(self, source: Source) -> dict[str, Any]:
        return source.facts()
