"""Second derivatives of the mean loss in the nodes' pre-activations, example by example, from the outputs down.

An example's loss depends on its own z alone, so that ∂²L/∂z_l∂z_m is one small matrix for each example. Whatever
depends on a_l depends on a_{l−1} through z_l and, where the node is skipped, directly:

    ∂x/∂z_l = φ′_l ∂x/∂a_l,    ∂x/∂a_{l−1} = W_lᵀ ∂x/∂z_l (+ ∂x/∂a_l where skipped).

Axes are (units by which it is differentiated, units of what is differentiated, examples).

Reference: Bishop 1992, Exact calculation of the Hessian matrix for the multilayer perceptron, Neural Computation 4(4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives._network_curvature import Linearisation


class Bend(NamedTuple):
    """How one node's own errors bend.

    Attributes:
        own: ∂δ_l/∂z_l = ∂²L/∂z_l∂z_l, ``(units, units, n)``, symmetric but for rounding.
        below: ∂δ_l/∂a_{l−1}, ``(units below, units, n)``; None at the first node, where nothing asks for it.
    """

    own: Array
    below: Array | None


class Level(NamedTuple):
    """What changes with one node's z.

    Attributes:
        node: which.
        own: as in :class:`Bend`.
        errors: ∂δ_m/∂z of each node m above, ``(units, units of m, n)``.
        inputs: ∂a_{m−1}/∂z, what m sees, of each node m above but the next.
    """

    node: int
    own: Array
    errors: dict[int, Array]
    inputs: dict[int, Array]


def bends(state: Linearisation) -> Iterator[Bend]:
    """Of every node, the last one first."""
    identity = np.zeros((len(state.deltas[-1]), *state.deltas[-1].shape), state.dtype)
    main_diagonal(identity)[...] = 1
    upstream = state.loss_product(identity)
    for node in reversed(range(len(state.net.nodes))):
        slope, curve, skip = state.tape.slopes[node], state.curves[node], state.net.nodes[node].skip
        through = felt(upstream, slope, skip)
        own = through if slope is None else np.multiply(through, slope, out=None if skip else through)
        if curve is not None:
            main_diagonal(own)[...] += curve
        if not node:
            yield Bend(own, None)
            return
        W = state.blocks[node][0]
        below = pulled(W, own)
        if skip:
            below += upstream if slope is None else upstream * slope
        yield Bend(own, below)
        lower = np.matmul(W.T, below) if len(W) > 1 else below * W.T
        if skip:
            lower += pulled(W, through)
            lower += upstream
        upstream = lower


def levels(state: Linearisation) -> Iterator[Level]:
    """Of every node, the last one first; where straightened, without ``inputs``, which nothing asks for then."""
    errors: dict[int, Array] = {}
    inputs: dict[int, Array] = {}
    for node, bend in zip(reversed(range(len(state.net.nodes))), bends(state), strict=True):
        slope, keep = state.tape.slopes[node], state.net.nodes[node].skip
        through = [{m: felt(change, slope, keep) for m, change in changes.items()} for changes in (errors, inputs)]
        yield Level(node, bend.own, *through)
        if bend.below is None:
            return
        errors, inputs = (_below(state, node, *pair) for pair in zip(through, (errors, inputs), strict=True))
        errors[node] = bend.below
        if node + 1 < len(state.net.nodes) and not state.straight:
            inputs[node + 1] = _step(state, node)


def main_diagonal(change: Array) -> Array:
    """What ``(units, units, n)`` holds of each unit with itself: ``(units, n)``, a view."""
    view: Array = np.einsum("iin->in", change)
    return view


def felt(change: Array, slope: Array | None, keep: bool) -> Array:
    """∂x/∂z from ∂x/∂a, in its place unless that is to be kept."""
    return change if slope is None else np.multiply(change, slope[:, None], out=None if keep else change)


def pulled(W: Array, change: Array) -> Array:
    """Wᵀ ∂x/∂z: one product for all examples."""
    return (W.T @ change.reshape(len(change), -1)).reshape(-1, *change.shape[1:])


def _below(state: Linearisation, node: int, through: dict[int, Array], direct: dict[int, Array]) -> dict[int, Array]:
    """∂x/∂a of the node below, of all x."""
    below = {m: pulled(state.blocks[node][0], change) for m, change in through.items()}
    for m in below if state.net.nodes[node].skip else ():
        below[m] += direct[m]
    return below


def _step(state: Linearisation, node: int) -> Array:
    """∂a_l/∂a_{l−1} of a node."""
    W, slope = state.blocks[node][0], state.tape.slopes[node]
    step = W.T[..., None] * (np.ones_like(state.deltas[node]) if slope is None else slope)
    if state.net.nodes[node].skip:
        main_diagonal(step)[...] += 1
    return step
