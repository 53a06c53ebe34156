"""Second derivatives of the mean loss in the nodes' pre-activations, example by example, from the outputs down.

An example's loss depends on its own z alone, so that ∂²L/∂z_l∂z_m is one small matrix for each example. Whatever
depends on a_l depends on a_{l−1} through z_l and, where the node is skipped, directly:

    ∂x/∂z_l = φ′_l ∂x/∂a_l,    ∂x/∂a_{l−1} = W_lᵀ ∂x/∂z_l (+ ∂x/∂a_l where skipped).

Axes are (units by which it is differentiated, units of what is differentiated, examples). All of it is written down as
calls, and what is handed on is for its reader to give back.

Reference: Bishop 1992, Exact calculation of the Hessian matrix for the multilayer perceptron, Neural Computation 4(4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.core.calls import Plan, numbers
from app.core.interfaces import Array
from app.objectives._network_course import Course, Station

Changes = dict[int, Array]
"""Of some nodes: how something of each changes."""

MANY = 32
"""Examples from which on a product for each unit is quicker than one of all."""


class Bend(NamedTuple):
    """How one node's own errors bend.

    Attributes:
        own: ∂δ_l/∂z_l = ∂²L/∂z_l∂z_l, ``(units, units, n)``, symmetric but for rounding.
        below: ∂δ_l/∂a_{l−1}, ``(units below, units, n)``, to be left as it is until the next node was asked for; None
            at the first node, where nothing asks for it.
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
    errors: Changes
    inputs: Changes


def bends(course: Course, curvature: Array, plan: Plan) -> Iterator[Bend]:
    """Of every node, the last one first, from ∂²L/∂outputs², which is written over."""
    upstream = curvature
    for index in course.downwards:
        station, skip = course.stations[index], course.stations[index].node.skip
        through = _felt(upstream, station, plan)
        own = through if station.slope is None else plan.times(through, station.slope, None if skip else through)
        if station.bend is not None:
            plan.add(main_diagonal(own), station.bend)
        below = _lowered(course, index, own, upstream, plan) if index else None
        yield Bend(own, below)
        lower = upstream if below is None else _bent(course, index, below, upstream, through, plan)
        if skip:
            plan.give_back(upstream, through)
        upstream = lower


def levels(course: Course, curvature: Array, plan: Plan, *, straight: bool) -> Iterator[Level]:
    """Of every node, the last one first; where ``straight``, without ``inputs``, which nothing asks for then."""
    errors, inputs = Changes(), Changes()
    for index, bend in zip(course.downwards, bends(course, curvature, plan), strict=True):
        station = course.stations[index]
        through = [{m: _felt(change, station, plan) for m, change in changes.items()} for changes in (errors, inputs)]
        yield Level(index, bend.own, *through)
        plan.give_back(bend.own)
        errors, inputs = (_below(course, index, *pair, plan) for pair in zip(through, (errors, inputs), strict=True))
        if bend.below is not None:
            errors[index] = bend.below
        if index and station is not course.stations[-1] and not straight:
            inputs[index + 1] = _step(course, index, plan)


def main_diagonal(change: Array) -> Array:
    """What ``(units, units, n)`` holds of each unit with itself: ``(units, n)``, a view."""
    view: Array = np.einsum("iin->in", change)
    return view


def _felt(change: Array, station: Station, plan: Plan) -> Array:
    """∂x/∂z from ∂x/∂a, in its place unless that is to be kept."""
    if station.slope is None:
        return change
    return plan.times(change, station.slope[:, None], None if station.node.skip else change)


def _lowered(course: Course, index: int, own: Array, upstream: Array, plan: Plan) -> Array:
    """∂δ_l/∂a_{l−1}."""
    station, below = course.stations[index], _pulled(course.matrices[index], own, plan)
    if station.node.skip and station.slope is not None:
        plan.absorb(below, plan.times(upstream, station.slope))
    return below


def _bent(course: Course, index: int, below: Array, upstream: Array, through: Array, plan: Plan) -> Array:
    """∂β_{l−1}/∂a_{l−1}."""
    W = course.matrices[index]
    (units, _, n), width = below.shape, W.shape[1]
    lower = plan.array(units, width, n)
    if len(W) > 1:
        plan.call(np.matmul, W.T, below, lower)
    else:
        plan.times(below, W.T, lower)
    if course.stations[index].node.skip:
        plan.absorb(lower, _pulled(W, through, plan))
        plan.add(lower, upstream)
    return lower


def _pulled(W: Array, change: Array, plan: Plan) -> Array:
    """Wᵀ ∂x/∂z: a small product for each unit of x, unless examples are few."""
    _, units, n = change.shape
    below = plan.array(W.shape[1], units, n)
    if len(W) == 1:
        plan.times(W.T[..., None], change, below)
    elif n >= MANY:
        plan.call(np.matmul, W.T, change.swapaxes(0, 1), below.swapaxes(0, 1))
    else:
        plan.call(np.matmul, W.T, change.reshape(len(W), -1), below.reshape(W.shape[1], -1))
    return below


def _below(course: Course, index: int, through: Changes, direct: Changes, plan: Plan) -> Changes:
    """∂x/∂a of the node below, if there is one, of all x."""
    skip, below = course.stations[index].node.skip, Changes()
    for m, change in through.items():
        if index:
            below[m] = _pulled(course.matrices[index], change, plan)
        if index and skip:
            plan.add(below[m], direct[m])
        plan.give_back(change, *([direct[m]] if skip else []))
    return below


def _step(course: Course, index: int, plan: Plan) -> Array:
    """∂a_l/∂a_{l−1} of a node."""
    W, station = course.matrices[index].T[..., None], course.stations[index]
    step = plan.array(len(W), *station.a.shape)
    if station.slope is None:
        plan.call(np.copyto, step, W)
    else:
        plan.times(W, station.slope, step)
    if station.node.skip:
        plan.add(main_diagonal(step), *numbers(step, 1.0))
    return step
