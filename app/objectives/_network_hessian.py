"""The whole Hessian of a network, by one R-operator pass for each *unit* instead of each parameter.

A weight W_l[i, j] changes z_l[i] of example s by a_{l−1}[j, s], and everything above is linear in that change, example
by example. So the response of the network to a unit change of z_l[i] at every example, weighted by a_{l−1}[j], is the
response to the weight, and a block of the Hessian is one matrix product over examples:

    H[(l,i,j), (m,p,q)] = Σ_s a_{l−1}[j] (R_i{δ_m[p]} a_{m−1}[q] + δ_m[p] R_i{a_{m−1}[q]}),   m ≥ l.

The Gauss–Newton part lacks the second term, and R_i{δ} lacks its share of φ″.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_architecture import Architecture
from app.objectives._network_curvature import Linearisation
from app.objectives._network_response import Response, response
from app.objectives._network_sums import contract, contract_own, contract_symmetric, write, write_symmetric

RESPONSE_NUMBERS = 1 << 20
"""Numbers of one layer's response that are held at once where only the diagonal is wanted."""


class Feed(NamedTuple):
    """A layer as the Hessian sees it.

    Attributes:
        node: the node it feeds.
        inputs: what its weights multiply, ``(width, n)``; a last row of ones where it has biases.
        moves: its inputs change with parameters below (the direct layer's never do).
    """

    node: int
    inputs: Array
    moves: bool


class Assembly:
    """The Hessian of a mean over examples that come in parts: sums over them, for each pair of layers.

    Nothing is spread out into the matrix before every part is in; it is symmetric to the last bit.
    """

    def __init__(self, net: Architecture) -> None:
        self.net = net
        self._sums: dict[tuple[int, int], Array] = {}

    def add(self, state: Linearisation, share: float) -> None:
        """``share`` times the Hessian of the mean over a part of the examples (JᵀHJ where straightened)."""
        feeds = _feeds(state)
        for node, errors in enumerate(state.deltas):
            answer = response(state, node, np.arange(len(errors)))
            for a, row in enumerate(feeds):
                for b in range(a, len(feeds)) if row.node == node else ():
                    self._gather((a, b), _sums(state, answer, row, feeds[b]), share)

    def _gather(self, pair: tuple[int, int], sums: Array, share: float) -> None:
        if share != 1:
            sums *= share
        self._sums[pair] = np.add(self._sums[pair], sums, out=sums) if pair in self._sums else sums

    def matrix(self) -> Array:
        """∇²L, ``(d, d)``."""
        out = np.empty((self.net.dim, self.net.dim))
        for (a, b), sums in self._sums.items():
            if a == b:
                write_symmetric(out, self.net.places[a], sums)
            else:
                write(out, self.net.places[a], self.net.places[b], sums)
        return out


def diagonal(state: Linearisation) -> Array:
    """The diagonal of the Hessian ``(d,)``: Σ_s a_{l−1}[j]² R_i{δ_l[i]}, unit by unit, without the matrix."""
    out = np.empty(state.net.dim, state.gradient.dtype)
    own = [_own_responses(state, node) for node in range(len(state.net.nodes))]
    for feed, place in zip(_feeds(state), state.net.places, strict=True):
        sums = own[feed.node] @ (feed.inputs * feed.inputs).T
        for columns, some in place.parts:
            out[some] = sums[:, columns].ravel()
    return out


def _own_responses(state: Linearisation, node: int) -> Array:
    """R_i{δ[i]} of each unit of a node, ``(units, n)``, some units at a time."""
    units, examples = state.deltas[node].shape
    size = max(1, RESPONSE_NUMBERS // (examples * max(state.net.widths)))
    own = np.empty((units, examples), state.gradient.dtype)
    for start in range(0, units, size):
        some = np.arange(start, min(start + size, units))
        own[some] = response(state, node, some).deltas[node][np.arange(len(some)), some]
    return own


def _feeds(state: Linearisation) -> list[Feed]:
    return [_feed(state, index) for index in range(len(state.net.layers))]


def _feed(state: Linearisation, index: int) -> Feed:
    node = min(index, len(state.net.nodes) - 1)
    inputs = state.tape.inputs[node if index == node else 0]
    if state.net.layers[index].biases:
        inputs = np.concatenate([inputs, np.ones_like(inputs[:1])])
    return Feed(node, inputs, index == node)


def _sums(state: Linearisation, answer: Response, row: Feed, column: Feed) -> Array:
    """H of two layers, summed over the examples (see :mod:`._network_sums`)."""
    changes, errors = answer.deltas[column.node], state.deltas[column.node]
    if row is column:
        return contract_symmetric(changes, row.inputs)
    sums = contract(changes, row.inputs, column.inputs)
    if state.straight or not column.moves or column.node == row.node:
        return sums
    if column.node == row.node + 1:
        units = np.arange(len(changes))
        sums[units, :, :, units] += contract_own(answer.slope, errors, row.inputs)
    else:
        change = answer.inputs[column.node]
        sums[..., : change.shape[1]] += contract(change, row.inputs, errors).transpose(0, 3, 2, 1)
    return sums
