"""Variational inference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array, Optimiser, State
from app.core.spec import Whole, control
from app.core.unions import one_of
from app.optimisers.adam import Adam
from app.targets._bridge import bridge_to
from app.variational._base import Family
from app.variational._elbo import Elbo, Estimator, NoisyElbo
from app.variational.mean_field import MeanField

if TYPE_CHECKING:
    AnyFamily = Family
    AnyOptimiser = Optimiser
else:
    AnyFamily = one_of("app.variational", Family)
    AnyOptimiser = one_of("app.optimisers", Optimiser)

PIECES = 50
PROBES = 256
SCATTERED = 64
ESTIMATORS: tuple[Estimator, ...] = ("reparameterisation", "sticking_the_landing", "score_function")


class Descent(NamedTuple):
    """Between two pieces: λ at first, the optimiser's state, the mean of λ over the last half, evaluations so far."""

    start: Array
    state: State
    average: Array
    averaged: int
    evaluations: int


class VariationalInference(Integrator):
    """max_λ ELBO(λ) = E_q[ln p̃] + H(q) ≤ ln Z, descended by any optimiser on a fresh estimate of −∇ELBO at each step.

    The answer is the mean of λ over the last half of the steps; its ELBO is evaluated by quadrature (up to three
    dimensions; by 256 quasi-random points beyond). Bias has no standard error, so none is given.

    Reference: Kucukelbir et al. 2017; Roeder, Wu & Duvenaud 2017; Ranganath, Gerrish & Blei 2014.
    """

    kind: Literal["variational"] = "variational"
    title = "Variational inference"
    summary = "Fits a Gaussian by descending −ELBO with the usual optimisers: fast, and too sure of itself."
    reference = "Kucukelbir et al. 2017, Automatic differentiation variational inference, JMLR 18, section 2"
    formula = r"\ln Z \ge \mathrm{ELBO}(\lambda) = \mathbb E_q[\ln \tilde p(\theta)] + \mathbb H[q_\lambda]"

    family: AnyFamily = control(MeanField(), "Family")
    estimator: Estimator = control("sticking_the_landing", "Gradient", description="of the ELBO, from fresh draws")
    optimiser: AnyOptimiser = control(Adam(learning_rate=0.05), "Optimiser")
    iterations: Whole = control(600, "Steps", scale="log", ge=10, le=20_000, slider=(50, 5_000))
    samples: Whole = control(10, "Draws a step", symbol="S", ge=2, le=1_000, slider=(2, 100))

    trustworthy: ClassVar[bool] = True
    gaussian: ClassVar[bool] = True

    def steps(self, target: Target) -> int:
        return min(PIECES, self.iterations)

    def evaluations(self, target: Target) -> float:
        return float(self.iterations * self.samples + PIECES * 1_024 + 6 * PROBES)

    def init(self, target: Target, rng: np.random.Generator) -> Descent:
        theta = start_of(target, self.family)
        state = self.optimiser.init(Elbo(target, self.family), theta, rng)
        return Descent(theta, state, np.zeros_like(theta), 0, 0)

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        pieces = self.steps(target)
        for i in range(self.iterations * t // pieces, self.iterations * (t + 1) // pieces):
            state = self._one(target, state, i, rng)
        spent = (self.iterations * (t + 1) // pieces) * self.samples
        return state._replace(evaluations=spent), self._estimate(target, state, spent, last=t + 1 == pieces, rng=rng)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        return self.family.place(self._answer(state), rng.standard_normal((count, target.dim)))

    def _one(self, target: Target, descent: Descent, i: int, rng: np.random.Generator) -> Descent:
        noise = rng.standard_normal((self.samples, target.dim))
        objective = NoisyElbo(target, self.family, noise, self.estimator)
        state, _ = self.optimiser.step(objective, descent.state, rng)
        if 2 * i < self.iterations:
            return descent._replace(state=state)
        count = descent.averaged + 1
        average = descent.average + (state.theta - descent.average) / count
        return descent._replace(state=state, average=average, averaged=count)

    def _answer(self, descent: Descent) -> Array:
        return descent.average if descent.averaged else descent.state.theta

    def _estimate(
        self, target: Target, descent: Descent, spent: int, *, last: bool, rng: np.random.Generator
    ) -> Estimate:
        parameters = self._answer(descent)
        if not np.isfinite(parameters).all():
            return Estimate(gradients=spent, diagnostics={"refused": "λ is no longer finite; lower the learning rate"})
        with np.errstate(all="ignore"):
            elbo = -float(Elbo(target, self.family).value(parameters))
        mean, covariance = self.family.moments(parameters, target.dim)
        facts: dict[str, Any] = {
            "bound": "lower",
            "start": descent.start,
            "parameters": parameters,
            "now": descent.state.theta,
            "mean": mean,
            "covariance": covariance,
        }
        if last:
            places = {"start": descent.start, "end": parameters}
            facts["gradient_noise"] = {
                name: noise_of_gradients(target, self.family, at, rng) for name, at in places.items()
            }
        return Estimate(elbo, mean, np.diagonal(covariance).copy(), gradients=spent, diagnostics=facts)


def start_of(target: Target, family: Family) -> Array:
    """λ of a Gaussian a tenth of the box's half width wide, at the densest of its middle and some draws of the base."""
    low, high = target.box.T
    scattered = bridge_to(target).draw(np.random.default_rng(0), SCATTERED)
    places = np.concatenate([(low + high)[None] / 2, scattered])
    with np.errstate(all="ignore"):
        energy = np.nan_to_num(target.value(places), nan=np.inf)
    return family.packed(places[np.argmin(energy)], (high - low) / 20)


def noise_of_gradients(target: Target, family: Family, parameters: Array, rng: np.random.Generator) -> dict[str, float]:
    """Root mean square deviation of one draw's gradient from its mean, for each estimator, at λ."""
    noise = rng.standard_normal((PROBES, target.dim))
    found: dict[str, float] = {}
    for estimator in ESTIMATORS:
        _, each = NoisyElbo(target, family, noise, estimator).contributions(parameters)
        found[estimator] = float(np.sqrt(each.var(axis=0, ddof=1).sum()))
    return found
