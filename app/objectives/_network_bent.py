"""Sums over some examples of a network's second derivatives, as calls on buffers that stay."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from app.core.calls import Call, Plan, carry_out
from app.core.interfaces import Array
from app.core.memory import Stock, aligned
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_course import Course, stations
from app.objectives._network_examples import Examples


class Shown(NamedTuple):
    """All examples, and their targets as :meth:`.Criterion.second_calls` read them."""

    examples: Examples
    targets: Array


def shown_to(criterion: Criterion, examples: Examples, dtype: np.dtype[Any]) -> Shown:
    """These examples, of which parts add up to the mean over all."""
    return Shown(examples, criterion.encode_slope(examples.targets, dtype, examples.count))


class Feed(NamedTuple):
    """A layer as second derivatives see it.

    Attributes:
        layer: which.
        node: the node it feeds.
        inputs: what its weights multiply, ``(width, n)``; a last row of ones where it has biases.
        moves: its inputs change with parameters below.
    """

    layer: int
    node: int
    inputs: Array
    moves: bool


class Bent:
    """What is summed over ``size`` examples after others, at ``theta``, into ``total``; abstract.

    Args:
        net: the network.
        criterion: the loss.
        theta: ``(d,)`` in the order of :attr:`.Architecture.order`.
        total: where the sums are left, as many as :meth:`numbers` says.
        shown: what examples there are; others like them may be shown later on.
        size: how many are passed at once.

    Attributes:
        straight: the network counts as linear in θ, so that φ″, β and δ are left out.
        course: the way up and down.
        feeds: its layers.
    """

    straight: ClassVar[bool] = False

    def __init__(
        self, net: Architecture, criterion: Criterion, theta: Array, total: Array, shown: Shown, size: int
    ) -> None:
        self._criterion, self._count, self._total = criterion, shown.examples.count, total
        self._columns = aligned((net.inputs + net.biases, size), theta.dtype)
        self._columns.fill(1)
        self._targets = aligned((len(shown.targets), size), theta.dtype)
        self.course = Course(net, theta, self._columns, stations(net, size, theta.dtype, not self.straight))
        self.feeds = [Feed(index, index, inputs, index > 0) for index, inputs in enumerate(self.course.below)]
        if net.direct:
            self.feeds.append(Feed(len(self.feeds), len(self.feeds) - 1, self.course.inputs, False))
        self._stock = Stock(theta.dtype)
        self._seen: tuple[Shown, slice] | None = None

    @classmethod
    def numbers(cls, net: Architecture) -> int:
        """How many sums there are."""
        raise NotImplementedError

    def arrive(self, plan: Plan) -> None:
        """Write down what is to be done once for examples that are new."""

    def sweep(self, curvature: Array, plan: Plan, *, first: bool) -> None:
        """Write down what is summed once they have been passed, from ∂²L/∂outputs²; ``first``: not added to more."""
        raise NotImplementedError

    @property
    def nbytes(self) -> int:
        """Of all buffers, by and large."""
        return self._stock.nbytes + sum(5 * station.shown.nbytes for station in self.course.stations)

    def add(self, shown: Shown, some: slice, *, first: bool) -> None:
        """Add these examples to the total; of the ``first`` ones it is all there is."""
        if self._seen is None or self._seen[0] is not shown or self._seen[1] != some:
            self._seen = None  # until they are there
            self.course.inputs[...] = shown.examples.inputs[:, some]
            self._targets[...] = shown.targets[:, some]
            carry_out(self._arrival)
            self._seen = shown, some
        carry_out(self._first if first else self._later)

    @cached_property
    def _arrival(self) -> list[Call]:
        plan = Plan(self._stock)
        self.arrive(plan)
        return plan.calls

    @cached_property
    def _first(self) -> list[Call]:
        return self._passed(first=True)

    @cached_property
    def _later(self) -> list[Call]:
        return self._passed(first=False)

    def _passed(self, *, first: bool) -> list[Call]:
        plan, course, outputs = Plan(self._stock), self.course, self.course.stations[-1].a
        curvature = plan.array(len(outputs), *outputs.shape)
        plan.calls += course.rise() + self._criterion.second_calls(outputs, self._targets, curvature, self._count)
        for index in () if self.straight else course.downwards:
            plan.calls += course.turn(index) + course.descend(index)
        self.sweep(curvature, plan, first=first)
        return plan.calls
