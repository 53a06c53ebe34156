"""The engine's gradients against another library's automatic differentiation of the same network, written out again."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.scipy.special import erf
from hypothesis import assume, given, settings

from app.activations._base import Activation
from app.core.interfaces import Array
from app.core.spec import kind_of
from app.losses.cross_entropy import CrossEntropy
from app.objectives.network import Network
from app.regularisers._base import Regulariser
from tests.objectives.networks import Case, cases, close, margin

EXACT = 1e-11
CLEAR_OF_KINKS = 1e-6
LIBRARY = SimpleNamespace(
    **{name: getattr(anp, name) for name in anp.__dict__ if not name.startswith("_")}
    | {"vectorize": lambda function, otypes: {math.erf: erf}[function]}
)
"""autograd's NumPy, in which an activation's exported source can be evaluated."""


def groups(theta: Array, size: int) -> list[Array]:
    return [theta[start : start + size] for start in range(0, theta.shape[0], size)]


PENALTIES: dict[str, Callable[[Any, Any], Any]] = {
    "l1": lambda own, theta: anp.sum(anp.abs(theta)),
    "l2": lambda own, theta: anp.sum(theta**2),
    "elastic_net": lambda own, theta: anp.sum(own.ratio * anp.abs(theta) + (1 - own.ratio) * theta**2),
    "group": lambda own, theta: sum(math.sqrt(g.shape[0]) * anp.sqrt(anp.sum(g**2)) for g in groups(theta, own.size)),
}
"""Ω, written a second time; one that is not here has its own suite."""


def activated(activation: Activation, z: Array) -> Array:
    return eval(activation.source(activation.numpy_source), {"np": LIBRARY, "math": math, "z": z})


def outputs(network: Network, theta: Array) -> Array:
    """Rows of outputs, straight from the definition of the architecture."""
    net, a = network.architecture, network.data.inputs
    pieces = []
    for layer in net.layers:
        middle = layer.start + layer.fan_in * layer.fan_out
        W = anp.reshape(theta[layer.start : middle], (layer.fan_out, layer.fan_in))
        pieces.append((W, theta[middle : layer.stop] if layer.biases else 0.0))
    for index, ((W, b), activation) in enumerate(
        zip(pieces, [*(phi for _, phi in net.hidden), net.output_activation], strict=False)
    ):
        last = index == len(net.hidden)
        z = a @ W.T + b
        if last and net.direct:
            z = z + network.data.inputs @ pieces[-1][0].T
        skipped = net.residual is not None and not last and W.shape[0] == W.shape[1]
        a = a + net.residual * activated(activation, z) if skipped else activated(activation, z)
    return a


def loss(case: Case, theta: Array) -> Array:
    data, said = case.network.data, outputs(case.network, theta)
    labels = data.targets
    if isinstance(case.loss, CrossEntropy):
        logits = said if data.classes > 2 else anp.concatenate([0 * said, said], axis=1)
        chosen = logits[np.arange(len(labels)), labels]
        return anp.mean(anp.log(anp.sum(anp.exp(logits), axis=1)) - chosen)
    targets = labels
    if data.classes:
        targets = labels[:, None] if data.classes == 2 else np.eye(data.classes)[labels]
    return (0.5 if case.loss.half else 1.0) * anp.mean(anp.sum((said - targets) ** 2, axis=1))


def penalty(network: Network, own: Regulariser, theta: Array) -> Array:
    """λ∇Ω."""
    seen = np.flatnonzero(own.mask(network.architecture.weights))
    kind = kind_of(type(own))
    if kind not in PENALTIES:
        return own.gradient(theta, network.architecture.weights)
    return autograd.grad(lambda t: own.strength * PENALTIES[kind](own, t[seen]))(theta)


@settings(max_examples=150)
@given(cases())
def test_the_gradient_is_that_of_another_library(case: Case) -> None:
    assume(margin(case) > CLEAR_OF_KINKS)
    with np.errstate(all="ignore"):
        value, gradient = autograd.value_and_grad(lambda theta: loss(case, theta))(case.theta)
    assume(np.isfinite(gradient).all())
    for own in case.network.regularisers:
        gradient = gradient + penalty(case.network, own, case.theta)
    close(case.network.value_and_gradient(case.theta)[1], gradient, EXACT)
    close(case.network.unpenalised().value(case.theta), np.asarray(value), EXACT)
