"""Steps of all chains written where they stay, for kernels whose inner loop is worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Steps, Streams
from app.core.interfaces import Array
from app.core.memory import aligned, alike
from app.samplers._metropolis import probability
from app.samplers._noise import noise

NUMBERS = 1 << 16
"""Random numbers drawn at a time: with what is made of them they stay in a core's cache."""

Way = tuple[Array, Array]
"""Of one step: whether each chain accepts, and the bits of where it will be."""


class Trail:
    """Positions, energies and gradients of so many steps, all chains side by side, and how each step was decided.

    Random numbers are those of the first step's stream, and from each of the ``cuts`` on those of the next step's.

    Attributes:
        state: that of the start.
        rows: ``(steps + 1, rows, chains)``: θ, −ln p̃ and, of kernels that use one, −∇ ln p̃; first those of the start.
        proposal: the rows of what is proposed, to be written at every step, ``(rows, chains)``.
        log_ratio: ln of the ratio by which a proposal is decided, ``(steps, chains)``.
        accepted: whether it was taken, ``(steps, chains)``.
    """

    def __init__(self, state: SamplerState, streams: Streams, steps: int, cuts: Sequence[int] = ()) -> None:
        chains, self.dim = state.theta.shape
        precision, height = state.theta.dtype, 1 + self.dim + state.gradient.shape[1]
        self.rows = aligned((steps + 1, height, chains), precision)
        np.concatenate([state.theta.T, -state.log_density[None], -state.gradient.T], out=self.rows[0])
        self.proposal = aligned((height, chains), precision)
        self.log_ratio = aligned((steps, chains), precision)
        self.accepted = aligned((steps, chains), bool)
        word = np.dtype(f"i{precision.itemsize}")
        self._bits, self._proposed, self._taken = (
            self.rows.view(word),
            self.proposal.view(word),
            alike(self.proposal.view(word)),
        )
        self._here, self.state, self._streams, self._cuts = self._bits[0], state, streams, (0, *cuts, steps)

    def noise(self, *uniforms: int) -> Iterator[tuple[slice, list[Array]]]:
        """Some steps at a time and their random numbers: normal ones ``(…, d, chains)``, blocks of uniform ones, and
        logarithms of uniform ones ``(…, chains)`` to decide by."""
        chains = self.accepted.shape[1]
        each = self.dim * chains
        some = max(1, NUMBERS // (each + sum(uniforms) + chains))
        for first, last in pairwise(self._cuts):
            rng = self._streams(self.state.t + 1 + first)
            for begin in range(first, last, some):
                part = slice(begin, min(last, begin + some))
                normal, *rest = noise(rng, self.rows.dtype, part.stop - begin, each, *uniforms, chains)
                np.log(rest[-1], out=rest[-1])
                yield part, [normal.reshape(-1, self.dim, chains), *rest]

    def ways(self, part: slice) -> Iterator[Way]:
        """What :meth:`decide` needs of some steps, one by one."""
        return zip(self.accepted[part], self._bits[part.start + 1 : part.stop + 1], strict=True)

    def decide(self, way: Way, log_ratio: Array, log_uniform: Array) -> None:
        """Take a step's proposal where ``log_uniform`` is below ``log_ratio``; NaN is refused. Steps follow each other.

        What was, and the bits in which the proposal differs times 0 or 1: no processor could foresee a branch here.
        """
        (accepted, new), here, taken = way, self._here, self._taken
        np.less(log_uniform, log_ratio, accepted)
        np.copyto(taken, accepted)
        np.bitwise_xor(here, self._proposed, new)
        np.multiply(new, taken, new)
        np.bitwise_xor(new, here, new)
        self._here = new

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
        state = SamplerState(theta, -last[self.dim], gradient, self.state.memory, self.state.t + len(self.accepted))
        return state, Steps(self.rows[1:, : self.dim].transpose(0, 2, 1), info)
