"""Steps of all chains written where they stay, for kernels whose inner loop is worth it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.core.inference import SamplerInfo, SamplerState, Steps
from app.core.interfaces import Array
from app.samplers._noise import noise

NUMBERS = 1 << 15
"""Random numbers drawn at a time: with what is made of them they stay in a core's cache."""


class Trail:
    """Positions, ln p̃ and gradients of so many steps, all chains side by side, and how each step was decided.

    Attributes:
        rows: ``(steps + 1, rows, chains)``: θ, ln p̃ and, of kernels that use one, ∇ ln p̃; first those of the start.
        proposal: the rows of what is proposed, to be written at every step, ``(rows, chains)``.
        acceptance, accepted: ``(steps, chains)``.
    """

    def __init__(self, state: SamplerState, steps: int) -> None:
        self.dim = state.theta.shape[1]
        start = np.concatenate([state.theta.T, state.log_density[None], state.gradient.T])
        self.rows = np.empty((steps + 1, *start.shape), start.dtype)
        self.rows[0] = start
        self.proposal = np.empty_like(start)
        self.acceptance = np.empty((steps, start.shape[1]), start.dtype)
        self.accepted = np.empty(self.acceptance.shape, dtype=bool)
        word = np.dtype(f"i{start.itemsize}")
        self._bits, self._proposed = self.rows.view(word), self.proposal.view(word)
        self._mask = np.empty(start.shape[1], word)
        self._state = state

    def noise(self, rng: np.random.Generator, *uniforms: int) -> Iterator[tuple[slice, list[Array]]]:
        """Some steps at a time and their random numbers: normal ones ``(…, d, chains)``, and blocks of uniform ones."""
        steps, chains = len(self.accepted), self.accepted[0].size
        each = self.dim * chains
        some = max(1, NUMBERS // (each + sum(uniforms)))
        for begin in range(0, steps, some):
            part = slice(begin, min(steps, begin + some))
            normal, *rest = noise(rng, self.rows.dtype, part.stop - begin, each, *uniforms)
            yield part, [normal.reshape(-1, self.dim, chains), *rest]

    def decide(self, i: int, log_ratio: Array, uniform: Array) -> None:
        """Take step ``i``'s proposal with probability min(1, exp(log_ratio)), as ``uniform`` says; NaN is refused."""
        acceptance = np.minimum(log_ratio, 0, out=self.acceptance[i])
        np.exp(acceptance, out=acceptance)
        accepted = np.less(uniform, acceptance, out=self.accepted[i])
        self._select(np.negative(accepted.view(np.int8), out=self._mask), self._bits[i], self._bits[i + 1])

    def _select(self, mask: Array, old: Array, new: Array) -> None:
        """The proposal where all bits of ``mask`` are set, else what was; no processor could foresee a branch here."""
        np.bitwise_xor(old, self._proposed, out=new)
        new &= mask
        new ^= old

    def walked(
        self, evaluations: int, *, divergent: Array | None = None, energy: Array | None = None
    ) -> tuple[SamplerState, Steps]:
        """The state after the last step, and all steps; without ``energy`` that of kernels without momentum."""
        log_density = self.rows[1:, self.dim]
        info = SamplerInfo(
            log_density,
            self.accepted,
            np.fmax(self.acceptance, 0, out=self.acceptance),
            np.zeros_like(self.accepted) if divergent is None else divergent,
            np.broadcast_to(np.int64(evaluations), self.accepted.shape),
            -log_density if energy is None else energy,
        )
        last = self.rows[-1].copy()
        theta, gradient = last[: self.dim].T, last[self.dim + 1 :].T
        state = SamplerState(theta, last[self.dim], gradient, self._state.memory, self._state.t + len(self.accepted))
        return state, Steps(self.rows[1:, : self.dim].transpose(0, 2, 1), info)
