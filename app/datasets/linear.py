"""A sparse linear model."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import field_validator
from pydantic_core.core_schema import ValidationInfo

from app.core.interfaces import Array, Data
from app.core.spec import Whole, control
from app.datasets._base import MAX_EXAMPLES, Sample, examples, generator, numbered
from app.datasets._choice import columns_control, kept
from app.datasets._synthetic import HELD_OUT, SHAPE, TRAINING, Synthetic


class Linear(Synthetic):
    """Independent standard normal inputs, of which only the first ``relevant`` matter; weights ±U[1, 2].

    The targets depend on all of them, whichever ``columns`` are kept.
    """

    kind: Literal["linear"] = "linear"
    title = "Sparse linear model"
    summary = "Many inputs of which few matter: L1 should find them and set the weights of the others to exactly zero."
    reference = "Tibshirani 1996, Regression shrinkage and selection via the lasso, JRSS B 58(1), section 7"
    formula = r"y = \sum_{j \le s} w_j x_j + \sigma\varepsilon, \quad |w_j| \sim \mathcal U[1, 2]"

    n: Whole = control(100, "Examples", symbol="n", ge=2, le=MAX_EXAMPLES, scale="log")
    dims: Whole = control(30, "Inputs", symbol="d", ge=1, le=256)
    relevant: Whole = control(5, "Relevant inputs", symbol="s", ge=0, le=256)
    columns: tuple[Whole, ...] = columns_control()

    @field_validator("relevant")
    @classmethod
    def _among_the_inputs(cls, relevant: int, info: ValidationInfo) -> int:
        dims = info.data.get("dims", relevant)
        if relevant > dims:
            raise ValueError(f"relevant {relevant} must be at most {dims}, the inputs; lower it or raise dims")
        return relevant

    def weights(self) -> Array:
        """The true weights: ``(dims,)``, zero from ``relevant`` on."""
        rng = generator(self.seed, SHAPE)
        drawn = rng.uniform(1, 2, self.dims) * rng.choice([-1.0, 1.0], self.dims)
        return np.where(np.arange(self.dims) < self.relevant, drawn, 0.0)

    def load(self) -> Data:
        inputs = kept(self.columns, self.dims)
        train, test = ((x[:, inputs], y) for x, y in map(self._sample, (TRAINING, HELD_OUT)))
        names = numbered(self.dims)
        return examples(train, test, tuple(names[i] for i in inputs), ("y",), classify=False)

    def _sample(self, stream: int) -> Sample:
        rng = generator(self.seed, stream)
        inputs = rng.standard_normal((self.n, self.dims))
        return inputs, self.perturbed(inputs @ self.weights()[:, None], rng)
