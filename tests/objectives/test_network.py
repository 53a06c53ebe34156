"""Networks by hand: order of parameters, tiny examples, and what symmetry forbids."""

from __future__ import annotations

import numpy as np
import pytest

from app.activations.identity import Identity
from app.activations.relu import ReLU
from app.activations.sigmoid import Sigmoid
from app.activations.tanh import Tanh
from app.core.errors import BudgetError, SpecError
from app.core.interfaces import LayeredObjective
from app.initialisers.zeros import Zeros
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives._network_architecture import Architecture
from app.objectives.network import Network
from app.regularisers.l1 import L1
from app.regularisers.l2 import L2
from tests.objectives.networks import examples, network, parameters

RNG = np.random.default_rng(0)


def two_units() -> tuple[Network, np.ndarray]:
    """2 inputs, 2 tanh units, 1 output, squared error: θ = [W₁ row-major, b₁, W₂, b₂]."""
    data = examples(3, 2)
    return network(data, ((2, Tanh()),), SquaredError()), np.array([0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, -0.8, 0.9])


def test_the_loss_of_a_tiny_network_by_hand() -> None:
    net, theta = two_units()
    total = 0.0
    for (x, y), (target,) in zip(net.data.inputs, net.data.targets, strict=True):
        first = np.tanh(0.1 * x - 0.2 * y + 0.5)
        second = np.tanh(0.3 * x + 0.4 * y - 0.6)
        total += (0.7 * first - 0.8 * second + 0.9 - target) ** 2
    assert net.value(theta) == pytest.approx(total / 3, rel=1e-14)


def test_the_gradient_of_a_tiny_network_by_hand() -> None:
    net, theta = two_units()
    (x, y), (target,) = net.data.inputs[0], net.data.targets[0]
    one = net.subset(np.array([0]))
    a = np.array([np.tanh(0.1 * x - 0.2 * y + 0.5), np.tanh(0.3 * x + 0.4 * y - 0.6)])
    error = 2 * (0.7 * a[0] - 0.8 * a[1] + 0.9 - target)
    delta = error * np.array([0.7, -0.8]) * (1 - a**2)
    expected = [delta[0] * x, delta[0] * y, delta[1] * x, delta[1] * y, *delta, *(error * a), error]
    np.testing.assert_allclose(one.value_and_gradient(theta)[1], expected, rtol=1e-13)


def test_the_flat_order_is_weights_row_major_then_biases_layer_by_layer_and_direct_last() -> None:
    net = Architecture(3, ((2, Tanh()),), 1, direct=True)
    assert net.parameter_names() == (
        *("hidden 1 W[0,0]", "hidden 1 W[0,1]", "hidden 1 W[0,2]"),
        *("hidden 1 W[1,0]", "hidden 1 W[1,1]", "hidden 1 W[1,2]"),
        *("hidden 1 b[0]", "hidden 1 b[1]"),
        *("output W[0,0]", "output W[0,1]", "output b[0]"),
        *("direct W[0,0]", "direct W[0,1]", "direct W[0,2]"),
    )
    assert [tuple(layer) for layer in net.layers] == [
        ("hidden 1", 0, 8, 3, 2, True),
        ("output", 8, 11, 2, 1, True),
        ("direct", 11, 14, 3, 1, False),
    ]
    assert net.parameter_names(2) == ("hidden 1 W[0,0]", "hidden 1 W[0,1]")
    assert len(net.parameter_names()) == net.dim


def test_weights_are_told_from_biases() -> None:
    net = Architecture(3, ((2, Tanh()),), 1, direct=True)
    assert [" W" in name for name in net.parameter_names()] == list(net.weights == 1)
    assert Architecture(3, (), 2, biases=False).weights.all()


def test_blocks_are_views() -> None:
    net = Architecture(3, ((2, Tanh()),), 1)
    theta = np.zeros((4, net.dim))
    for weights, biases in net.blocks(theta):
        weights += 1
        assert biases is not None
        biases += 1
    np.testing.assert_array_equal(theta, 1)


def test_a_network_without_hidden_layers_is_least_squares() -> None:
    net = network(examples(30, 3), (), SquaredError())
    design = np.column_stack([net.data.inputs, np.ones(30)])
    solution = np.linalg.lstsq(design, net.data.targets[:, 0], rcond=None)[0]
    np.testing.assert_allclose(net.value_and_gradient(solution)[1], 0, atol=1e-14)
    np.testing.assert_allclose(net.hessian(solution), 2 * design.T @ design / 30, rtol=1e-12, atol=1e-14)


def test_skip_connections_add_what_is_below() -> None:
    data = examples(5, 2)
    skip = network(data, ((2, Tanh()), (2, Sigmoid())), SquaredError(), residual=0.5)
    theta = parameters(RNG, skip.dim)
    (W1, b1), (W2, b2), (W3, b3) = skip.architecture.blocks(theta)
    a = data.inputs.T
    a = a + 0.5 * np.tanh(W1 @ a + b1[:, None])
    a = a + 0.5 / (1 + np.exp(-(W2 @ a + b2[:, None])))
    np.testing.assert_allclose(skip.predict(theta, data.inputs), (W3 @ a + b3[:, None]).T, rtol=1e-13)


def test_skip_connections_leave_layers_of_another_width_alone() -> None:
    data = examples(5, 2)
    skip, plain = (network(data, ((3, Tanh()), (4, Tanh())), SquaredError(), residual=s) for s in (1.0, None))
    theta = parameters(RNG, skip.dim)
    assert skip.value(theta) == plain.value(theta)


def test_direct_connections_add_a_linear_model_of_the_inputs() -> None:
    data = examples(5, 2, 3)
    direct = network(data, ((3, Tanh()),), CrossEntropy(), direct=True)
    plain = network(data, ((3, Tanh()),), CrossEntropy())
    theta = parameters(RNG, direct.dim)
    shortcut = data.inputs @ theta[plain.dim :].reshape(3, 2).T
    expected = plain.predict(theta[: plain.dim], data.inputs) + shortcut
    np.testing.assert_allclose(direct.predict(theta, data.inputs), expected, rtol=1e-13, atol=1e-15)


def test_without_biases_a_zero_input_gives_zero_logits() -> None:
    net = network(examples(5, 2, 3), ((3, Tanh()),), CrossEntropy(), biases=False)
    np.testing.assert_array_equal(net.predict(parameters(RNG, net.dim), np.zeros((1, 2))), 0)


def test_penalties_are_added_whole_to_a_mini_batch_too() -> None:
    data = examples(6, 2)
    bare = network(data, ((3, Tanh()),), SquaredError())
    penalised = network(data, ((3, Tanh()),), SquaredError(), (L2(strength=0.1), L1(strength=0.2, biases=False)))
    theta = parameters(RNG, bare.dim)
    weights = theta[bare.architecture.weights == 1]
    extra = 0.1 * (theta**2).sum() + 0.2 * np.abs(weights).sum()
    for rows in (np.arange(6), np.array([4])):
        difference = penalised.subset(rows).value(theta) - bare.subset(rows).value(theta)
        assert difference == pytest.approx(extra, rel=1e-12)


def test_equal_units_receive_equal_gradients_so_zeros_never_break_the_symmetry() -> None:
    net = network(examples(8, 2, 3), ((4, Tanh()), (3, Tanh())), CrossEntropy())
    theta = net.initial(Zeros(), RNG)
    for _ in range(20):
        theta = theta - 0.5 * net.value_and_gradient(theta)[1]
    (hidden, _), *_ = net.architecture.blocks(theta)
    np.testing.assert_array_equal(hidden, np.broadcast_to(hidden[0], hidden.shape))
    assert np.abs(theta).max() > 0.01


def test_permuting_hidden_units_leaves_the_loss_where_it_is() -> None:
    net = network(examples(8, 2, 3), ((4, Tanh()),), CrossEntropy())
    theta = parameters(RNG, net.dim)
    moved = theta.copy()
    order = np.array([2, 0, 3, 1])
    (W1, b1), (W2, _) = net.architecture.blocks(moved)
    W1[...], b1[...], W2[...] = W1[order], b1[order], W2[:, order]
    assert net.value(moved) == pytest.approx(net.value(theta), rel=1e-14)


def test_scaling_a_rectifier_up_and_its_output_down_leaves_the_loss_where_it_is() -> None:
    net = network(examples(8, 2), ((4, ReLU()),), SquaredError())
    theta = parameters(RNG, net.dim)
    scaled = theta.copy()
    (W1, b1), (W2, _) = net.architecture.blocks(scaled)
    W1 *= 4
    b1 *= 4
    W2 /= 4
    assert net.value(scaled) == pytest.approx(net.value(theta), rel=1e-14)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_have_a_finite_loss_and_gradient(classes: int, dtype: type) -> None:
    net = network(examples(8, 2, classes), (), CrossEntropy())
    theta = (1e4 * parameters(RNG, net.dim)).astype(dtype)
    value, gradient, gradient_norm, _ = net.layer_norms(theta)
    assert np.isfinite(value)
    assert value > 100
    assert np.isfinite(gradient).all()
    assert np.isfinite(gradient_norm).all()
    assert np.isfinite(net.hvp(theta, np.ones_like(theta))).all()


def test_overflow_is_an_answer_without_a_warning() -> None:
    net = network(examples(8, 2), ((3, Identity()), (3, Identity())), SquaredError())
    theta = np.full(net.dim, 1e200)
    value, gradient = net.value_and_gradient(theta)
    assert not np.isfinite(value)
    assert not np.isfinite(gradient).all()
    assert not np.isfinite(net.value(theta[None])).any()
    assert not np.isfinite(net.hvp(theta, theta)).all()


def test_the_held_out_examples_make_the_same_network() -> None:
    data = examples(6, 2, 3, held_out=4)
    net = network(data, ((3, Tanh()),), CrossEntropy(), (L2(),))
    assert isinstance(net, LayeredObjective)
    assert net.test is not None
    assert net.test.examples == 4
    held_out = data._replace(inputs=data.test_inputs, targets=data.test_targets)
    theta = parameters(RNG, net.dim)
    assert net.test.value(theta) == network(held_out, ((3, Tanh()),), CrossEntropy(), (L2(),)).value(theta)
    assert network(examples(6, 2, 3), (), CrossEntropy()).test is None


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("loss", [CrossEntropy(), SquaredError()], ids=repr)
def test_accuracy_counts_right_decisions(classes: int, loss: CrossEntropy | SquaredError) -> None:
    net = network(examples(50, 2, classes), ((3, Tanh()),), loss)
    theta = parameters(RNG, 4, net.dim)
    outputs = net.predict(theta, net.data.inputs)
    threshold = 0 if isinstance(loss, CrossEntropy) else 0.5
    chosen = outputs.argmax(axis=-1) if classes > 2 else (outputs[..., 0] > threshold)
    np.testing.assert_allclose(net.accuracy(theta), (chosen == net.data.targets).mean(axis=-1))
    assert net.accuracy(theta[0]).shape == ()


def test_accuracy_of_a_regression_is_refused() -> None:
    net = network(examples(5, 2), (), SquaredError())
    with pytest.raises(SpecError, match="use the loss"):
        net.accuracy(np.zeros(net.dim))


def test_a_hessian_too_large_to_form_is_refused() -> None:
    net = network(examples(2, 100), ((40, Tanh()),), SquaredError())
    with pytest.raises(BudgetError, match=r"4081 parameters must be at most 3000"):
        net.hessian(np.zeros(net.dim))


def test_an_architecture_that_does_not_fit_its_data_is_refused() -> None:
    with pytest.raises(SpecError, match="3 inputs must be 2"):
        Network.on(Architecture(3, (), 1), examples(4, 2), SquaredError())
    with pytest.raises(SpecError, match="1 outputs must be 3"):
        Network.on(Architecture(2, (), 1), examples(4, 2, 3), CrossEntropy())
