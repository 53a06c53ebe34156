"""A loss, a penalty, and what both say at a point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives.network import BoundPenalty, Network

HALVINGS = 60


class Problem(NamedTuple):
    """Minimise s(θ) + λΩ(θ).

    Attributes:
        loss: s, a convex loss of a linear model, without penalties.
        penalty: λΩ.
        curvature: L, the largest eigenvalue of ∇²s at zero.
        scale: ‖∇s(0)‖_∞, what residuals are small against.
    """

    loss: Network
    penalty: BoundPenalty
    curvature: float
    scale: float

    @classmethod
    def of(cls, loss: Network, penalty: BoundPenalty) -> Problem:
        """The problem, measured at zero."""
        zero = np.zeros(loss.dim)
        gradient = loss.value_and_gradient(zero)[1]
        curvature = float(np.linalg.eigvalsh(loss.hessian(zero))[-1])
        return cls(loss, penalty, max(curvature, np.finfo(float).tiny), float(np.abs(gradient).max()))

    def at(self, strength: float) -> Problem:
        """The same with another λ."""
        regulariser = self.penalty.regulariser.model_copy(update={"strength": strength})
        return self._replace(penalty=self.penalty._replace(regulariser=regulariser))

    def value(self, theta: Array) -> float:
        """s + λΩ at one θ."""
        return float(self.loss.value(theta) + self.penalty.value(theta))

    def gradient(self, theta: Array) -> Array:
        """∇s + λ∇Ω, with the subgradient 0 at corners."""
        return np.asarray(self.loss.value_and_gradient(theta)[1] + self.penalty.gradient(theta))

    def hessian(self, theta: Array) -> Array:
        """∇²s + λ∇²Ω, away from corners."""
        return np.asarray(self.loss.hessian(theta) + self.penalty.hessian(theta))

    def residual(self, theta: Array) -> float:
        """‖(θ − prox_t(θ − t∇s(θ)))/t‖_∞ with t = 1/L."""
        step = 1 / self.curvature
        moved = self.penalty.prox(theta - step * self.loss.value_and_gradient(theta)[1], step)
        return float(np.abs(theta - moved).max() / step)

    def proximal_step(self, theta: Array) -> Array:
        """One proximal step, halved from 1/L until the parabola that it minimises lies above the loss."""
        value, gradient = self.loss.value_and_gradient(theta)
        step = 1 / self.curvature
        for _ in range(HALVINGS):
            moved = self.penalty.prox(theta - step * gradient, step)
            change = moved - theta
            above = value + gradient @ change + (change @ change) / (2 * step)
            if self.loss.value(moved) <= above + 4 * np.finfo(float).eps * abs(value):
                return moved
            step /= 2
        return theta
