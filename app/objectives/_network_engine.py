"""A network on data as an objective."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from app.core.interfaces import Array, Data, Layer
from app.core.memory import unbuffered
from app.core.threads import shared_out
from app.initialisers._base import Initialiser
from app.losses._base import Loss
from app.objectives import _network_trace
from app.objectives._network_answers import Answers
from app.objectives._network_architecture import Architecture
from app.objectives._network_curved import PASSES, Curved
from app.objectives._network_examples import Kernel, batched, floating, pieces_of, quiet, rows_of
from app.objectives._network_mean import BoundPenalty, MeanLoss, Penalties
from app.objectives._network_noise import Noise
from app.objectives._network_passes import predict
from app.objectives._network_slice import MeanOnSlice, crossed
from app.objectives._network_survey import Batches, Found, Survey
from app.regularisers._base import Regulariser

SHARED_SWEEP = 1 << 15
"""Activations of a layer from which on two threads at two places hinder each other less than they help."""
BUFFER_BYTES = 1 << 20
"""Size of one layer's activations for a chunk of parameter vectors: in a core's cache, and reused by the allocator."""

KEPT_BYTES = 1 << 25
"""What may be kept of a slice until the next piece of it is asked for."""


class Network(Curved, Answers):
    """Mean loss of a network over examples, plus its regularisers: a :class:`LayeredObjective`.

    f(θ) = (1/n) Σᵢ ℓ(net_θ(xᵢ), yᵢ) + Σ penalties(θ), exact in float64: the gradient by back-propagation, the curvature
    by the R-operator. float32 parameters are computed in float32 (for pictures); complex128 ones go through ``value``
    and ``value_and_gradient`` (the complex step). Where parameters are so large that the loss overflows it is infinite
    or NaN, without a warning.

    Build one with :meth:`on`, or from a :class:`app.objectives.network.NetworkSpec`.
    """

    def __init__(self, mean: MeanLoss, penalties: Penalties, rows: Callable[[], Data]) -> None:
        self.architecture = mean.net
        self.dim: int = mean.net.dim
        self.layers: tuple[Layer, ...] = mean.net.layers
        self.examples: int = mean.examples.count
        self.sweep_seconds = mean.net.sweep_seconds
        self.regularisers = penalties.regularisers
        self._mean = mean
        self._penalties = penalties
        self._rows = rows
        self._sliced: MeanOnSlice | None = None

    @classmethod
    def on(
        cls, architecture: Architecture, data: Data, loss: Loss, regularisers: Sequence[Regulariser] = ()
    ) -> Network:
        """The network on the training examples of ``data``.

        Raises:
            SpecError: the loss does not suit the task, or the architecture does not fit data and loss.
        """
        mean = MeanLoss.on(architecture, data, loss.criterion(data))
        return cls(mean, Penalties(tuple(regularisers), architecture.weights), lambda: data)

    @cached_property
    def test(self) -> Network | None:
        """The same network on the held-out examples; None where there are none."""
        data = self.data
        if not len(data.test_inputs):
            return None
        held_out = data._replace(inputs=data.test_inputs, targets=data.test_targets)
        mean = MeanLoss.on(self.architecture, held_out, self._mean.criterion)
        return Network(mean, self._penalties, lambda: held_out)

    def subset(self, indices: Array) -> Network:
        """The same network on some of the examples (a mini-batch); regularisers are kept whole."""
        return Network(self._mean.take(indices), self._penalties, lambda: rows_of(self.data, indices))

    def disturbed(self, noise: Noise, seed: int, step: int) -> Network:
        """The same network with the noise of one step; the examples it reports are the clean ones."""
        return Network(noise.on(self._mean, seed, step), self._penalties, self._rows)

    def unpenalised(self) -> Network:
        """The same network without its regularisers."""
        return Network(self._mean, self._penalties._replace(regularisers=()), self._rows)

    def penalised_by(self, regulariser: Regulariser) -> BoundPenalty:
        """A regulariser on this network's parameters."""
        return BoundPenalty(regulariser, self._penalties.weights)

    def corner(self) -> BoundPenalty | None:
        """The penalty that proximal steps take in closed form; None without one (:class:`app.core.proximal.Cornered`).

        Raises:
            SpecError: several have corners.
        """
        return self._penalties.corner()

    def initial(self, initialiser: Initialiser, rng: np.random.Generator) -> Array:
        """θ₀ as the initialiser draws it, ``(d,)``."""
        return initialiser.parameters(self.layers, rng)

    def parameter_names(self, most: int | None = None) -> tuple[str, ...]:
        """Names of the first ``most`` parameters, in the flat order."""
        return self.architecture.parameter_names(most)

    def value(self, theta: Array) -> Array:
        """f(θ): ``(..., d) -> (...)``."""
        return self._batched(self._value, theta, 1)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f): ``(..., d) -> ((...), (..., d))``."""
        value, gradient = self._batched(self._value_and_gradient, theta, PASSES)
        return value, gradient

    def layer_norms(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        """(f, ∇f, ‖∂f/∂(W_k, b_k)‖₂, ‖∂L/∂z_k‖_F) for each layer k, L the mean loss without regularisers.

        The direct layer feeds the output's z and shares its δ.
        """
        value, gradient, gradient_norm, delta_norm = self._batched(self._layer_norms, theta, PASSES)
        return value, gradient, gradient_norm, delta_norm

    def survey(self, length: int, dtype: np.dtype[Any], *, norms: bool = True, batches: Array | None = None) -> Survey:
        """The passes at up to ``length`` places in one precision, with their norms or without.

        Args:
            length: the number of places.
            dtype: the precision.
            norms: whether those of gradient and δ are kept too.
            batches: of each place the indices of the examples seen there ``(length, size)``; None: all, everywhere.
        """
        examples = self._mean.examples.of(dtype)
        where = examples if batches is None else Batches(examples, batches)
        return Survey(self._mean, self._penalties, where, length, norms)

    def along(self, theta: Array) -> Found:
        """The objective at each row of ``theta`` ``(m, d)``, real; processes share each place, or threads the rows."""
        large = max(self.architecture.widths[1:]) * self.examples >= SHARED_SWEEP
        with unbuffered(all="ignore"):
            survey = self.survey(len(theta), theta.dtype)
            with survey.helped() as processes:
                if processes > 1 or not large:
                    return survey.along(theta)
            found = shared_out(self._along, pieces_of(theta, 2))
        return Found(*map(np.concatenate, zip(*found, strict=True)))

    def _along(self, theta: Array) -> Found:
        return self.survey(len(theta), theta.dtype).along(theta)

    def gradient_norms(self, gradient: Array) -> Array:
        """‖∂f/∂(W_k, b_k)‖₂ of gradients ``(…, d)``: ``(…, layers)``."""
        return self._mean.gradient_norms(gradient)

    def _batched(self, kernel: Kernel, theta: Array, buffers: int) -> tuple[Array, ...]:
        theta = floating(theta)
        if theta.ndim == 1:
            with quiet():
                return kernel(theta)
        row = theta.itemsize * max(self.architecture.widths[1:]) * self.examples * buffers
        return batched(kernel, theta, max(1, BUFFER_BYTES // row))

    def value_on_slice(self, origin: Array, directions: Array, coordinates: Array) -> Array:
        """f(origin + Σₖ cₖ directionsₖ): ``(d,)``, ``(m, d)`` and ``(..., m) -> (...)``, in their precision.

        Equal to :meth:`value` at those points up to rounding, and faster where inputs outnumber directions.
        """
        points = np.concatenate([origin[None], directions])
        mixtures = np.insert(coordinates, 0, 1, axis=-1).reshape(-1, len(points))
        with unbuffered(over="ignore", invalid="ignore"):
            value = self._on_slice(points).at(mixtures) + self._penalties.on_slice(mixtures, points)
        return np.reshape(value, coordinates.shape[:-1])

    def value_on_grid(self, origin: Array, directions: Array, columns: Array, rows: Array) -> Array:
        """f(origin + aⱼ directions₀ + bᵢ directions₁) of all a in ``columns``, b in ``rows``: ``(rows, columns)``.

        Like :meth:`value_on_slice`, and faster where the first layer's activation is a sigmoid: what its units do is
        then exact to a rounding of 1, not of what they do.
        """
        points = np.concatenate([origin[None], directions])
        with unbuffered(over="ignore", invalid="ignore"):
            value = self._on_slice(points).on_grid(columns, rows)
            if self.regularisers:
                mixtures = crossed(columns, rows).reshape(-1, len(points))
                value += self._penalties.on_slice(mixtures, points).reshape(value.shape)
        return value

    def _on_slice(self, points: Array) -> MeanOnSlice:
        """Kept unless it is large, since a slice is asked for piece by piece."""
        mean = self._sliced
        if mean is None or not mean.is_of(points):
            mean = self._mean.on_slice(points)
            self._sliced = mean if mean.size <= KEPT_BYTES else None
        return mean

    def _value(self, theta: Array) -> tuple[Array]:
        return (self._mean.value(theta) + self._penalties.value(theta),)

    def _value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, gradient, _ = self._mean.passes(theta)
        self._penalties.add_gradient(theta, gradient)
        return value + self._penalties.value(theta), gradient

    def _layer_norms(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        value, gradient, deltas = self._mean.passes(theta)
        self._penalties.add_gradient(theta, gradient)
        norms = self._mean.gradient_norms(gradient), self._mean.delta_norms(deltas)
        return value + self._penalties.value(theta), gradient, *norms

    def predict(self, theta: Array, inputs: Array) -> Array:
        """Outputs (logits, under cross-entropy) for ``inputs`` ``(m, features)``: ``(..., d) -> (..., m, outputs)``."""
        seen = np.ascontiguousarray(inputs.T, floating(theta).dtype)

        def outputs(some: Array) -> tuple[Array]:
            return (predict(self.architecture, self.architecture.blocks(some), seen).mT,)

        return self._batched(outputs, theta, 1)[0]

    def trace(self, theta: Array, indices: Array) -> list[dict[str, Any]]:
        """The forward and backward pass over some examples, factor by factor (see :mod:`._network_trace`)."""
        some = self.subset(indices)
        return _network_trace.trace(some._linearise(theta), some.examples / self.examples)
