"""What the methods share that form a whole d × d matrix of curvature."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from app.core.errors import BudgetError, SpecError
from app.core.interfaces import Array, CompositeObjective, LayeredObjective, Objective, State
from app.optimisers._template import Template

MAX_DENSE = 1_000
"""Largest d: a step takes O(d³), about half a second there."""


class Dense(Template):
    """A method that solves a system with a d × d matrix each step."""

    coordinatewise: ClassVar[bool] = False

    def init(self, objective: Objective, theta: Array, rng: np.random.Generator) -> State:
        """State at ``theta``.

        Raises:
            BudgetError: d is over ``MAX_DENSE``.
            SpecError: the objective lacks what the method needs, or θ has another dimension.
        """
        self._bounded(objective)
        self.curvature_of(objective)
        return super().init(objective, theta, rng)

    def step_flops(self, objective: Objective) -> float:
        """About 20 d³ for the eigenvectors, and d² for each example whose curvature is summed.

        Raises:
            BudgetError: d is over ``MAX_DENSE``, so that no step will be taken.
        """
        self._bounded(objective)
        examples = objective.examples if isinstance(objective, LayeredObjective) else 1
        return 20.0 * objective.dim**3 + 8.0 * objective.dim**2 * examples

    def _bounded(self, objective: Objective) -> None:
        if objective.dim > MAX_DENSE:
            raise BudgetError(
                f"{objective.dim} parameters must be at most {MAX_DENSE} for {self.title}, which solves a system of "
                "that size each step; use fewer units, or lbfgs, which needs gradients only"
            )

    def curvature_of(self, objective: Objective) -> Objective:
        """The objective, once it is known to have the curvature the method needs."""
        return objective


class GaussNewtonBased(Dense):
    """A method that needs the Gauss–Newton matrix."""

    needs_model: ClassVar[bool] = True

    def curvature_of(self, objective: Objective) -> CompositeObjective:
        """The objective as a loss of a model's outputs.

        Raises:
            SpecError: it is a function of its parameters alone.
        """
        if not isinstance(objective, CompositeObjective):
            raise SpecError(
                f"{self.title} needs a loss of a model's outputs, for the Gauss–Newton matrix, and a surface has none; "
                "choose a network, or use newton or saddle_free_newton here"
            )
        return objective
