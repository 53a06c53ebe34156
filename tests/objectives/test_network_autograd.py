"""An independent library (autograd, double precision) finds the same derivatives of random networks.

The network is written out a second time here, in autograd's NumPy; nothing of the engine's passes is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad, hessian, jacobian, value_and_grad
from autograd.scipy.special import erf
from hypothesis import given

from app.activations._base import Activation
from app.core.interfaces import Array
from app.core.spec import kind_of
from app.losses.squared_error import SquaredError
from app.objectives._network_architecture import Block
from tests.objectives.networks import ACTIVATIONS, Case, cases

pytestmark = pytest.mark.filterwarnings("ignore:Output seems independent of input")  # what is linear has no curvature
AGREES = 1e-9
"""Largest difference, relative to the largest entry (to 1 where that is less)."""

WRITTEN_OUT: dict[str, Callable[[Any, Any], Any]] = {
    "identity": lambda z, f: z,
    "tanh": lambda z, f: anp.tanh(z),
    "sigmoid": lambda z, f: 1 / (1 + anp.exp(-z)),
    "softplus": lambda z, f: anp.log(1 + anp.exp(z)),
    "silu": lambda z, f: z / (1 + anp.exp(-z)),
    "sine": lambda z, f: anp.sin(f.frequency * z),
    "relu": lambda z, f: anp.where(z > 0, z, 0.0 * z),
    "leaky_relu": lambda z, f: anp.where(z > 0, z, f.slope * z),
    "elu": lambda z, f: anp.where(z > 0, z, f.alpha * (anp.exp(anp.where(z > 0, 0.0 * z, z)) - 1)),
    "gelu": lambda z, f: z * (1 + erf(z / anp.sqrt(2.0))) / 2,
}


def phi(activation: Activation, z: Any) -> Any:
    return WRITTEN_OUT[kind_of(type(activation))](z, activation)


def outputs(case: Case, theta: Any) -> Any:
    """Outputs of each example, ``(n, outputs)``."""
    shape = case.network.architecture
    x = a = case.network.data.inputs
    parts: list[Block] = shape.blocks(theta)
    for node, (W, b) in zip(shape.nodes, parts, strict=False):
        z = anp.dot(a, W.T) + (0.0 if b is None else b)
        z = z + anp.dot(x, parts[-1][0].T) if node.direct else z
        a = a + node.scale * phi(node.activation, z) if node.skip else phi(node.activation, z)
    return a


def loss_of(case: Case, out: Any) -> Any:
    """The mean loss of outputs."""
    targets = case.network.data.targets
    if isinstance(case.loss, SquaredError):
        return anp.sum((out - _encoded(case)) ** 2) / len(targets) / (2 if case.loss.half else 1)
    if case.network.data.classes == 2:
        return anp.mean(anp.log(1 + anp.exp(out[:, 0])) - targets * out[:, 0])
    return anp.mean(anp.log(anp.sum(anp.exp(out), axis=1)) - out[np.arange(len(targets)), targets])


def _encoded(case: Case) -> Array:
    """Targets as squared error reads them: numbers; 0 or 1 of two classes; one column a class of more."""
    data = case.network.data
    if not data.classes:
        return data.targets
    return data.targets[:, None] if data.classes == 2 else np.eye(data.classes)[data.targets]


PENALTIES: dict[str, Callable[[Any, Any], Any]] = {
    "l1": lambda theta, p: anp.sum(anp.sign(theta) * theta),
    "l2": lambda theta, p: anp.sum(theta**2),
    "elastic_net": lambda theta, p: anp.sum(p.ratio * anp.sign(theta) * theta + (1 - p.ratio) * theta**2),
    "group": lambda theta, p: sum(
        anp.sqrt(float(len(group))) * anp.sqrt(anp.sum(group**2))
        for group in (theta[start : start + p.size] for start in range(0, len(theta), p.size))
    ),
}


def penalty_of(case: Case, theta: Any) -> Any:
    every, weights = np.arange(case.network.dim), np.flatnonzero(case.network.architecture.weights)
    return sum(
        penalty.strength * PENALTIES[kind_of(type(penalty))](theta[every if penalty.biases else weights], penalty)
        for penalty in case.network.regularisers
    )


def objective(case: Case) -> Callable[[Any], Any]:
    return lambda theta: loss_of(case, outputs(case, theta)) + penalty_of(case, theta)


def gauss_newton(case: Case) -> Array:
    """JᵀHJ of the outputs, by autograd, plus the penalties' Hessian."""
    J = jacobian(lambda theta: outputs(case, theta).ravel())(case.theta)
    out = outputs(case, case.theta)
    H = hessian(lambda flat: loss_of(case, flat.reshape(out.shape)))(out.ravel())
    penalties = hessian(lambda theta: penalty_of(case, theta) + 0.0 * anp.sum(theta**2))(case.theta)
    return np.asarray(J.T @ H @ J + penalties)


def agree(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=AGREES * max(1.0, float(np.abs(expected).max())))


def test_every_activation_is_written_out() -> None:
    z = np.linspace(-3, 3, 61) + 0.013
    assert {kind_of(type(activation)) for activation in ACTIVATIONS} == WRITTEN_OUT.keys()
    for activation in ACTIVATIONS:
        a, slope, bend = activation.second(z)
        agree(a, phi(activation, z))
        first = elementwise_grad(lambda z, f=activation: phi(f, z))
        agree(slope, first(z))
        agree(bend, elementwise_grad(first)(z))


@given(cases())
def test_value_gradient_hessian_products_and_gauss_newton_agree_with_autograd(case: Case) -> None:
    network, theta = case.network, case.theta
    value, gradient = value_and_grad(objective(case))(theta)
    curvature = hessian(objective(case))(theta)
    directions = case.rng.standard_normal((3, network.dim))
    agree(network.value(theta), value)
    agree(network.value_and_gradient(theta)[1], gradient)
    agree(network.hessian(theta), curvature)
    agree(network.hvp(theta, directions), directions @ curvature)
    agree(network.hessian_diagonal(theta), np.diagonal(curvature))
    agree(network.gauss_newton(theta), gauss_newton(case))
