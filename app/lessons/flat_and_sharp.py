"""Sharpness by itself means nothing: the same network can be made as sharp as one likes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array, LayeredObjective
from app.core.work import complete
from app.curvature.sharpness import edges
from app.experiments.build import build_objective
from app.experiments.specs import RunSpec
from app.landscapes.planes.random import RandomPlane
from app.lessons._base import Check, Claim, Lesson, agrees, at_least
from app.lessons._trials import Crowd, Moment
from app.lessons.edge_of_stability import settings
from app.objectives.network import NetworkSpec

FACTOR = 10.0
RATE = 0.1
RELU: dict[str, Any] = {
    "kind": "network",
    "layers": [{"units": 8, "activation": "relu"}],
    "data": {"kind": "moons", "n": 200, "noise": 0.1},
    "loss": {"kind": "cross_entropy"},
    "initialiser": {"kind": "he_normal"},
}
NET = NetworkSpec.model_validate(RELU)
SEEDS = (0, 1, 2, 3, 4)
STEPS = 400


class FlatAndSharp(Lesson):
    """First layer × 10, last layer ÷ 10: the same function, at a much sharper point."""

    kind: Literal["flat_and_sharp"] = "flat_and_sharp"
    title: ClassVar[str] = "Sharp by relabelling"
    summary: ClassVar[str] = (
        "Scale one ReLU layer by 10 and the next by 1/10: nothing changes but the sharpness, which explodes."
    )
    reference: ClassVar[str] = (
        "Dinh, Pascanu, Bengio & Bengio 2017, Sharp minima can generalize for deep nets, ICML; Li, Xu, Taylor, Studer "
        "& Goldstein 2018, Visualizing the loss landscape of neural nets, NeurIPS, section 4 (filter normalisation)"
    )
    formula: ClassVar[str] = r"W_2\,\mathrm{relu}(W_1 x + b_1) = \tfrac{W_2}{c}\,\mathrm{relu}(c W_1 x + c b_1)"
    room: ClassVar[str] = "curvature"
    text: ClassVar[tuple[str, ...]] = (
        "A rectifier does not mind its scale: relu(cz) = c·relu(z). Multiply the first layer by 10 and divide the last "
        "one by 10, and the network computes exactly what it did, with the same loss and the same predictions.",
        "Its Hessian does not stay. The last layer's weights have become ten times smaller, so a step of the same "
        "length changes ten times as much: λmax grows by a large factor. “This minimum is flat” says nothing before "
        "one has said flat in which units.",
        "Filter normalisation measures every unit's change relative to the size of its weights. Along such a direction "
        "the curvature is the same before and after, to rounding. The run that opens here starts at the rescaled "
        "point: gradient descent, which went on quietly from the original one at this rate, is thrown out of it.",
    )

    def run(self) -> RunSpec:
        start = rescaled(_trained()[0])
        return RunSpec.model_validate(
            {
                "objective": RELU,
                "optimisers": [{"kind": "gradient_descent", "learning_rate": RATE}],
                "start": {"parameters": start.tolist()},
                "steps": 200,
                "record": {"curvature": {"every": 2, "top": 1}},
            }
        )

    def checks(self) -> tuple[Check | Callable[[], Claim], ...]:
        return tuple(Check((_crowd(),), verdict) for verdict in (_same_loss, _same_function, _sharper, _as_curved))


def _crowd() -> Crowd:
    return Crowd(NET, settings("gradient_descent", {"learning_rate": RATE}), SEEDS, STEPS, (STEPS,), _parameters)


def _parameters(moment: Moment) -> Array:
    return moment.before.theta


@lru_cache(maxsize=1)
def _trained() -> Array:
    return np.asarray(complete(_crowd())[0])


def _network() -> LayeredObjective:
    network = build_objective(NET)
    assert isinstance(network, LayeredObjective)
    return network


def rescaled(theta: Array) -> Array:
    """The first layer times ``FACTOR``, biases and all; the last layer's weights divided by it."""
    first, last = _network().layers
    scaled = theta.copy()
    scaled[..., first.start : first.stop] *= FACTOR
    scaled[..., last.start : last.start + last.fan_out * last.fan_in] /= FACTOR
    return scaled


def _same_loss(found: list[Any]) -> Claim:
    loss = [_network().value(theta) for theta in (found[0][0], rescaled(found[0][0]))]
    return agrees("relative change of the loss", 0.0, (loss[1] / loss[0] - 1).tolist(), 1e-12)


def _same_function(found: list[Any]) -> Claim:
    network = _network()
    everything = np.arange(network.examples)
    outputs = [
        np.stack([network.trace(one, everything)[-1]["outputs"] for one in theta])
        for theta in (found[0][0], rescaled(found[0][0]))
    ]
    change = np.abs(outputs[1] - outputs[0]).max(axis=(1, 2)) / np.abs(outputs[0]).max(axis=(1, 2))
    return agrees("relative change of the outputs, the largest over examples", 0.0, change.tolist(), 1e-12)


def _sharper(found: list[Any]) -> Claim:
    sharpness = [[_sharpness(one) for one in theta] for theta in (found[0][0], rescaled(found[0][0]))]
    return at_least("λmax after over λmax before", 10.0, [b / a for a, b in zip(*sharpness, strict=True)])


def _sharpness(theta: Array) -> float:
    return float(edges(_network(), theta, 1, 0, 1e-8).values[0])


def _as_curved(found: list[Any]) -> Claim:
    curved = [[_curvature(one) for one in theta] for theta in (found[0][0], rescaled(found[0][0]))]
    ratios = [b / a for a, b in zip(*curved, strict=True)]
    return agrees("curvature along a filter-normalised direction, after over before", 1.0, ratios, 1e-9)


def _curvature(theta: Array) -> float:
    """dᵀHd for a random direction, each unit's part as long as the unit's own weights."""
    direction = RandomPlane(seed=1).directions(_network(), theta).x
    return float(direction @ _network().hvp(theta, direction))
