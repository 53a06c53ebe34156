"""What a derivative costs: multiplications and memory of each way to get it, counted from the architecture alone.

Counted for one example: scalar multiplications of the passes (not additions, not the evaluation of φ and φ′, not the
loss, which costs the same everywhere), and floats held at once besides parameters, inputs and the gradient itself.
Nodes are l = 0 … L−1, widths w_0 (inputs) … w_L (outputs).

- forward: W a and the direct block, and s·φ where a skip connection's scale s is not 1;
- reverse: δ = s·φ′·β (without the factors that are 1), δ aᵀ, and β below = Wᵀδ. The forward pass has kept every a and
  φ′; δ takes the place of β, but where a skip connection still needs it;
- a forward-mode pass (jvp) carries a tangent beside each activation: V a, W ȧ, s·φ′·ż, and at the end ∂L/∂a · ȧ;
- numerical differences are central ones: two forward passes for each parameter;
- recomputing keeps the activations at the borders of segments alone and runs a segment forward again when the backward
  pass comes to it (the last one has just been run): Griewank & Walther 2008, Evaluating Derivatives, chapter 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, sqrt
from typing import NamedTuple

from app.objectives._network_architecture import Architecture


class Tally(NamedTuple):
    """The price of one way: sweeps through the network, multiplications, and floats held at once."""

    mode: str
    passes: int
    multiplications: int
    memory: int


def ledger(net: Architecture) -> tuple[Tally, ...]:
    """Every way to the gradient of one example's loss, beside the loss itself and one directional derivative."""
    last, d, root = len(net.nodes), net.dim, ceil(sqrt(len(net.nodes)))
    forward = _forward(net, range(last))
    reverse, jvp = forward + _backward(net), forward + _tangent(net)
    return (
        Tally("value", 1, forward, _sweep_memory(net, 1)),
        Tally("reverse", 2, reverse, _reverse_memory(net, last)),
        Tally("reverse_keeping_activations", 3, reverse + _again(net, 1), _reverse_memory(net, 1)),
        Tally("reverse_keeping_borders", 3, reverse + _again(net, root), _reverse_memory(net, root)),
        Tally("jvp", 1, jvp, _sweep_memory(net, 2)),
        Tally("forward", d, d * jvp, _sweep_memory(net, 2)),
        Tally("central_differences", 2 * d, 2 * d * forward, _sweep_memory(net, 1)),
    )


def _edges(net: Architecture, index: int) -> int:
    """Weights that lead into a node, the direct block's included."""
    below = net.widths[index] + (net.inputs if net.nodes[index].direct else 0)
    return net.widths[index + 1] * below


def _through(net: Architecture, index: int) -> int:
    """Edges from the node below, where something (an error, a tangent) has to go through them."""
    return net.widths[index] * net.widths[index + 1] if index else 0


def _factors(net: Architecture, index: int) -> int:
    """Multiplications by φ′ and by s."""
    node = net.nodes[index]
    return net.widths[index + 1] * ((not node.activation.linear) + (node.scale != 1))


def _slopes(net: Architecture, index: int) -> int:
    """Floats of φ′ that a node keeps."""
    return 0 if net.nodes[index].activation.linear else net.widths[index + 1]


def _forward(net: Architecture, nodes: range) -> int:
    scaled = sum(net.widths[i + 1] for i in nodes if net.nodes[i].scale != 1)
    return scaled + sum(_edges(net, i) for i in nodes)


def _backward(net: Architecture) -> int:
    return sum(_factors(net, i) + _edges(net, i) + _through(net, i) for i in range(len(net.nodes)))


def _tangent(net: Architecture) -> int:
    return _backward(net) + net.outputs


def _again(net: Architecture, length: int) -> int:
    """The forward pass once more over every segment but the last."""
    return _forward(net, range(_starts(net, length)[-1]))


def _starts(net: Architecture, length: int) -> range:
    return range(0, len(net.nodes), length)


def _sweep_memory(net: Architecture, copies: int) -> int:
    """The most that two neighbouring layers hold, with their tangents and slopes where there are two copies."""
    slopes = copies - 1
    return max(
        copies * ((net.widths[i] if i else 0) + net.widths[i + 1]) + slopes * _slopes(net, i)
        for i in range(len(net.nodes))
    )


def _reverse_memory(net: Architecture, length: int) -> int:
    """The most that is alive at once while the passes run over segments of ``length`` nodes."""
    starts = _starts(net, length)
    swept = (_borders(net, starts, i) + _swept(net, starts, i) for i in range(starts[-1]))
    kept = (live for start in starts for live in _segment(net, starts, start, min(start + length, len(net.nodes))))
    return max([*swept, *kept])


def _borders(net: Architecture, starts: range, index: int) -> int:
    """Activations kept at the borders up to a node; the inputs are there anyway."""
    return sum(net.widths[start] for start in starts if 0 < start <= index)


def _swept(net: Architecture, starts: range, index: int) -> int:
    below = net.widths[index] if index and index not in starts else 0
    return below + net.widths[index + 1]


def _segment(net: Architecture, starts: range, start: int, stop: int) -> Iterator[int]:
    """What is alive once a segment has run forward again (beside the error that waits), and as it runs backward."""
    borders, widths = _borders(net, starts, start), net.widths
    if stop < len(net.nodes):
        slopes = sum(_slopes(net, k) for k in range(start, stop))
        yield borders + sum(widths[start + 1 : stop]) + slopes + 2 * widths[stop]
    for i in reversed(range(start, stop)):
        inner = sum(widths[start + 1 : i + 1])
        slopes = sum(_slopes(net, k) for k in range(start, i))
        errors = widths[i + 1] * (2 if net.nodes[i].skip and i else 1)
        yield borders + inner + slopes + errors + max(_slopes(net, i), widths[i] if i else 0)
