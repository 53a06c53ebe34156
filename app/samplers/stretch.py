"""The affine-invariant stretch move."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers._metropolis import Place, begin, choose, here, moved, place, plain_info, probability


class Stretch(Sampler):
    """θ′ = θⱼ + z(θ − θⱼ), θⱼ a random walker of the other half, with g(z) ∝ z^{−½} on [1/a, a]; α = z^{d−1}p̃′/p̃.

    The chains are one ensemble: the first half moves by the second, then the second by the first. What stretches the
    target stretches the walk, so that scales and correlations need no tuning.

    Reference: Goodman & Weare 2010, Ensemble samplers with affine invariance, section 3; in halves as in
    Foreman-Mackey, Hogg, Lang & Goodman 2013, emcee, algorithm 3.
    """

    kind: Literal["stretch"] = "stretch"
    title: ClassVar[str] = "Ensemble stretch move"
    summary: ClassVar[str] = (
        "Walkers that step along the lines between them: no gradients, no tuning, blind to scales and correlation."
    )
    reference: ClassVar[str] = (
        "Goodman & Weare 2010, Ensemble samplers with affine invariance, Comm. Appl. Math. Comp. Sci. 5(1), section 3"
    )
    formula: ClassVar[str] = (
        r"\theta' = \theta_j + z(\theta - \theta_j), \quad "
        r"\alpha = \min\left(1, z^{d-1}\,\tilde p(\theta') / \tilde p(\theta)\right)"
    )
    couples_chains: ClassVar[bool] = True

    stretch: Real = control(2.0, "Stretch", symbol="a", gt=1, le=100, slider=(1.1, 5))

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        least = 2 * (target.dim + 1)
        if len(theta) < least:
            raise SpecError(
                f"{len(theta)} chains must be at least {least} for the stretch move in {target.dim} dimensions: "
                "each half must span the space; raise chains",
                "/chains",
            )
        return begin(target, theta)

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        at, middle = here(state), len(state.theta) // 2
        first, second = _rows(at, slice(middle)), _rows(at, slice(middle, None))
        first, *one = self._moved(target, first, second.theta, rng)
        second, *two = self._moved(target, second, first.theta, rng)
        to = Place(*(np.concatenate(parts) for parts in zip(first, second, strict=True)))
        accepted, acceptance = (np.concatenate(parts) for parts in zip(one, two, strict=True))
        return moved(state, to), plain_info(to, accepted, acceptance, 1)

    def _moved(self, target: Target, at: Place, others: Array, rng: np.random.Generator) -> tuple[Place, Array, Array]:
        chains, dim = at.theta.shape
        z = ((self.stretch - 1) * rng.random(chains) + 1) ** 2 / self.stretch
        partner = others[rng.integers(len(others), size=chains)]
        proposal = place(target, partner + z[:, None] * (at.theta - partner))
        acceptance = probability((dim - 1) * np.log(z) + proposal.log_density - at.log_density)
        accepted = rng.random(chains) < acceptance
        return choose(accepted, proposal, at), accepted, acceptance


def _rows(at: Place, rows: slice) -> Place:
    return Place(*(part[rows] for part in at))
