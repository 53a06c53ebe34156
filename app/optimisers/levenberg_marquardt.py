"""Levenberg–Marquardt."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.optimisers import _fields as fields
from app.optimisers._dense import GaussNewtonBased
from app.optimisers._spectrum import EPSILON, solve, spectrum
from app.optimisers._template import Here, Memory


class LevenbergMarquardt(GaussNewtonBased):
    """Δ = −(G + λI)⁻¹∇f(θ) with the Gauss–Newton matrix G; taken, and λ ← λ/ν, unless f rises: then λ ← νλ.

    A step that would raise the loss is not taken: θ stays and the next trial is shorter, so that the loss never rises
    (on a mini-batch: its own). λ near zero is Gauss–Newton, a large λ a short gradient step. G is positive
    semi-definite, so every trial points downhill. From λ = 0 a refused step goes on with √ε of the largest curvature.
    Deviations: the identity is damped (Levenberg) and not the diagonal of G (Marquardt); losses other than squared
    error by the generalised Gauss–Newton matrix (Schraudolph 2002). There is no learning rate: ``Info.learning_rate``
    is 1. Networks of at most 1000 parameters.

    Reference: Levenberg 1944; Marquardt 1963, section "algorithm", with ν = 10 and λ₀ = 0.01.
    """

    kind: Literal["levenberg_marquardt"] = "levenberg_marquardt"
    damping: Real = fields.damping(0.01)
    factor: Real = control(
        10.0,
        "Damping factor",
        symbol="ν",
        slider=(1.0, 20.0),
        ge=1,
        le=1e6,
        description="Divides the damping after a step that was taken, multiplies it after one that was refused.",
    )

    title: ClassVar[str] = "Levenberg–Marquardt"
    summary: ClassVar[str] = (
        "Between Gauss–Newton and gradient descent: bolder after every step that works, more careful after a failure."
    )
    reference: ClassVar[str] = (
        "Marquardt 1963, An algorithm for least-squares estimation of nonlinear parameters, section on the algorithm; "
        "Levenberg 1944; Nocedal & Wright 2006, section 10.3"
    )
    formula: ClassVar[str] = (
        r"\Delta_t = -(G_t + \lambda_t I)^{-1} \nabla f(\theta_t), \quad (\theta_{t+1}, \lambda_{t+1}) = \begin{cases} "
        r"(\theta_t + \Delta_t,\ \lambda_t / \nu) & f(\theta_t + \Delta_t) \le f(\theta_t) \\ "
        r"(\theta_t,\ \nu\,\lambda_t) & \text{else} \end{cases}"
    )
    one_step: ClassVar[bool] = True

    def empty_memory(self, theta: Array) -> Memory:
        """λ₀ of each run, ``(..., 1)``."""
        return (np.full((*theta.shape[:-1], 1), self.damping),)

    def rate(self, t: int) -> float:
        """1: the length of a step is decided by λ."""
        return 1.0

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ and λ by the rule of the class; what is not finite at θ itself is passed on, not refused."""
        values, vectors = spectrum(self.curvature_of(here.objective).gauss_newton(here.theta))
        damping = memory[0]
        delta = -solve(values + damping, vectors, here.gradient)
        trial = here.objective.value(here.theta + delta)
        sound = np.isfinite(here.value) & np.isfinite(here.gradient).all(axis=-1)
        refused = (sound & ~(trial <= here.value))[..., None]
        least = np.sqrt(EPSILON) * np.abs(values).max(axis=-1, keepdims=True)
        raised = np.where(damping > 0, self.factor * damping, least)
        return np.where(refused, 0.0, delta), (np.where(refused, raised, damping / self.factor),)
