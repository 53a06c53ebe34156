"""What a network's second derivatives are summed into: blocks of the Hessian, or its diagonal alone."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np

from app.core.calls import Plan
from app.core.interfaces import Array
from app.objectives._network_architecture import Architecture
from app.objectives._network_bent import Bent, Feed
from app.objectives._network_course import rows_of
from app.objectives._network_seconds import Level, bends, levels, main_diagonal
from app.objectives._network_sums import (
    Sums,
    add_own,
    contract,
    contract_symmetric,
    own_products,
    products_of,
    sums_of,
)


class Blocks(Bent):
    """Every block of the Hessian, as its :class:`.Sums` lie."""

    @classmethod
    def numbers(cls, net: Architecture) -> int:
        return sums_of(net.places).size

    @cached_property
    def _sums(self) -> Sums:
        return sums_of(self.course.net.places)

    def arrive(self, plan: Plan) -> None:
        """Products of inputs that do not change with θ."""
        pairs = ((row, column) for row in self.feeds for column in self.feeds[row.layer :])
        still = [(row, column) for row, column in pairs if not row.moves and not column.moves]
        self._still = {(row.layer, column.layer): _products(row, column, plan) for row, column in still}

    def sweep(self, curvature: Array, plan: Plan, *, first: bool) -> None:
        """Level by level, in each from the lower one of two layers on."""
        for level in levels(self.course, curvature, plan, straight=self.straight):
            for row in self.feeds:
                for column in self.feeds[row.layer :] if row.node == level.node else ():
                    total = self._sums.view(self._total, row.layer, column.layer)
                    out = total if first else plan.array(*total.shape)
                    self._sum(level, row, column, out, plan)
                    if not first:
                        plan.absorb(total, out)

    def _sum(self, level: Level, row: Feed, column: Feed, out: Array, plan: Plan) -> None:
        """H of two layers, summed over the examples."""
        still = self._still.get((row.layer, column.layer))
        products = _products(row, column, plan) if still is None else still
        if row is column:
            contract_symmetric(level.own, products, out, plan)
        else:
            contract(level.errors.get(column.node, level.own), products, out, plan)
        if still is None:
            plan.give_back(products)
        if not self.straight and column.moves and column.node > row.node:
            self._move(level, row, column, out, plan)

    def _move(self, level: Level, row: Feed, column: Feed, out: Array, plan: Plan) -> None:
        """Add the second term: what the upper one of two layers sees changes."""
        errors = self.course.stations[column.node].delta
        if column.node == row.node + 1:
            add_own(self.course.stations[row.node].slope, errors, row.inputs, out, plan)
            return
        change, products = level.inputs[column.node], products_of(row.inputs, errors, plan)
        second = plan.array(*change.shape[:2], *products.shape[:2])
        contract(change, products, second, plan)
        plan.give_back(products)
        plan.absorb(out[..., : change.shape[1]], second.transpose(0, 3, 2, 1))


class StraightBlocks(Blocks):
    """Those of its Gauss–Newton part."""

    straight: ClassVar[bool] = True


class Diagonal(Bent):
    """Σ_s a_{l−1}[j]² ∂δ_l[i]/∂z_l[i], in the order of :attr:`.Architecture.order`."""

    @classmethod
    def numbers(cls, net: Architecture) -> int:
        return net.dim

    def sweep(self, curvature: Array, plan: Plan, *, first: bool) -> None:
        """Node by node."""
        totals, spent = rows_of(self.course.net, self._total), list[Array]()
        for index, bend in zip(self.course.downwards, bends(self.course, curvature, plan), strict=True):
            for feed in self.feeds[index:]:
                if feed.node == index:
                    self._square(bend.own, feed.inputs, totals[feed.layer], plan, first)
            plan.give_back(bend.own, *spent)
            spent = [] if bend.below is None else [bend.below]

    def _square(self, own: Array, inputs: Array, total: Array, plan: Plan, first: bool) -> None:
        squares, out = plan.times(inputs, inputs), total if first else plan.array(*total.shape)
        plan.call(np.matmul, main_diagonal(own), squares.T, out)
        plan.give_back(squares)
        if not first:
            plan.absorb(total, out)


def _products(row: Feed, column: Feed, plan: Plan) -> Array:
    return own_products(row.inputs, plan) if row is column else products_of(row.inputs, column.inputs, plan)
