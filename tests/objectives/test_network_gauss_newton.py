"""The Gauss–Newton part of a network's Hessian is JᵀHJ, whatever the network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from app.activations.identity import Identity
from app.activations.tanh import Tanh
from app.core.errors import BudgetError
from app.core.interfaces import Array, CompositeObjective
from app.losses._base import Loss
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives.network import Network
from app.regularisers.l2 import L2
from tests.objectives.networks import STEP, Case, cases, close, examples, network, parameters

EXACT = 1e-9
RNG = np.random.default_rng(0)


def jacobians(net: Network, theta: Array) -> Array:
    """∂outputs/∂θ of each example by the complex step: ``(n, outputs, d)``."""
    stepped = net.predict(theta + 1j * STEP * np.eye(theta.size), net.data.inputs)
    return np.moveaxis(stepped.imag / STEP, 0, -1)


def output_hessians(net: Network, outputs: Array, loss: Loss) -> Array:
    """∂²ℓ/∂outputs² of each example, written out: ``(n, outputs, outputs)``."""
    identity = np.eye(outputs.shape[-1])
    if isinstance(loss, SquaredError):
        return np.broadcast_to((1.0 if loss.half else 2.0) * identity, (*outputs.shape, outputs.shape[-1]))
    if net.data.classes == 2:
        p = 1 / (1 + np.exp(-outputs))
        return (p * (1 - p))[..., None]
    p = np.exp(outputs) / np.exp(outputs).sum(axis=-1, keepdims=True)
    return p[..., None] * identity - p[..., :, None] * p[..., None, :]


def penalty_hessian(net: Network, theta: Array) -> Array:
    return sum((p.hvp(theta, np.eye(net.dim), net.architecture.weights) for p in net.regularisers), np.zeros(()))


def explicit(case: Case) -> Array:
    """(1/n) Σ JᵀHJ + ∇²Ω."""
    net, theta = case.network, case.theta
    outputs = net.predict(theta, net.data.inputs)
    J, H = jacobians(net, theta), output_hessians(net, outputs, case.loss)
    return np.einsum("nia,nij,njb->ab", J, H, J) / net.examples + penalty_hessian(net, theta)


@given(cases())
def test_the_matrix_is_that_of_complex_step_jacobians(case: Case) -> None:
    matrix = case.network.gauss_newton(case.theta)
    np.testing.assert_array_equal(matrix, matrix.T)
    close(matrix, explicit(case), EXACT)


@given(cases())
def test_products_are_columns_of_the_matrix(case: Case) -> None:
    product = case.network.ggn_at(case.theta)
    close(product(np.eye(case.network.dim)), case.network.gauss_newton(case.theta), 1e-12)
    v = case.rng.standard_normal(case.network.dim)
    close(product(v), case.network.gauss_newton(case.theta) @ v, 1e-11)


@given(cases())
def test_no_direction_curves_downwards(case: Case) -> None:
    values = np.linalg.eigvalsh(case.network.gauss_newton(case.theta))
    assert values[0] >= -1e-12 * max(values[-1], 1e-3)


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("loss", [SquaredError(), SquaredError(half=True), CrossEntropy()], ids=repr)
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_a_linear_network_has_nothing_else_in_its_hessian(classes: int, loss: Loss, direct: bool) -> None:
    if isinstance(loss, CrossEntropy) and not classes:
        return
    net = network(examples(6, 3, classes), (), loss, (L2(),), direct=direct)
    theta = parameters(RNG, net.dim)
    close(net.gauss_newton(theta), net.hessian(theta), 1e-12)


def test_a_bent_network_has_something_else_in_its_hessian() -> None:
    net = network(examples(6, 2), ((3, Tanh()),), SquaredError())
    theta = parameters(RNG, net.dim)
    assert np.abs(net.hessian(theta) - net.gauss_newton(theta)).max() > 0.1


def test_where_every_example_is_fitted_the_hessian_is_the_gauss_newton_matrix() -> None:
    """The network's own bending is weighted by the residuals."""
    data = examples(5, 2)
    theta = parameters(RNG, network(data, ((4, Tanh()),), SquaredError()).dim)
    targets = network(data, ((4, Tanh()),), SquaredError()).predict(theta, data.inputs)
    fitted = network(data._replace(targets=targets), ((4, Tanh()),), SquaredError())
    close(fitted.hessian(theta), fitted.gauss_newton(theta), 1e-12)


@pytest.mark.parametrize("classes", [2, 3])
def test_under_cross_entropy_it_is_the_fisher_information(classes: int) -> None:
    """E over inputs and over labels drawn from the network of ∇log p ∇log pᵀ, each by the complex step."""
    data = examples(7, 2, classes)
    theta = parameters(RNG, network(data, ((3, Tanh()),), CrossEntropy()).dim)
    fisher = np.zeros((theta.size, theta.size))
    for row in range(7):
        surprises, scores = [], []
        for label in range(classes):
            one = data._replace(inputs=data.inputs[row : row + 1], targets=np.array([label]))
            alone = network(one, ((3, Tanh()),), CrossEntropy())
            surprises.append(alone.value(theta))
            scores.append(alone.value(theta + 1j * STEP * np.eye(theta.size)).imag / STEP)
        probabilities = np.exp(-np.array(surprises))
        assert probabilities.sum() == pytest.approx(1.0)
        fisher += np.einsum("k,ki,kj->ij", probabilities, scores, scores) / 7
    close(network(data, ((3, Tanh()),), CrossEntropy()).gauss_newton(theta), fisher, EXACT)


def test_a_batch_of_parameters_gives_a_matrix_each() -> None:
    net = network(examples(6, 2, 3), ((3, Tanh()),), CrossEntropy(), (L2(),))
    theta = parameters(RNG, 2, 3, net.dim)
    matrices = net.gauss_newton(theta)
    assert matrices.shape == (2, 3, net.dim, net.dim)
    np.testing.assert_array_equal(matrices[1, 2], net.gauss_newton(theta[1, 2]))


def test_a_network_is_a_composite_objective() -> None:
    assert isinstance(network(examples(4, 2), ((3, Identity()),), SquaredError()), CompositeObjective)


def test_a_matrix_too_large_to_form_is_refused_with_what_to_take_instead() -> None:
    net = network(examples(2, 100), ((40, Tanh()),), SquaredError())
    refusal = r"4081 parameters must be at most 3000 for the whole Gauss–Newton matrix.*products"
    with pytest.raises(BudgetError, match=refusal):
        net.gauss_newton(np.zeros(net.dim))
    assert np.isfinite(net.ggn_at(np.zeros(net.dim))(np.ones(net.dim))).all()
