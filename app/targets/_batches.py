"""The examples of a posterior a few at a time: what stochastic gradients are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Target
from app.core.interfaces import Array
from app.targets._base import Batches, Density, Parts

MOST = 64
"""Chains with batches of their own on a network, which takes some 50 µs for each."""


class MiniBatches(NamedTuple):
    """p̃(θ) = prior(θ)·Πᵢ p(xᵢ|θ), with batches of its N factors."""

    parts: Parts
    batches: Batches

    def indices(self, size: int, rows: int, rng: np.random.Generator) -> Array:
        """``rows`` batches of different examples each, every subset as likely: ``(rows, size)``."""
        keys = rng.random((rows, self.batches.examples))
        return np.asarray(keys.argpartition(size - 1, axis=-1)[:, :size])

    def gradient(self, theta: Array, indices: Array) -> Array:
        """∇ ln prior(θ) + (N/n) Σ_batch ∇ ln p(xᵢ|θ), unbiased for ∇ ln p̃: ``(chains, d)``.

        Args:
            indices: of each chain's batch, ``(chains, n)``, or of the one that all share, ``(1, n)``.
        """
        share = self.batches.examples / indices.shape[-1]
        prior = self.parts.prior.value_and_gradient(theta)[1]
        return np.asarray(-prior - share * self.batches.gradient(theta, indices))


def mini_batches(target: Target, size: int, rows: int = 1) -> MiniBatches:
    """The examples of a target, in batches of ``size``, ``rows`` of them at once.

    Raises:
        SpecError: it has none, or fewer, or so many batches would take too long.
    """
    facts = target.facts if isinstance(target, Density) else None
    if facts is None or facts.batches is None or facts.parts is None:
        raise SpecError(
            "this target has no examples to take mini-batches of; leave batch_size out, or choose a regression or a "
            "Bayesian network",
            "/batch_size",
        )
    if size > facts.batches.examples:
        raise SpecError(
            f"batch_size {size} must be at most {facts.batches.examples}, the number of examples; lower it",
            "/batch_size",
        )
    if rows > (facts.batches.most or rows):
        raise SpecError(
            f"{rows} chains with batches of their own must be at most {facts.batches.most} on a network; lower chains, "
            "or set shared_batches",
            "/shared_batches",
        )
    return MiniBatches(facts.parts, facts.batches)


def one_at_a_time(examples: int, gradient: Callable[[Array, Array], Array]) -> Batches:
    """Several batches from the gradient of a single one: (θ ``(k, d)``, indices ``(n,)``) → ``(k, d)``."""

    def of_rows(theta: Array, indices: Array) -> Array:
        if len(indices) == 1:
            return gradient(theta, indices[0])
        rows = [gradient(one[None], batch) for one, batch in zip(theta, indices, strict=True)]
        return np.concatenate(rows)

    return Batches(examples, of_rows, MOST)
