"""A penalty read as a prior: the posterior of a linear model of two parameters, its mode and its mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.spec import kind_of
from app.experiments.events import Event, Single
from app.experiments.linear_models import linear_problem
from app.experiments.path_specs import PriorSpec
from app.experiments.run import Slice
from app.homotopy.optimum import minimise
from app.homotopy.path import beginning
from app.homotopy.problem import Problem
from app.homotopy.quadrature import box, moments, rule
from app.homotopy.support import settle
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives.network import Network
from app.regularisers.l2 import L2

SHOWN = 4.0
"""The picture reaches this many standard deviations from the mean."""
PANELS = 12


class Scale(NamedTuple):
    """By what loss plus penalty is multiplied to be a negative log posterior, and σ (None under cross-entropy)."""

    factor: float
    noise: float | None


def advance_prior(spec: PriorSpec, state: None, budget: float) -> Slice:
    """One piece: the reply as a ``result`` event.

    Raises:
        SpecError: not a linear model with two parameters and one penalty, or its loss is no likelihood.
    """
    network, problem = linear_problem(spec.objective)
    if network.dim != 2:
        raise SpecError(
            f"{network.dim} parameters must be exactly 2, to be drawn; take two inputs and biases: false",
            "/objective/data",
        )
    return Slice(None, [Event("result", _reply(spec, network, problem))], True)


def _reply(spec: PriorSpec, network: Network, problem: Problem) -> dict[str, Any]:
    strength = spec.objective.regularisers[0].strength
    scale = _scale(spec, network, problem)
    found = minimise(problem.at(strength), beginning(problem).theta)
    log = _log_density(problem.at(strength), scale.factor, found.theta)
    limits = box(log, found.theta)
    held = moments(log, found.theta, limits)
    x, y = (_axis(held.mean[k], held.deviation[k], found.theta[k], spec.resolution) for k in (0, 1))
    likelihood = _log_density(problem.at(0.0), scale.factor, found.theta)
    rounding = np.finfo(float).eps * scale.factor * abs(problem.at(strength).value(found.theta))
    return {
        "penalty": kind_of(type(spec.objective.regularisers[0])),
        "strength": strength,
        "scale": scale.factor,
        "noise": scale.noise,
        "names": list(network.data.feature_names),
        "mode": found.theta,
        "residual": found.residual,
        "mean": held.mean,
        "mean_error": held.mean_error + rounding * held.deviation,
        "deviation": held.deviation,
        "log_mass": held.log_mass,
        "log_mass_error": held.log_mass_error,
        "x": x,
        "y": y,
        "density": Single(np.exp(log(_grid(x, y)))),
        "slices": [
            _slice(log, likelihood, found.theta, limits, axis, (x, y)[axis], rounding * held.deviation[axis])
            for axis in (0, 1)
        ],
    }


def _scale(spec: PriorSpec, network: Network, problem: Problem) -> Scale:
    """n for cross-entropy, which is −log p over n; n/(2σ²) for the mean square of Gaussian noise of deviation σ."""
    loss = spec.objective.loss
    if isinstance(loss, CrossEntropy) or (loss is None and network.data.task == "classification"):
        return Scale(float(network.examples), None)
    if network.data.task == "classification":
        raise SpecError("squared error on classes is no likelihood; take cross_entropy", "/objective/loss")
    half = 1.0 if isinstance(loss, SquaredError) and loss.half else 0.5
    noise = spec.noise or _residual_deviation(problem, half)
    return Scale(network.examples * half / noise**2, noise)


def _residual_deviation(problem: Problem, half: float) -> float:
    """√(‖r‖²/(n − 2)) of the least squares."""
    least = settle(problem._replace(penalty=problem.loss.penalised_by(L2(strength=0.0))), np.zeros(2))
    square = 2 * half * float(problem.loss.value(least))
    left = problem.loss.examples - 2
    if square <= 0 or left <= 0:
        raise SpecError("the residuals without penalty leave nothing to estimate the noise from; give noise", "/noise")
    return float(np.sqrt(square * problem.loss.examples / left))


def _log_density(problem: Problem, factor: float, mode: Array) -> Callable[[Array], Array]:
    """−factor·(s + λΩ), 0 at ``mode``."""
    peak = problem.value(mode)
    return lambda theta: -factor * (problem.loss.value(theta) + problem.penalty.value(theta) - peak)


def _axis(mean: float, deviation: float, mode: float, points: int) -> Array:
    """Evenly spaced, with zero and the mode in view."""
    low = min(mean - SHOWN * deviation, mode - deviation, -deviation)
    high = max(mean + SHOWN * deviation, mode + deviation, deviation)
    return np.linspace(low, high, points)


def _grid(x: Array, y: Array) -> Array:
    """Rows are y."""
    return np.stack(np.meshgrid(x, y), axis=-1)


def _slice(
    log: Callable[[Array], Array],
    likelihood: Callable[[Array], Array],
    mode: Array,
    limits: Array,
    axis: int,
    shown: Array,
    rounding: float,
) -> dict[str, Any]:
    """Along one parameter, the other at its mode: prior, likelihood and posterior relative to their largest values."""

    def line(t: Array) -> Array:
        points = np.tile(mode, (t.size, 1))
        points[:, axis] = t
        return points

    drawn = np.sort(np.append(shown, [0.0, mode[axis]]))
    mean, coarse = (_line_mean(lambda t: log(line(t)), mode[axis], limits[axis], n) for n in (PANELS, PANELS // 2))
    posterior, like = log(line(drawn)), likelihood(line(drawn))
    return {
        "axis": axis,
        "x": drawn,
        "posterior": np.exp(posterior - posterior.max()),
        "likelihood": np.exp(like - like.max()),
        "prior": np.exp(_up_to_its_peak(posterior - like)),
        "mode": float(mode[axis]),
        "mean": mean,
        "mean_error": abs(mean - coarse) + rounding,
    }


def _up_to_its_peak(values: Array) -> Array:
    return np.asarray(values - values.max())


def _line_mean(log: Callable[[Array], Array], mode: float, limits: Array, panels: int) -> float:
    t, weights = rule(limits[0], limits[1], (0.0, float(mode)), panels)
    mass = np.exp(log(t)) * weights
    return float((mass * t).sum() / mass.sum())
