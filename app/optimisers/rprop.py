"""RProp."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, control
from app.optimisers._first_order import FirstOrder, Memory


class RProp(FirstOrder):
    """Each parameter has a step size of its own, which grows while its gradient keeps its sign and shrinks when not.

    With s = sign(g_t)·sign(g_{t−1}) in each coordinate: s > 0, Δ ← min(η⁺Δ, Δmax) and step −sign(g)Δ; s < 0,
    Δ ← max(η⁻Δ, Δmin), take the last step back and forget g (so that the next step does not shrink Δ again); s = 0,
    step −sign(g)Δ. This is the paper's method with weight-backtracking; PyTorch's Rprop stays in place instead of
    stepping back (Rprop− of Igel & Hüsken 2000 with a forgotten gradient). Made for whole gradients: mini-batch
    noise flips signs. There is no learning rate: ``Info.learning_rate`` is Δ₀.

    Reference: Riedmiller & Braun 1993, section III; Rprop+ in Igel & Hüsken 2000.
    """

    kind: Literal["rprop"] = "rprop"
    initial_step: Real = control(
        0.1,
        "Initial step",
        symbol="Δ₀",
        scale="log",
        slider=(1e-4, 1.0),
        gt=0,
        le=1e6,
        description="Size of every parameter's first step.",
    )
    grow: Real = control(
        1.2, "Growth", symbol="η⁺", slider=(1.0, 2.0), ge=1, le=10, description="Factor while the sign stays."
    )
    shrink: Real = control(
        0.5, "Shrinkage", symbol="η⁻", slider=(0.1, 0.9), gt=0, lt=1, description="Factor when the sign flips."
    )
    largest_step: Real = control(
        50.0,
        "Largest step",
        symbol="Δmax",
        scale="log",
        gt=0,
        le=1e6,
        slider=(1e-2, 100.0),
        description="Ceiling of Δ.",
    )
    smallest_step: Real = control(
        1e-6, "Smallest step", symbol="Δmin", scale="log", gt=0, le=1, slider=(1e-12, 1e-2), description="Floor of Δ."
    )

    title: ClassVar[str] = "RProp"
    summary: ClassVar[str] = "Uses only the gradient's signs: strides grow while they agree and halve when they flip."
    reference: ClassVar[str] = (
        "Riedmiller & Braun 1993, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, "
        "section III"
    )
    formula: ClassVar[str] = (
        r"\Delta_t = \begin{cases} \min(\eta^{+}\Delta_{t-1}, \Delta_{\max}) & g_t g_{t-1} > 0 \\ "
        r"\max(\eta^{-}\Delta_{t-1}, \Delta_{\min}) & g_t g_{t-1} < 0 \\ \Delta_{t-1} & \text{else} \end{cases}"
        r"\qquad \theta_{t+1} = \begin{cases} \theta_{t-1} & g_t g_{t-1} < 0 \\ "
        r"\theta_t - \operatorname{sign}(g_t)\,\Delta_t & \text{else} \end{cases}"
    )

    def empty_memory(self, theta: Array) -> Memory:
        """(last gradient, step sizes Δ, last move): zeros, Δ₀, zeros."""
        return np.zeros_like(theta), np.full_like(theta, self.initial_step), np.zeros_like(theta)

    def rate(self, t: int) -> float:
        """Δ₀; later step sizes are in the memory, one a parameter."""
        return self.initial_step

    def update(self, gradient: Array, theta: Array, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """The rule of the class, elementwise; products of signs, not of gradients, cannot underflow."""
        last, sizes, moved = memory
        sign = np.sign(gradient)
        agreement = sign * np.sign(last)
        grown = np.minimum(self.grow * sizes, self.largest_step)
        shrunk = np.maximum(self.shrink * sizes, self.smallest_step)
        sizes = np.where(agreement > 0, grown, np.where(agreement < 0, shrunk, sizes))
        move = np.where(agreement < 0, -moved, -sign * sizes)
        return move, (np.where(agreement < 0, 0.0, gradient), sizes, move)
