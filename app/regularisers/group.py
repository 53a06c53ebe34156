"""The sum of the norms of groups."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.regularisers._base import Regulariser


class Group(Regulariser):
    """λ Σ_g √|g| ‖θ_g‖₂ over groups of ``size`` consecutive parameters, the last one shorter where they do not divide.

    The subgradient at a group of zeros is zero. Groups count the parameters that the penalty sees, in the flat order:
    with ``biases`` false and as many as a layer's inputs, a group is all that flows into one unit.
    """

    kind: Literal["group"] = "group"
    size: Whole = control(
        2, "Group size", ge=1, le=1024, description="consecutive parameters that are zero together or not at all"
    )
    title = "Group lasso"
    summary = "Whole groups end at exactly zero, or none of their members does: L1 between groups, L2 within."
    reference = "Yuan & Lin 2006, Model selection and estimation in regression with grouped variables, JRSS B 68(1)"
    formula = r"\lambda \sum_g \sqrt{\left|g\right|}\,\left\lVert\theta_g\right\rVert_2"
    corners: ClassVar[bool] = True
    coordinatewise: ClassVar[bool] = False

    def value(self, theta: Array, weights: Array) -> Array:
        groups = self._groups(weights)
        return np.asarray(self.strength * (groups.norms(theta) * groups.roots).sum(axis=-1))

    def gradient(self, theta: Array, weights: Array) -> Array:
        groups = self._groups(weights)
        return self.strength * groups.spread(_over(groups.roots, groups.norms(theta)), theta)

    def hvp(self, theta: Array, v: Array, weights: Array) -> Array:
        """λ√|g| (v − θ θᵀv/‖θ‖²)/‖θ‖ in each group, zero where θ is."""
        groups = self._groups(weights)
        norms = groups.norms(theta)
        along = _over(groups.sums(theta * v), norms * norms)
        scale = _over(groups.roots, norms)
        return self.strength * (groups.spread(scale, v) - groups.spread(scale * along, theta))

    def hessian_diagonal(self, theta: Array, weights: Array) -> Array:
        """λ√|g| (1 − θᵢ²/‖θ‖²)/‖θ‖ in each group."""
        groups = self._groups(weights)
        norms = groups.norms(theta)
        scale = _over(groups.roots, norms)
        along = groups.spread(_over(scale, norms * norms), theta) * theta
        return np.asarray(self.strength * (groups.spread(scale, np.ones_like(theta)) - along))

    def prox(self, theta: Array, weights: Array, step: float) -> Array:
        """Each group shrunk by λ·step·√|g| in length (Parikh & Boyd 2014, section 6.5.4)."""
        groups = self._groups(weights)
        pull = step * self.strength * groups.roots
        shrunk = np.maximum(1 - _over(pull, groups.norms(theta)), 0)
        return np.where(groups.member, groups.spread(shrunk, theta), theta)

    def critical_strength(self, gradient: Array, weights: Array) -> Array:
        """max_g ‖∇L_g‖₂/√|g|."""
        groups = self._groups(weights)
        return np.asarray((groups.norms(gradient) / groups.roots).max(axis=-1))

    def cornered(self, theta: Array, weights: Array) -> Array:
        """The members of groups that are zero."""
        groups = self._groups(weights)
        standing = groups.spread((groups.norms(theta) != 0).astype(theta.dtype), np.ones_like(theta))
        return np.asarray(groups.member & (standing == 0))

    def _groups(self, weights: Array) -> _Groups:
        places = np.flatnonzero(self.mask(weights))
        starts = np.arange(0, places.size, self.size)
        lengths = np.diff(starts, append=places.size)
        return _Groups(places, starts, lengths, np.sqrt(lengths).astype(weights.dtype), self.mask(weights) != 0)


class _Groups(NamedTuple):
    """Where the groups lie.

    Attributes:
        places: of the members in the flat vector.
        starts, lengths, roots: of each group, where it starts among the members, |g| and √|g|.
        member: whether a parameter is one: ``(d,)``.
    """

    places: Array
    starts: Array
    lengths: Array
    roots: Array
    member: Array

    def sums(self, values: Array) -> Array:
        """Σ over each group: ``(…, d) -> (…, groups)``."""
        return np.asarray(np.add.reduceat(values[..., self.places], self.starts, axis=-1))

    def norms(self, theta: Array) -> Array:
        """‖θ_g‖₂; analytic, for the complex step."""
        return np.asarray(np.sqrt(self.sums(theta * theta)))

    def spread(self, factors: Array, values: Array) -> Array:
        """Each member of ``values`` times its group's factor, zero elsewhere: ``(…, groups), (…, d) -> (…, d)``."""
        each = np.zeros((*factors.shape[:-1], self.member.size), factors.dtype)
        each[..., self.places] = np.repeat(factors, self.lengths, axis=-1)
        return each * values


def _over(numerator: Array, denominator: Array) -> Array:
    """numerator/denominator, and 0 where the denominator is 0."""
    zero = denominator == 0
    return np.asarray(np.where(zero, 0, numerator / np.where(zero, 1, denominator)))
