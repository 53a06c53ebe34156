"""Kernels whose step size is tuned in warm-up."""

from __future__ import annotations

import numpy as np

from app.core.inference import Sampler, SamplerInfo, SamplerState, Target
from app.core.interfaces import Array
from app.core.spec import Real, control
from app.samplers import _fields as fields
from app.samplers._metropolis import begin
from app.samplers._tuning import Tuning, scales_tuned, settled, step_tuned, untuned


class Tuned(Sampler):
    """A kernel with one step size ε for all chains, kept in ``memory`` as a :class:`Tuning`.

    Every chain's acceptance counts, so thousands of chains tune within a few dozen steps.
    """

    step_size: Real = fields.step_size(1.0)
    tune: bool = fields.tuned()
    acceptance: Real = fields.wanted_acceptance(0.8)

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        memory = untuned(self.step_size, target.dim)
        return begin(target, theta, with_gradient=self.needs_gradient, memory=memory)

    def adapt(self, state: SamplerState, info: SamplerInfo, t: int, of: int) -> SamplerState:
        """Dual averaging, and whatever :meth:`scales` adds."""
        tuning = Tuning(*state.memory)
        if self.tune:
            tuning = step_tuned(tuning, float(info.acceptance.mean()), self.acceptance)
        tuning = self.scales(tuning, state.theta, t, of)
        return state._replace(memory=settled(tuning) if t == of - 1 else tuning)

    def tunes(self, t: int, of: int) -> bool:
        """Whether step ``t``, with ``of`` of warm-up, changes anything but the chains."""
        return t < of and self.tune

    def apart(self, state: SamplerState, of: int) -> bool:
        return not (self.couples_chains or self.tunes(state.t, of))

    def scales(self, tuning: Tuning, theta: Array, t: int, of: int) -> Tuning:
        """What else is tuned: nothing."""
        return tuning


class Scaled(Tuned):
    """A tuned kernel that also learns the scale of each coordinate."""

    tune_scales: bool = control(
        True, "Tune the scales", description="during warm-up, each coordinate's variance from the draws of all chains"
    )

    def tunes(self, t: int, of: int) -> bool:
        return t < of and (self.tune or self.tune_scales)

    def scales(self, tuning: Tuning, theta: Array, t: int, of: int) -> Tuning:
        """The inverse mass, window by window."""
        return scales_tuned(tuning, theta, t, of) if self.tune_scales else tuning
