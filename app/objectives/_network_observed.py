"""A network that keeps what it found on its way, so that one pass serves a step and its record."""

from __future__ import annotations

from typing import NamedTuple

from app.core.interfaces import Array
from app.objectives._network_engine import Network
from app.objectives._network_examples import quiet


class Sight(NamedTuple):
    """f and ∇f at one θ, and ‖∂L/∂z_k‖_F for each layer: see :meth:`.Network.layer_norms`."""

    value: Array
    gradient: Array
    delta_norm: Array


class Observed(Network):
    """The same network, watched at one place at a time.

    Attributes:
        sight: what was found there; None as long as nobody asked for value and gradient there.
    """

    def __init__(self, network: Network) -> None:
        super().__init__(network._mean, network._penalties, network._rows)
        self.sight: Sight | None = None
        self._place: Array | None = None

    def watch(self, theta: Array) -> None:
        """Keep what is found when this very array is asked about."""
        self._place, self.sight = theta, None

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f), kept where it is watched."""
        if theta is not self._place or theta.ndim > 1:
            return super().value_and_gradient(theta)
        with quiet():
            examples = self._mean.examples.like(theta)
            value, gradient, delta_norm = self._mean.descents.of(examples).passes(theta, examples)
            self._penalties.add_gradient(theta, gradient)
            self.sight = Sight(value + self._penalties.value(theta), gradient, delta_norm)
        return self.sight.value, gradient
