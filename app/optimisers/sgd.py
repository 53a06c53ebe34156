"""Stochastic gradient descent."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real, Whole, control
from app.optimisers._linear import Descent


class SGD(Descent):
    """θ ← θ − ηg, where g is the gradient of a mini-batch, plus Gaussian noise where it is asked for.

    On a network the run draws ``batch_size`` examples a step. A surface has no examples: ``gradient_noise`` σ adds
    an independent N(0, σ²) to every component instead. ``Info.gradient`` is the objective's own, without σ. On
    curvature λ the iterates of a constant η end up around the minimum with variance ησ²/(λ(2 − ηλ)); the stability
    threshold 2/η is that of their mean.

    Reference: Robbins & Monro 1951; Bottou, Curtis & Nocedal 2018, Algorithm 4.1.
    """

    kind: Literal["sgd"] = "sgd"
    batch_size: Whole = control(
        32,
        "Batch size",
        symbol="B",
        unit="examples",
        scale="log",
        slider=(1, 512),
        ge=1,
        le=1_000_000,
        description="Examples a step, drawn anew each time; a surface has none and ignores it.",
    )
    gradient_noise: Real = control(
        0.0,
        "Gradient noise",
        symbol="σ",
        slider=(0.0, 5.0),
        ge=0,
        le=1e6,
        description="Standard deviation of noise added to each gradient component: mini-batch noise for surfaces.",
    )

    title: ClassVar[str] = "SGD"
    summary: ClassVar[str] = "Gradient descent on a few examples at a time: cheap steps, and a noise floor set by η."
    reference: ClassVar[str] = (
        "Robbins & Monro 1951, A stochastic approximation method; "
        "Bottou, Curtis & Nocedal 2018, Optimization methods for large-scale machine learning, Algorithm 4.1"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\,\Big(\frac{1}{B}\sum_{i \in \mathcal{B}_t} \nabla f_i(\theta_t) "
        r"+ \sigma\,\xi_t\Big), \quad \xi_t \sim \mathcal{N}(0, I)"
    )
    stochastic: ClassVar[bool] = True

    def examples_per_step(self) -> int | None:
        """B."""
        return self.batch_size

    @property
    def noiseless(self) -> bool:
        """σ = 0."""
        return self.gradient_noise == 0

    def observed(self, gradient: Array, rng: np.random.Generator) -> Array:
        """g + σξ."""
        if self.noiseless:
            return gradient
        noise: Array = np.asarray(rng.standard_normal(gradient.shape), gradient.dtype)
        return gradient + self.gradient_noise * noise
