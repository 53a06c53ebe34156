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
from app.objectives._network_curvature import Linearisation
from app.objectives._network_passes import descend

RESPONSE_NUMBERS = 1 << 20
"""Numbers of one layer's response that are held at once where only the diagonal is wanted."""


class Feed(NamedTuple):
    """A layer as the Hessian sees it.

    Attributes:
        node: the node it feeds.
        inputs: what its weights multiply, ``(width, n)``; a last row of ones where it has biases.
        place: index in the flat vector of each weight, ``(fan_out, width)``.
        moves: its inputs change with parameters below (the direct layer's never do).
    """

    node: int
    inputs: Array
    place: Array
    moves: bool


class Response(NamedTuple):
    """How the network answers a unit change of each z of one node (first axis: of which unit).

    Attributes:
        inputs: change of what each node sees; None stands for 0.
        deltas: change of δ of this node and those above.
    """

    inputs: list[Array | None]
    deltas: dict[int, Array]


def hessian(state: Linearisation) -> Array:
    """∇²L of the mean loss at the state's one θ (JᵀHJ where straightened): ``(d, d)``, exactly symmetric."""
    feeds = [_feed(state, index) for index in range(len(state.net.layers))]
    out = np.zeros((state.net.dim, state.net.dim), state.gradient.dtype)
    for node in range(len(state.net.nodes)):
        response = _response(state, node, np.arange(len(state.deltas[node])))
        above = [feed for feed in feeds if feed.node >= node]
        for row in (feed for feed in above if feed.node == node):
            for column in above:
                _fill(out, row, column, _block(state, response, row, column))
    return (out + out.T) / 2


def diagonal(state: Linearisation) -> Array:
    """The diagonal of :func:`hessian` ``(d,)``: Σ_s a_{l−1}[j]² R_i{δ_l[i]}, unit by unit, without the matrix."""
    out = np.empty(state.net.dim, state.gradient.dtype)
    feeds = [_feed(state, index) for index in range(len(state.net.layers))]
    for node in range(len(state.net.nodes)):
        own = _own_responses(state, node)
        for feed in (feed for feed in feeds if feed.node == node):
            out[feed.place] = own @ (feed.inputs * feed.inputs).T
    return out


def _own_responses(state: Linearisation, node: int) -> Array:
    """R_i{δ[i]} of each unit of a node, ``(units, n)``, some units at a time."""
    units, examples = state.deltas[node].shape
    size = max(1, RESPONSE_NUMBERS // (examples * max(state.net.widths)))
    own = np.empty((units, examples), state.gradient.dtype)
    for start in range(0, units, size):
        some = np.arange(start, min(start + size, units))
        own[some] = _response(state, node, some).deltas[node][np.arange(len(some)), some]
    return own


def _feed(state: Linearisation, index: int) -> Feed:
    layer, last = state.net.layers[index], len(state.net.nodes) - 1
    node = min(index, last)
    inputs = state.tape.inputs[node if index == node else 0]
    weights = np.arange(layer.start, layer.start + layer.fan_out * layer.fan_in).reshape(layer.fan_out, layer.fan_in)
    if not layer.biases:
        return Feed(node, inputs, weights, index == node)
    offsets = np.arange(layer.stop - layer.fan_out, layer.stop)
    return Feed(node, np.vstack([inputs, np.ones_like(inputs[:1])]), np.column_stack([weights, offsets]), True)


def _response(state: Linearisation, node: int, units: Array) -> Response:
    count, examples = state.deltas[node].shape
    injected: list[Array | None] = [None] * len(state.net.nodes)
    injected[node] = np.broadcast_to(np.eye(count)[units][:, :, None], (len(units), count, examples))
    changes = state.push(injected)
    deltas: dict[int, Array] = {}
    upstream = state.loss_product(changes.outputs)
    for index in reversed(range(node, len(state.net.nodes))):
        deltas[index] = state.delta_change(index, upstream, changes)
        if index > node:
            upstream = descend(state.net.nodes[index], state.blocks[index][0], deltas[index], upstream)
    return Response(changes.inputs, deltas)


def _block(state: Linearisation, response: Response, row: Feed, column: Feed) -> Array:
    """H of two layers as ``(fan_out, width, fan_out, width)``."""
    if row is column:
        return _symmetric(response.deltas[column.node], row.inputs)
    block = _contract(response.deltas[column.node], row.inputs, column.inputs).transpose(0, 2, 1, 3)
    change = response.inputs[column.node]
    if column.moves and change is not None and not state.straight:
        extra = _contract(change, row.inputs, state.deltas[column.node])
        block[..., : change.shape[1]] += extra.transpose(0, 2, 3, 1)
    return block


def _contract(changes: Array, a: Array, b: Array) -> Array:
    """Σ over examples of changes[i, p] a[j] b[q], as ``[i, p, j, q]``: a product with a Khatri–Rao product."""
    pairs = (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[-1])
    sums: Array = changes.reshape(-1, a.shape[-1]) @ pairs.T
    return sums.reshape(*changes.shape[:2], a.shape[0], b.shape[0])


def _symmetric(changes: Array, a: Array) -> Array:
    """The same for a layer with itself, as ``[i, j, p, q]``: symmetric in i, p and in j, q: a quarter is computed."""
    (units, _, examples), width = changes.shape, len(a)
    (i, p), (j, q) = np.triu_indices(units), np.triu_indices(width)
    sums: Array = changes[i, p].reshape(-1, examples) @ (a[j] * a[q]).T
    pair = np.empty((width, width), np.intp)
    pair[j, q] = pair[q, j] = np.arange(len(j))
    block = np.empty((units, width, units, width), sums.dtype)
    block[i, :, p] = block[p, :, i] = sums[:, pair]
    return block


def _fill(out: Array, row: Feed, column: Feed, block: Array) -> None:
    square = block.reshape(row.place.size, column.place.size)
    out[np.ix_(row.place.ravel(), column.place.ravel())] = square
    if column.node > row.node:
        out[np.ix_(column.place.ravel(), row.place.ravel())] = square.T
