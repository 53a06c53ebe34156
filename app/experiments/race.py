"""One optimiser's run as a sequence of chunks of steps, with what each step saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective, Optimiser, State
from app.experiments.build import examples_of_step, generator, layered
from app.experiments.records import Scope
from app.experiments.sprint import sprint, sprints
from app.objectives.minibatch import MiniBatch
from app.objectives.network import Found, Network, Noise, Observed, Sight


class Racer(NamedTuple):
    """An optimiser between two chunks.

    Attributes:
        state: what its next step needs; ``state.t`` steps have been taken.
        scale: (‖θ₀‖∞, |L(θ₀)|), against which running away is judged.
        best: (loss, step, θ) of the lowest loss of the whole objective that was looked at.
        last: (loss, gradient norm, θ) of the last step that could be shown.
        cut: why and where the run ended early, or None.
        watched: what the held-out loss has said so far; None where nobody watches.
    """

    state: State
    scale: tuple[float, float]
    best: tuple[float, int, Array]
    last: tuple[float, float, Array]
    cut: Cut | None
    watched: Watched | None = None


class Watched(NamedTuple):
    """The best held-out loss, its step and θ; how many measurements since; the step at which patience ended."""

    loss: float
    step: int
    theta: Array
    since: int
    stopped: int | None


class Cut(NamedTuple):
    """The first step that could not be shown, and why."""

    step: int
    what: str
    reason: str


class Steps(NamedTuple):
    """Consecutive parameters ``theta[i]`` = θ at ``first + i``, with what each step saw.

    ``after[t]`` is the state that the step from θ at t led to, for the steps that were to be watched. ``batch_loss`` is
    None where steps were taken on the whole objective. ``found`` is what they found on what they were taken on, where
    that is told: always of the whole network, and of batches in their scope.
    """

    first: int
    theta: Array
    batch_loss: Array | None
    learning_rate: Array
    after: Mapping[int, State]
    found: Found | None = None


class Track:
    """What a racer runs on: the objective, whole or in mini-batches, clean or with noise, and its randomness.

    It steps in ``dtype``; what it tells of its steps is in double precision, rounded to ``dtype``.

    Attributes:
        whole: whether steps are taken on the whole objective.
        tells: whether what they find on the way is kept, norms and all.
    """

    def __init__(
        self,
        objective: Objective,
        optimiser: Optimiser,
        batch_size: int | None,
        seed: int,
        noise: Noise | None = None,
        dtype: type[np.floating[Any]] = np.float64,
        scope: Scope = "objective",
    ) -> None:
        self.objective = objective
        self.optimiser = optimiser
        self.seed = seed
        self.batches = _batches(objective, optimiser, batch_size)
        self.noise = noise
        self.dtype = dtype
        self.scope = scope
        self.whole = self.batches is None and noise is None
        self.tells = isinstance(objective, Network) and (self.whole or scope == "batch")
        self._still = generator(seed)
        self._sprints = noise is None and sprints(objective, optimiser)

    def at(self, step: int) -> Objective:
        """The objective of one step."""
        clean = self.batches.at(step, self.seed) if self.batches else self.objective
        return clean.disturbed(self.noise, self.seed, step) if self.noise and isinstance(clean, Network) else clean

    def rng(self, step: int) -> np.random.Generator:
        """The randomness of one step; keyed by it wherever the optimiser draws."""
        return generator(self.seed, step + 1) if self.optimiser.stochastic else self._still

    def begin(self, theta: Array) -> Racer:
        """A racer on its starting line."""
        state = self.optimiser.init(self.objective, theta.astype(self.dtype), self.rng(-1))
        return Racer(state, (float(np.abs(theta).max()), np.nan), (np.inf, 0, theta), (np.nan, np.nan, theta), None)

    def run(self, state: State, count: int, last: bool, watch: Sequence[int] = ()) -> tuple[State, Steps]:
        """Take ``count`` steps (one fewer where the last of them is the end of the run), recording before each.

        The states after every n-th step of the run are kept for each n of ``watch``, and, where anything is watched,
        the one that the end of the run would lead to.
        """
        if self._sprints and state.theta.ndim == 1:
            return self._sprint(state, count, last, watch)
        thetas, losses, rates, sights = [], [], [], []
        after: dict[int, State] = {}
        with np.errstate(all="ignore"):
            for i in range(count):
                thetas.append(state.theta)
                ground = self._ground(state)
                following, info = self.optimiser.step(ground, state, self.rng(state.t))
                losses.append(float(info.value))
                rates.append(info.learning_rate)
                if self.tells and isinstance(ground, Observed):
                    sights.append(ground.sight())
                end = last and i == count - 1
                if any(end or state.t % every == 0 for every in watch):
                    after[state.t] = _told(following)
                if not end:
                    state = following
        first = state.t - count + (1 if last else 0)
        loss = None if self.whole else np.array(losses)
        found = _found(self.objective, sights) if self.tells else None
        return state, Steps(first, _double(np.stack(thetas)), loss, np.array(rates), after, found)

    def _ground(self, state: State) -> Objective:
        """What a step is taken on; of a network what it finds can be told."""
        ground = self.at(state.t)
        return Observed(ground, state.theta) if isinstance(ground, Network) else ground

    def _sprint(self, state: State, count: int, last: bool, watch: Sequence[int]) -> tuple[State, Steps]:
        assert isinstance(self.objective, Network)
        batches = self.batches.rows(state.t, count, self.seed) if self.batches else None
        survey = self.objective.survey(count, state.theta.dtype, norms=self.tells, batches=batches)
        following, rates, states = sprint(self.optimiser, survey, state, count, last, watch)
        with np.errstate(all="ignore"):
            found = survey.found() if self.tells else None
            loss = None if self.whole else _double(found.loss if found else survey.loss())
        after = {t: _told(one) for t, one in states.items()}
        return following, Steps(state.t, survey.double_places(), loss, np.array(rates), after, found)


def _double(values: Array) -> Array:
    """In double precision; itself where it is."""
    return values.astype(np.float64, copy=False)


def _told(state: State) -> State:
    """A state for those who look at it."""
    return State(_double(state.theta), tuple(map(_double, state.memory)), state.t)


def _found(objective: Objective, sights: list[Sight]) -> Found:
    """What single steps saw, as columns."""
    assert isinstance(objective, Network)
    loss, gradient, delta_norm = map(np.stack, zip(*sights, strict=True))
    return Found(loss, objective.gradient_norms(gradient), delta_norm)


def _batches(objective: Objective, optimiser: Optimiser, batch_size: int | None) -> MiniBatch | None:
    network = layered(objective)
    if network is None:
        if batch_size is not None:
            raise SpecError(
                f"batch_size {batch_size} needs examples, and a surface has none; leave it out, "
                "or use sgd with gradient_noise",
                "/batch_size",
            )
        return None
    if batch_size is not None and batch_size > network.examples:
        raise SpecError(
            f"batch_size {batch_size} must be at most {network.examples}, the number of training examples",
            "/batch_size",
        )
    size = examples_of_step(network, optimiser, batch_size)
    return MiniBatch(network, size) if size < network.examples else None


def measured(racer: Racer, steps: Steps, loss: Array) -> Racer:
    """The racer with the size of its first loss known, once ``steps`` begin at the start."""
    return racer if steps.first else racer._replace(scale=(racer.scale[0], abs(float(loss[0]))))
