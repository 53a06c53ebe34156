"""A network that keeps what it finds at one place, so that one pass serves a step and its record."""

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
    """The same network, which keeps what it finds at ``place`` ``(d,)``, where it is asked about that very array."""

    def __init__(self, network: Network, place: Array) -> None:
        super().__init__(network._mean, network._penalties, network._rows)
        self._place = place
        self._sight: Sight | None = None

    def sight(self) -> Sight:
        """What is found at the place."""
        if self._sight is None:
            theta = self._place
            with quiet():
                examples = self._mean.examples.like(theta)
                value, gradient, delta_norm = self._mean.descents.of(examples).passes(theta, examples)
                self._penalties.add_gradient(theta, gradient)
                self._sight = Sight(value + self._penalties.value(theta), gradient, delta_norm)
        return self._sight

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f), kept at the place."""
        return self.sight()[:2] if theta is self._place else super().value_and_gradient(theta)
