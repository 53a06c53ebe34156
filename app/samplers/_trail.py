"""Steps of all chains written where they stay, for kernels whose inner loop is worth it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Steps
from app.core.interfaces import Array
from app.core.memory import aligned
from app.samplers._metropolis import probability
from app.samplers._noise import noise

NUMBERS = 1 << 15
"""Random numbers drawn at a time: with what is made of them they stay in a core's cache."""

Way = tuple[Array, Array, Array, Array]
"""Of one step: whether each chain accepts, as bool and as the same bytes, and the bits of where it was and will be."""


class Trail:
    """Positions, energies and gradients of so many steps, all chains side by side, and how each step was decided.

    Attributes:
        rows: ``(steps + 1, rows, chains)``: θ, −ln p̃ and, of kernels that use one, −∇ ln p̃; first those of the start.
        proposal: the rows of what is proposed, to be written at every step, ``(rows, chains)``.
        log_ratio: ln of the ratio by which a proposal is decided, ``(steps, chains)``.
        accepted: whether it was taken, ``(steps, chains)``.
    """

    def __init__(self, state: SamplerState, steps: int) -> None:
        chains, self.dim = state.theta.shape
        precision, height = state.theta.dtype, 1 + self.dim + state.gradient.shape[1]
        self.rows = aligned((steps + 1, height, chains), precision)
        np.concatenate([state.theta.T, -state.log_density[None], -state.gradient.T], out=self.rows[0])
        self.proposal = aligned((height, chains), precision)
        self.log_ratio = aligned((steps, chains), precision)
        self.accepted = aligned((steps, chains), bool)
        word = np.dtype(f"i{precision.itemsize}")
        self._bits, self._proposed, self._mask = self.rows.view(word), self.proposal.view(word), aligned(chains, word)
        self._state = state

    def noise(self, rng: np.random.Generator, *uniforms: int) -> Iterator[tuple[slice, list[Array]]]:
        """Some steps at a time and their random numbers: normal ones ``(…, d, chains)``, blocks of uniform ones, and
        logarithms of uniform ones ``(…, chains)`` to decide by."""
        steps, chains = self.accepted.shape
        each = self.dim * chains
        some = max(1, NUMBERS // (each + sum(uniforms) + chains))
        for begin in range(0, steps, some):
            part = slice(begin, min(steps, begin + some))
            normal, *rest = noise(rng, self.rows.dtype, part.stop - begin, each, *uniforms, chains)
            np.log(rest[-1], out=rest[-1])
            yield part, [normal.reshape(-1, self.dim, chains), *rest]

    def ways(self, part: slice) -> Iterator[Way]:
        """What :meth:`decide` needs of some steps, one by one."""
        after = self._bits[part.start + 1 : part.stop + 1]
        return zip(self.accepted[part], self.accepted[part].view(np.int8), self._bits[part], after, strict=True)

    def decide(self, way: Way, log_ratio: Array, log_uniform: Array) -> None:
        """Take a step's proposal where ``log_uniform`` is below ``log_ratio``; NaN is refused.

        The proposal where all bits of the mask are set, else what was: no processor could foresee a branch here.
        """
        accepted, as_bytes, old, new = way
        np.less(log_uniform, log_ratio, accepted)
        mask = np.negative(as_bytes, self._mask)
        np.bitwise_xor(old, self._proposed, new)
        np.bitwise_and(new, mask, new)
        np.bitwise_xor(new, old, new)

    def walked(
        self, evaluations: int, *, divergent: Array | None = None, energy: Array | None = None
    ) -> tuple[SamplerState, Steps]:
        """The state after the last step, and all steps; without ``energy`` that of kernels without momentum."""
        potential = self.rows[1:, self.dim]
        info = SamplerInfo(
            -potential,
            self.accepted,
            probability(self.log_ratio, out=self.log_ratio),
            np.zeros_like(self.accepted) if divergent is None else divergent,
            np.broadcast_to(np.int64(evaluations), self.accepted.shape),
            potential if energy is None else energy,
        )
        last = self.rows[-1]
        theta, gradient = last[: self.dim].T.copy(order="F"), -last[self.dim + 1 :].T
        state = SamplerState(theta, -last[self.dim], gradient, self._state.memory, self._state.t + len(self.accepted))
        return state, Steps(self.rows[1:, : self.dim].transpose(0, 2, 1), info)
