"""Limited-memory BFGS."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.optimisers._line_search import bisect
from app.optimisers._template import Here, Memory, Template

EPSILON, TINY = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny)


class LBFGS(Template):
    """Δ = −t·H∇f(θ), with H the BFGS approximation of the inverse Hessian from the last m pairs (s, y).

    s = Δ and y = ∇f(θ + Δ) − ∇f(θ), both gradients of the same mini-batch; H is applied by the two-loop recursion and
    starts from γI, γ = sᵀy/yᵀy of the newest pair. Without a pair the step is −g/max(1, ‖g‖₂). t meets the weak Wolfe
    conditions (c₁ = 10⁻⁴, c₂ a field), found by doubling and bisection from t = 1 in at most 40 evaluations; they make
    sᵀy positive, and a pair that lacks this is left out. There is no learning rate: ``Info.learning_rate`` is 1, the
    t that is tried first. Memory: S and Y ``(..., m, d)``, newest first, zeros where there is none yet.

    Reference: Nocedal & Wright 2006, Algorithms 7.4 and 7.5 and equation (7.20); Lewis & Overton 2013 for t.
    """

    kind: Literal["lbfgs"] = "lbfgs"
    history: Whole = control(
        10, "History", symbol="m", unit="steps", slider=(1, 30), ge=1, le=50, description="Pairs of steps remembered."
    )
    curvature: Real = control(
        0.9,
        "Wolfe curvature",
        symbol="c₂",
        slider=(0.1, 0.9),
        gt=1e-4,
        lt=1,
        description="How much of the slope may be left along the step; smaller is a more exact line search.",
    )

    title: ClassVar[str] = "L-BFGS"
    summary: ClassVar[str] = (
        "Learns the curvature from its last few steps: nearly as fast as Newton, for the price of gradients."
    )
    reference: ClassVar[str] = (
        "Nocedal & Wright 2006, Numerical optimization, Algorithms 7.4 and 7.5; Liu & Nocedal 1989; line search of "
        "Lewis & Overton 2013, Nonsmooth optimization via quasi-Newton methods"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} \theta_{t+1} &= \theta_t - \alpha_t H_t \nabla f(\theta_t) \\ "
        r"H_{k+1} &= (I - \rho_k s_k y_k^\top)\,H_k\,(I - \rho_k y_k s_k^\top) + \rho_k s_k s_k^\top, \quad "
        r"\rho_k = \frac{1}{y_k^\top s_k} \end{aligned}"
    )
    coordinatewise: ClassVar[bool] = False
    searches: ClassVar[bool] = True

    def empty_memory(self, theta: Array) -> Memory:
        """(S, Y): zeros."""
        shape = (*theta.shape[:-1], self.history, theta.shape[-1])
        return np.zeros(shape), np.zeros(shape)

    def rate(self, t: int) -> float:
        """1: the line search decides."""
        return 1.0

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Search along −Hg, then remember the pair."""
        step, gradient = bisect(here, -_times_inverse_hessian(here.gradient, *memory), self.curvature)
        return step, _remembered(memory, step, gradient - here.gradient)


def _times_inverse_hessian(gradient: Array, steps: Array, changes: Array) -> Array:
    """H g by the two-loop recursion; a pair of zeros has ρ = 0 and changes nothing."""
    products = np.vecdot(steps, changes)
    rho = np.where(products > 0, 1.0 / products, 0.0)[..., None]
    weights: list[Array] = []
    q = gradient
    for i in range(steps.shape[-2]):
        weights.append(rho[..., i, :] * np.vecdot(steps[..., i, :], q)[..., None])
        q = q - weights[i] * changes[..., i, :]
    r: Array = _first_scale(gradient, products[..., :1], changes) * q
    for i in reversed(range(steps.shape[-2])):
        beta = rho[..., i, :] * np.vecdot(changes[..., i, :], r)[..., None]
        r = r + (weights[i] - beta) * steps[..., i, :]
    return r


def _first_scale(gradient: Array, newest: Array, changes: Array) -> Array:
    """γ of the newest pair, or 1/max(1, ‖g‖₂) where there is none: ``(..., 1)``."""
    unknown = 1.0 / np.maximum(1.0, np.sqrt(np.vecdot(gradient, gradient)))[..., None]
    newest_change = changes[..., 0, :]
    return np.asarray(np.where(newest > 0, newest / np.vecdot(newest_change, newest_change)[..., None], unknown))


def _remembered(memory: Memory, step: Array, change: Array) -> Memory:
    """The memory with the pair in front, where its curvature sᵀy is positive beyond rounding and underflow."""
    product, size = np.vecdot(step, change), np.vecdot(change, change)
    kept = (product > EPSILON * size) & (np.minimum(product, size) > TINY) | np.isnan(product)
    curved = kept[..., None, None]
    pairs = zip(memory, (step, change), strict=True)
    return tuple(
        np.where(curved, np.concatenate([new[..., None, :], old[..., :-1, :]], axis=-2), old) for old, new in pairs
    )
