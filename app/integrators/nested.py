"""Nested sampling."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._annealing import misfits
from app.integrators._population import shape_of, walk
from app.integrators._reliability import effective
from app.integrators._weights import resampled
from app.targets._bridge import Bridge, bridge_to

PIECES = 80
SHARE = 20
"""One live point in twenty is replaced at a time."""
LEFT = 1e-3
"""It ends where the live points could add no more than this share to Z."""


class Nest(NamedTuple):
    """Between two pieces.

    Attributes:
        live, misfit: the live points ``(n, d)`` and their misfits ``(n,)``.
        dead, dead_misfit, dead_log_width: pieces of those that were replaced, and ln of the prior mass each stands for.
        log_volume: ln of the prior mass that is left.
        evaluations: so far.
        over: whether what is left no longer matters.
    """

    live: Array
    misfit: Array
    dead: tuple[Array, ...]
    dead_misfit: tuple[Array, ...]
    dead_log_width: tuple[Array, ...]
    log_volume: float
    evaluations: int
    over: bool


class Nested(Integrator):
    """Z = ∫ L dX over the prior mass X: the worst live points are replaced by draws of the prior with a better L.

    Each replacement shrinks X by e^{−1/n} on average, so that the error of ln Z is about √(H/n), H the information
    gained. Replacements are copies of survivors, walked over the prior under the constraint; too few moves leave them
    correlated, which biases Z. Standard errors of moments count the live points alone, since they decide how much
    of the mass each mode gets; with a single mode they are on the safe side.

    Reference: Skilling 2006; Henderson & Goggans 2014 for replacing several at once.
    """

    kind: Literal["nested"] = "nested"
    title = "Nested sampling"
    summary = "Climbs the likelihood shell by shell and adds up what each holds: Z first, the posterior for free."
    reference = "Skilling 2006, Nested sampling for general Bayesian computation, Bayesian Analysis 1(4), section 2"
    formula = r"Z = \int_0^1 L(X)\, dX \approx \sum_i L_i\,(X_{i-1} - X_i), \quad X_i \approx e^{-i/n}"

    points: Whole = control(400, "Live points", symbol="n", scale="log", ge=100, le=5_000, slider=(100, 2_000))
    moves: Whole = control(20, "Moves", ge=1, le=200, slider=(5, 50), description="of each replacement")

    def steps(self, target: Target) -> int:
        return PIECES

    def evaluations(self, target: Target) -> float:
        return float(PIECES * self.points * (self.moves + 1) / 2)

    def init(self, target: Target, rng: np.random.Generator) -> Nest:
        bridge = bridge_to(target)
        live = bridge.draw(rng, self.points)
        return Nest(live, misfits(bridge, live), (), (), (), 0.0, self.points, False)

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        bridge = bridge_to(target)
        for _ in range(SHARE // 2):
            if not state.over:
                state = self._shell(bridge, state, rng)
        return state, self._estimate(state)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return resampled(*self._posterior(state), rng, count)

    def _shell(self, bridge: Bridge, state: Nest, rng: np.random.Generator) -> Nest:
        """The worst points die, survivors are copied in their place, and the copies walk."""
        count = max(1, self.points // SHARE)
        order = np.argsort(-state.misfit, kind="stable")
        worst, rest = order[:count], order[count:]
        edges = state.log_volume - np.concatenate([[0.0], np.cumsum(1 / (self.points - np.arange(count)))])
        widths = edges[:-1] + np.log(-np.expm1(np.diff(edges)))
        bound = float(state.misfit[worst[-1]])
        live, misfit, spent = self._replaced(bridge, state, rest, bound, rng)
        state = Nest(
            live,
            misfit,
            (*state.dead, state.live[worst]),
            (*state.dead_misfit, state.misfit[worst]),
            (*state.dead_log_width, widths),
            float(edges[-1]),
            state.evaluations + spent,
            False,
        )
        return state._replace(over=self._over(state))

    def _replaced(
        self, bridge: Bridge, state: Nest, rest: Array, bound: float, rng: np.random.Generator
    ) -> tuple[Array, Array, int]:
        """The survivors, and walked copies of some of them."""
        count = self.points - len(rest)
        copies = rng.choice(rest, count)

        def constrained(theta: Array) -> Array:
            return np.where(misfits(bridge, theta) < bound, -bridge.base.value(theta), -np.inf)

        walkers = walk(state.live[copies], constrained, shape_of(state.live[rest]), self.moves, rng).theta
        live = np.concatenate([state.live[rest], walkers])
        return live, np.concatenate([state.misfit[rest], misfits(bridge, walkers)]), count * (self.moves + 2)

    def _posterior(self, state: Nest) -> tuple[Array, Array]:
        """Dead and live points with their ln weights L·ΔX."""
        live_width = np.full(self.points, state.log_volume - np.log(self.points))
        theta = np.concatenate([*state.dead, state.live])
        misfit = np.concatenate([*state.dead_misfit, state.misfit])
        return theta, np.concatenate([*state.dead_log_width, live_width]) - misfit

    def _over(self, state: Nest) -> bool:
        log_weights = self._posterior(state)[1]
        top = float(log_weights.max())
        if not np.isfinite(top):
            return False
        ahead = -float(state.misfit.min()) + state.log_volume
        return bool(ahead < np.log(LEFT) + top + np.log(np.exp(log_weights - top).sum()))

    def _estimate(self, state: Nest) -> Estimate:
        theta, log_weights = self._posterior(state)
        top = float(log_weights.max())
        share = np.exp(log_weights - top)
        log_evidence = top + float(np.log(share.sum()))
        share /= share.sum()
        mean = share @ theta
        squares = (theta - mean) ** 2
        variance = share @ squares
        misfit = np.concatenate([*state.dead_misfit, state.misfit])
        heard = share > 0
        information = float(share[heard] @ -misfit[heard]) - log_evidence
        facts = {"information": information, "finished": state.over, **effective(log_weights)}
        return Estimate(
            log_evidence,
            mean,
            variance,
            float(np.sqrt(max(information, 0.0) / self.points)),
            np.sqrt(variance / self.points),
            np.sqrt(share @ (squares - variance) ** 2 / self.points),
            state.evaluations,
            facts,
        )
