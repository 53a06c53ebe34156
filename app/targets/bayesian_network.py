"""A small Bayesian neural network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.numerics import sigmoid
from app.core.spec import Real, control
from app.datasets.sine import Sine
from app.objectives.network import LayerSpec, Network, NetworkSpec
from app.targets._base import Density, Facts, Parts, Predictive, TargetEntry
from app.targets._batches import one_at_a_time
from app.targets._energies import LOG_2PI, Energy, Sum
from app.targets._priors import Prior

MAX_DIM = 500
BAND = 101
DEFAULT = NetworkSpec(layers=(LayerSpec(units=4),), data=Sine(n=20))


class Constant(Energy):
    """c, whatever θ is."""

    def __init__(self, dim: int, constant: float) -> None:
        super().__init__(dim)
        self.constant = constant

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        return np.full(theta.shape[:-1], self.constant, theta.dtype), np.zeros_like(theta)

    def hessian(self, theta: Array) -> Array:
        return np.zeros((*theta.shape, self.dim), theta.dtype)


class BayesianNetwork(TargetEntry):
    """p(θ|D) ∝ prior(θ)·Π p(yᵢ|net_θ(xᵢ)): the loss of a network times n as −ln of the likelihood of its examples.

    Squared error stands for Gaussian noise of standard deviation σ, cross-entropy for the probability of the label.
    Penalties of the network are left out, since the prior takes their place. No exact answer exists.
    """

    kind: Literal["bayesian_network"] = "bayesian_network"
    title = "Bayesian network"
    summary = "All the networks that fit, not the best one: many modes, symmetric copies, and a band of predictions."
    reference = "MacKay 1992, A practical Bayesian framework for backpropagation networks; Neal 1996, Bayesian Learning"
    formula = r"p(\theta \mid D) \propto p(\theta) \prod_i p\left(y_i \mid \mathrm{net}_\theta(x_i)\right)"

    network: NetworkSpec = control(DEFAULT, "Network", description="small: at most 500 weights")
    prior: Prior = control(Prior(), "Prior")
    noise: Real = control(
        0.2,
        "Noise",
        symbol="σ",
        scale="log",
        gt=1e-3,
        le=1e3,
        slider=(0.01, 2),
        description="of a regression",
    )

    def build(self) -> Density:
        network = self._bare()
        prior, misfit = self.prior.build(network.dim), self._misfit(network)
        box = np.tile([-6.0 * self.prior.scale, 6.0 * self.prior.scale], (network.dim, 1))
        facts = Facts(
            parts=Parts(prior, misfit),
            batches=one_at_a_time(network.examples, self._batch_gradient(network)),
            predictive=_predictive(network, self.noise),
            seconds=5e-6 + 18 * network.dim * network.examples / 8e9,
            note="a network's evidence has no closed form and no grid reaches so many dimensions",
        )
        return Density(Sum((prior, misfit)), box, network.parameter_names(network.dim), facts)

    def _bare(self) -> Network:
        network = self.network.model_copy(update={"regularisers": ()}).build()
        if network.dim > MAX_DIM:
            raise SpecError(
                f"{network.dim} parameters must be at most {MAX_DIM}; take fewer or narrower layers", "/network/layers"
            )
        return network

    def _scale(self, network: Network) -> float:
        """−ln of an example's likelihood over its loss: 1, or 1/2σ² with squared error."""
        if network.data.task == "classification":
            return 1.0
        halved = bool(getattr(self.network.completed().loss, "half", False))
        return float((1.0 if halved else 0.5) / self.noise**2)

    def _batch_gradient(self, network: Network) -> Callable[[Array, Array], Array]:
        scale = self._scale(network)
        return lambda theta, batch: scale * len(batch) * network.subset(batch).value_and_gradient(theta)[1]

    def _misfit(self, network: Network) -> Sum:
        """n times the mean loss; with squared error over 2σ², plus what normalises the Gaussian."""
        weight = network.examples * self._scale(network)
        if network.data.task == "classification":
            return Sum((network,), (weight,))
        constant = network.data.targets.size * (0.5 * LOG_2PI + float(np.log(self.noise)))
        return Sum((Constant(network.dim, constant), network), (1.0, weight))


def _predictive(network: Network, noise: float) -> Predictive | None:
    """The band over one feature, for one output."""
    data = network.data
    if data.inputs.shape[1] != 1 or network.architecture.outputs != 1:
        return None
    low, high = data.inputs.min(), data.inputs.max()
    margin = 0.5 * (high - low)
    x = np.linspace(low - margin, high + margin, BAND)[:, None]
    classify = data.task == "classification"

    def outputs(theta: Array) -> Array:
        raw = network.predict(theta, x)[..., 0]
        return sigmoid(raw) if classify else raw

    targets = data.targets.astype(np.float64).reshape(len(data.inputs))
    return Predictive(x, outputs, None if classify else noise, (data.inputs, targets))
