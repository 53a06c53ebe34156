"""What integrators by independent weighted draws share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._coverage import Missed
from app.integrators._reliability import judged
from app.integrators._weights import resampled, weighted

PIECE = 2_000
MAX_SAMPLES = 200_000


def samples_control(default: int = 10_000) -> Any:
    """The field ``samples``."""
    return control(default, "Samples", symbol="N", scale="log", ge=100, le=MAX_SAMPLES, slider=(100, 100_000))


class Drawn(NamedTuple):
    """Draws so far, in pieces: θ and ln w.

    Attributes:
        source: what is drawn from.
        evaluations: of the density, so far.
    """

    source: Any
    theta: tuple[Array, ...]
    log_weights: tuple[Array, ...]
    evaluations: int


class IndependentDraws(Integrator):
    """Ẑ = mean of w = p̃(θ)/q(θ) over independent θ ~ q; a subclass says what q is.

    Piece by piece, so that the error can be watched falling as 1/√N (where the weights have a variance).
    """

    samples: Whole = samples_control()

    def steps(self, target: Target) -> int:
        return -(-self.samples // PIECE)

    def evaluations(self, target: Target) -> float:
        return float(self.samples)

    def init(self, target: Target, rng: np.random.Generator) -> Drawn:
        source, evaluations = self.source(target, rng)
        return Drawn(source, (), (), evaluations)

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        count = min(PIECE, self.samples - t * PIECE)
        with np.errstate(all="ignore"):
            theta, log_weights = self.drawn(target, state.source, rng, count)
        log_weights = np.where(np.isnan(log_weights), -np.inf, log_weights)
        state = Drawn(state.source, (*state.theta, theta), (*state.log_weights, log_weights), state.evaluations + count)
        every = np.concatenate(state.theta), np.concatenate(state.log_weights)
        estimate = weighted(*every, state.evaluations, self.facts(state.source))
        return state, judged(estimate, every[1], self.missed(state.source, every[1]))

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return resampled(np.concatenate(state.theta), np.concatenate(state.log_weights), rng, count)

    def source(self, target: Target, rng: np.random.Generator) -> tuple[Any, int]:
        """(q, evaluations that finding it took)."""
        raise NotImplementedError

    def drawn(self, target: Target, source: Any, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
        """``count`` draws ``(count, d)`` and their ln w."""
        raise NotImplementedError

    def missed(self, source: Any, log_weights: Array) -> Missed | None:
        """What no draw speaks for; None where that is not known."""
        return None

    def facts(self, source: Any) -> dict[str, Any]:
        """What else is to be said of q."""
        return {}
