"""The whole Hessian of a network, by second derivatives in the *units* instead of the parameters.

A weight W_l[i, j] changes z_l[i] of example s by a_{l−1}[j, s], and everything above is linear in that change, example
by example. So second derivatives in the weights are those in the z, weighted by what the weights multiply, and a block
of the Hessian is one matrix product over examples:

    H[(l,i,j), (m,p,q)] = Σ_s a_{l−1}[j] (∂δ_m[p]/∂z_l[i] a_{m−1}[q] + δ_m[p] ∂a_{m−1}[q]/∂z_l[i]),   m ≥ l.

The Gauss–Newton part lacks the second term, and ∂δ/∂z lacks its share of φ″ (see :mod:`._network_seconds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.threads import shared_out
from app.objectives._network_architecture import Architecture
from app.objectives._network_curvature import Linearisation
from app.objectives._network_seconds import Level, bends, levels, main_diagonal
from app.objectives._network_sums import Sums, contract, contract_own, contract_symmetric, sums_of

PART_NUMBERS = 1 << 18
"""Numbers of a part's largest temporary: 2 MB, a core's cache; in smaller sweeps two threads hinder each other."""

Part = Callable[[slice], Linearisation]
"""Some examples' part of the mean."""


class Feed(NamedTuple):
    """A layer as the Hessian sees it.

    Attributes:
        layer: which.
        node: the node it feeds.
        inputs: what its weights multiply, ``(width, n)``; a last row of ones where it has biases.
        moves: its inputs change with parameters below (the direct layer's never do).
    """

    layer: int
    node: int
    inputs: Array
    moves: bool


def hessian(net: Architecture, count: int, part: Part) -> Array:
    """∇²L of the mean over ``count`` examples, ``(d, d)``; halves of them are shared out among threads."""
    sums = sums_of(net.places)
    parts = _parts(net, count, sums.size)
    middle = (len(parts) + 1) // 2
    halves = [parts[:middle], parts[middle:]][: len(parts)]
    first, *others = shared_out(lambda some: _added_up(sums, map(part, some)), halves)
    for other in others:
        first += other
    return sums.matrix(first)


def diagonal(net: Architecture, count: int, part: Part) -> Array:
    """The diagonal of the Hessian ``(d,)``: Σ_s a_{l−1}[j]² ∂δ_l[i]/∂z_l[i], without the matrix."""
    out = np.zeros(net.dim)
    for state in map(part, _parts(net, count, PART_NUMBERS)):
        own = [main_diagonal(bend.own) for bend in bends(state)][::-1]
        for feed, place in zip(_feeds(state), net.places, strict=True):
            sums = own[feed.node] @ (feed.inputs * feed.inputs).T
            for columns, some in place.parts:
                out[some] += sums[:, columns].ravel()
    return out


def _parts(net: Architecture, count: int, added: int) -> list[slice]:
    """Parts of the examples, small enough for the cache unless the sums to which each is ``added`` are larger.

    Equal ones, and one or an even number of them, so that halves take as long.
    """
    most = max(1, max(PART_NUMBERS, added) // (max(net.widths) + 1) ** 2) if net.pointwise else count
    pairs = -(-count // (2 * most))
    size = count if count <= most else -(-count // (2 * pairs))
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]


def _added_up(sums: Sums, states: Iterable[Linearisation]) -> Array:
    """The sums over one part after another."""
    total = np.empty(sums.size)
    for number, state in enumerate(states):
        if number == 1:
            room = np.empty(sums.size)
        _fill(sums, state, room if number else total)
        if number:
            total += room
    return total


def _feeds(state: Linearisation) -> list[Feed]:
    return [_feed(state, index) for index in range(len(state.net.layers))]


def _feed(state: Linearisation, index: int) -> Feed:
    node = min(index, len(state.net.nodes) - 1)
    inputs = state.tape.inputs[node if index == node else 0]
    if state.net.layers[index].biases:
        inputs = np.concatenate([inputs, np.ones((1, inputs.shape[1]), inputs.dtype)])
    return Feed(index, node, inputs, index == node)


def _fill(sums: Sums, state: Linearisation, out: Array) -> None:
    feeds = _feeds(state)
    for level in levels(state):
        for row in feeds:
            for column in feeds[row.layer :] if row.node == level.node else ():
                _sum(state, level, row, column, sums.view(out, row.layer, column.layer))


def _sum(state: Linearisation, level: Level, row: Feed, column: Feed, out: Array) -> None:
    """H of two layers, summed over the examples."""
    if row is column:
        contract_symmetric(level.own, row.inputs, out)
        return
    contract(level.errors.get(column.node, level.own), row.inputs, column.inputs, out)
    if state.straight or not column.moves or column.node == row.node:
        return
    errors = state.deltas[column.node]
    if column.node == row.node + 1:
        moved = np.einsum("ipji->ipj", out[..., : len(level.own)])
        moved += contract_own(state.tape.slopes[row.node], errors, row.inputs)
    else:
        change = level.inputs[column.node]
        second = np.empty((len(change), change.shape[1], len(row.inputs), len(errors)))
        contract(change, row.inputs, errors, second)
        out[..., : change.shape[1]] += second.transpose(0, 3, 2, 1)
