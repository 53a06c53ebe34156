"""What an exported network is made of: arrays with names, and its layers in order."""

from __future__ import annotations

from typing import NamedTuple

from app.core.interfaces import Array, Data
from app.losses._base import Criterion
from app.objectives._network_architecture import Node
from app.objectives.network import Network


class Step(NamedTuple):
    """One layer of units: the names of its arrays (None where it has none), and what it does."""

    weights: str
    biases: str | None
    direct: str | None
    node: Node


class Parts(NamedTuple):
    """A network taken apart.

    Attributes:
        theta: all parameters, ``(d,)``.
        arrays: W and b of each layer, and shifts and scales of the data, by name, in order.
        steps: the layers.
        criterion: what the outputs mean.
        data: names of features and targets, and the task.
    """

    theta: Array
    arrays: dict[str, Array]
    steps: tuple[Step, ...]
    criterion: Criterion
    data: Data


def parts_of(network: Network, theta: Array) -> Parts:
    """The parts of a network at θ."""
    net, arrays = network.architecture, _scalings(network.data)
    steps = []
    for number, (node, (W, b)) in enumerate(zip(net.nodes, net.blocks(theta), strict=False), start=1):
        names = [f"W{number}", None if b is None else f"b{number}", "D" if node.direct else None]
        blocks = [W, b, net.blocks(theta)[-1][0]]
        arrays |= {name: block for name, block in zip(names, blocks, strict=True) if name and block is not None}
        steps.append(Step(f"W{number}", names[1], names[2], node))
    return Parts(theta, arrays, tuple(steps), network.criterion, network.data)


def _scalings(data: Data) -> dict[str, Array]:
    """``x_shift``, ``x_scale``, ``y_shift``, ``y_scale``, where the data were scaled."""
    pairs = {"x": data.input_scaling, "y": data.target_scaling}
    found = {letter: scaling for letter, scaling in pairs.items() if scaling is not None}
    return {f"{letter}_{part}": array for letter, s in found.items() for part, array in s._asdict().items()}
