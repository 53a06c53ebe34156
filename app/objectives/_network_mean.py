"""The mean loss of a network over examples, for one parameter vector ``(d,)`` or a chunk of them ``(k, d)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Data
from app.core.spec import kind_of
from app.core.threads import shared_out
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture
from app.objectives._network_curvature import Linearisation
from app.objectives._network_descent import Descents
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_hessian import Hessians
from app.objectives._network_passes import backward, predict, record
from app.objectives._network_slice import MeanOnSlice
from app.regularisers._base import Regulariser

SLICED_NUMBERS = 1 << 17
"""Parameters (mixtures × d) that are formed at once for the penalties on a slice: a buffer of a core's cache."""


class MeanLoss(NamedTuple):
    """L(θ) = (1/n) Σᵢ ℓ(net_θ(xᵢ), yᵢ), with ``descents`` and ``hessians`` for who asks at one θ after another."""

    net: Architecture
    criterion: Criterion
    examples: Examples
    descents: Descents
    hessians: Hessians

    @classmethod
    def on(cls, net: Architecture, data: Data, criterion: Criterion) -> MeanLoss:
        """The mean over the training examples of ``data``.

        Raises:
            SpecError: the architecture does not fit data and loss.
        """
        _check_width("inputs", net.inputs, data.inputs.shape[1])
        _check_width("outputs", net.outputs, criterion.outputs)
        examples = Examples(np.ascontiguousarray(data.inputs.T), criterion.encode(data.targets))
        return cls(net, criterion, examples, Descents(net, criterion), Hessians(net, criterion))

    def value(self, theta: Array) -> Array:
        """L."""
        examples = self.examples.like(theta)
        outputs = predict(self.net, self.net.blocks(theta), examples.inputs)
        return self.criterion.value(outputs, examples.targets)

    def on_slice(self, points: Array) -> MeanOnSlice:
        """L at mixtures of parameter vectors ``points`` ``(m, d)``."""
        return MeanOnSlice(self.net, self.criterion, self.examples.like(points), points)

    def passes(self, theta: Array) -> tuple[Array, Array, list[Array]]:
        """L, ∇L and δ of every node, by one forward and one backward pass."""
        examples, blocks = self.examples.like(theta), self.net.blocks(theta)
        tape = record(self.net, blocks, examples.inputs)
        value, upstream = self.criterion.first(tape.outputs, examples.targets)
        gradient = np.empty(theta.shape, theta.dtype)
        return value, gradient, backward(self.net, blocks, tape, upstream, self.net.blocks(gradient)).deltas

    def gradient_norms(self, gradient: Array) -> Array:
        """‖∂/∂(W_k, b_k)‖₂ of a gradient ``(…, layers)``."""
        return np.stack([np.linalg.norm(gradient[..., k.start : k.stop], axis=-1) for k in self.net.layers], axis=-1)

    def delta_norms(self, deltas: list[Array]) -> Array:
        """‖δ_k‖_F ``(…, layers)``; "direct" shares the output's δ."""
        squares = [np.einsum("...kn,...kn->...", delta, delta) for delta in deltas + deltas[-1:] * self.net.direct]
        return np.asarray(np.sqrt(np.stack(squares, axis=-1) if deltas[0].ndim > 2 else np.array(squares)))

    def linearise(self, theta: Array) -> Linearisation:
        """The passes at θ, ready for products with the Hessian."""
        return self.part(theta, slice(0, self.examples.count))

    def part(self, theta: Array, some: slice) -> Linearisation:
        """The same of some examples alone: of their part of the mean."""
        examples, share = self.examples.like(theta), (some.stop - some.start) / self.examples.count
        seen = examples.inputs[:, some], examples.targets[..., some]
        return Linearisation(self.net, theta, *seen, self.criterion, share)

    def hessian(self, theta: Array, straight: bool = False) -> Array:
        """∇²L at one real θ (its Gauss–Newton part where ``straight``), ``(d, d)``."""
        theta = _real(theta)
        return self.hessians.matrix(theta, self.examples.like(theta), straight=straight)

    def hessian_diagonal(self, theta: Array) -> Array:
        """The diagonal of :meth:`hessian`, ``(d,)``."""
        theta = _real(theta)
        return self.hessians.diagonal(theta, self.examples.like(theta))

    def take(self, indices: Array) -> MeanLoss:
        """The mean over some of the examples."""
        return self._replace(examples=self.examples.take(indices))


def _real(theta: Array) -> Array:
    """θ in single precision where it is, else in double precision."""
    return theta.astype(np.float32 if theta.dtype == np.float32 else np.float64, casting="safe", copy=False)


def _check_width(name: str, has: int, needs: int) -> None:
    if has != needs:
        raise SpecError(f"{has} {name} must be {needs}, as data and loss need; give the architecture {needs}")


class Penalties(NamedTuple):
    """The sum of some regularisers; ``weights`` is 1 for each parameter that is not a bias."""

    regularisers: Sequence[Regulariser]
    weights: Array

    def value(self, theta: Array) -> Any:
        """Ω(θ): ``(…)``, or plain 0."""
        return sum(penalty.value(theta, self._like(theta)) for penalty in self.regularisers)

    def on_slice(self, weights: Array, points: Array) -> Any:
        """Ω at mixtures of points ``(m, d)`` by weights ``(k, m)``: ``(k,)``, or plain 0."""
        if not self.regularisers:
            return 0
        pieces = pieces_of(weights, max(1, SLICED_NUMBERS // points.shape[-1]))
        return np.concatenate(shared_out(lambda some: self.value(some @ points), pieces))

    def add_gradient(self, theta: Array, gradient: Array) -> None:
        """∇Ω, added to ``gradient`` in place."""
        for penalty in self.regularisers:
            gradient += penalty.gradient(theta, self._like(theta))

    def add_hvp(self, theta: Array, v: Array, product: Array) -> None:
        """∇²Ω·v, added to ``product`` in place."""
        for penalty in self.regularisers:
            product += penalty.hvp(theta, v, self._like(theta))

    def add_diagonal(self, theta: Array, diagonal: Array) -> None:
        """The diagonal of ∇²Ω, added in place."""
        for penalty in self.regularisers:
            diagonal += penalty.hessian_diagonal(theta, self._like(theta))

    def add_hessian(self, theta: Array, hessian: Array) -> None:
        """∇²Ω at one θ, added in place."""
        for penalty in self.regularisers:
            if penalty.coordinatewise:
                np.einsum("ii->i", hessian)[...] += penalty.hessian_diagonal(theta, self._like(theta))
            else:
                hessian += BoundPenalty(penalty, self._like(theta)).hessian(theta)

    def corner(self) -> BoundPenalty | None:
        """The one penalty that has a corner, if any.

        Raises:
            SpecError: several have.
        """
        cornered = [penalty for penalty in self.regularisers if penalty.corners]
        if len(cornered) > 1:
            raise SpecError(
                f"{len(cornered)} penalties with a corner ({', '.join(kind_of(type(p)) for p in cornered)}) must be at "
                "most 1 for proximal steps; keep one, or take another optimiser",
                "/regularisers",
            )
        return BoundPenalty(cornered[0], self.weights) if cornered else None

    def _like(self, theta: Array) -> Array:
        return self.weights.astype(theta.dtype, copy=False)


class BoundPenalty(NamedTuple):
    """A penalty that knows which parameters are weights."""

    regulariser: Regulariser
    weights: Array

    @property
    def seen(self) -> Array:
        """Which parameters it penalises: ``(d,)``, boolean."""
        return np.asarray(self.regulariser.mask(self.weights) != 0)

    def value(self, theta: Array) -> Array:
        """λΩ."""
        return self.regulariser.value(theta, self.weights)

    def cornered(self, theta: Array) -> Array:
        """Which parameters are where the penalty has no gradient."""
        return self.regulariser.cornered(theta, self.weights)

    def hessian(self, theta: Array) -> Array:
        """λ∇²Ω at one θ, away from corners: ``(d,) -> (d, d)``, symmetric to the last bit."""
        products = self.regulariser.hvp(theta, np.eye(theta.size), self.weights)
        return np.asarray((products + products.T) / 2)

    def gradient(self, theta: Array) -> Array:
        """λ∇Ω."""
        return self.regulariser.gradient(theta, self.weights)

    def prox(self, theta: Array, step: float) -> Array:
        """Its proximal operator."""
        return self.regulariser.prox(theta, self.weights, step)
