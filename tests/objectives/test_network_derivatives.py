"""The engine's derivatives are exact, whatever the network."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given

from tests.objectives.networks import Case, cases, close, complex_gradient, complex_product, margin, richardson

EXACT = 1e-9
FINITE_STEP = 2e-3
CLEAR_OF_KINKS = 0.02


@given(cases())
def test_the_gradient_is_the_complex_step_of_the_value(case: Case) -> None:
    value, gradient = case.network.value_and_gradient(case.theta)
    close(gradient, complex_gradient(case.network, case.theta), EXACT)
    close(value, case.network.value(case.theta), 1e-14)


@given(cases())
def test_the_gradient_is_the_finite_difference_of_the_value(case: Case) -> None:
    assume(margin(case) > CLEAR_OF_KINKS)
    direction = _unit(case)
    slope = case.network.value_and_gradient(case.theta)[1] @ direction
    numeric = richardson(lambda h: case.network.value(case.theta + h * direction), FINITE_STEP)
    np.testing.assert_allclose(slope, numeric, rtol=EXACT, atol=1e-9)


@given(cases())
def test_the_hessian_product_is_the_complex_step_of_the_gradient(case: Case) -> None:
    v = case.rng.standard_normal(case.network.dim)
    close(case.network.hvp(case.theta, v), complex_product(case.network, case.theta, v), EXACT)


@given(cases())
def test_the_hessian_product_is_the_finite_difference_of_the_gradient(case: Case) -> None:
    assume(margin(case) > CLEAR_OF_KINKS)
    direction = _unit(case)
    numeric = richardson(lambda h: case.network.value_and_gradient(case.theta + h * direction)[1], FINITE_STEP)
    product = case.network.hvp(case.theta, direction)
    np.testing.assert_allclose(product, numeric, rtol=EXACT, atol=1e-8 * max(1, np.abs(product).max()))


@given(cases())
def test_the_hessian_is_symmetric_and_its_columns_are_products(case: Case) -> None:
    hessian = case.network.hessian(case.theta)
    np.testing.assert_array_equal(hessian, hessian.T)
    close(hessian, case.network.hvp(case.theta, np.eye(case.network.dim)), 1e-12)


@given(cases())
def test_layer_norms_are_norms_of_the_gradient_and_of_the_errors(case: Case) -> None:
    net = case.network
    value, gradient, gradient_norm, delta_norm = net.layer_norms(case.theta)
    expected = net.value_and_gradient(case.theta)
    np.testing.assert_array_equal(value, expected[0])
    np.testing.assert_array_equal(gradient, expected[1])
    slices = [gradient[layer.start : layer.stop] for layer in net.layers]
    np.testing.assert_allclose(gradient_norm, [np.linalg.norm(part) for part in slices], rtol=1e-13)
    rows = {row["name"]: row for row in net.trace(case.theta, np.arange(net.examples))}
    deltas = [rows.get(layer.name, rows["output"])["delta"] for layer in net.layers]
    np.testing.assert_allclose(delta_norm, [np.linalg.norm(delta) for delta in deltas], rtol=1e-13)


@given(cases())
def test_the_trace_multiplies_out_to_the_gradient_of_the_mean_loss(case: Case) -> None:
    net, theta = case.network, case.theta
    rows = net.trace(theta, np.arange(net.examples))
    penalties = sum(p.gradient(theta, net.architecture.weights) for p in net.regularisers)
    gradient = net.value_and_gradient(theta)[1] - penalties
    for layer, row in zip(net.layers, rows, strict=False):
        np.testing.assert_array_equal(row["delta"], row["upstream"] * row["slope"])
        weights = gradient[layer.start : layer.start + layer.fan_in * layer.fan_out]
        close(weights, (row["delta"].T @ row["inputs"]).ravel(), 1e-12)
        if layer.biases:
            close(gradient[layer.stop - layer.fan_out : layer.stop], row["delta"].sum(axis=0), 1e-12)


def _unit(case: Case) -> np.ndarray:
    direction = case.rng.standard_normal(case.network.dim)
    return np.asarray(direction / np.linalg.norm(direction))
