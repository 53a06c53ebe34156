"""Noise that a network is trained with: what it is on average, and that a step determines it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.objectives import _network_room
from app.objectives.network import Network, NetworkSpec, Noise

DRAWS = 4_000


def network(**fields: Any) -> Network:
    data = {"kind": "diabetes", "columns": [2, 8, 3]}
    return NetworkSpec.model_validate({"layers": [], "data": data, **fields}).build()


def hidden() -> Network:
    return network(layers=[{"units": 5, "activation": "tanh"}, {"units": 5, "activation": "silu"}], residual=True)


def test_noise_on_the_inputs_of_a_linear_model_is_an_l2_penalty_on_average() -> None:
    """E L = L + σ²‖w‖² (Bishop 1995), within four standard errors."""
    net, theta, sigma = network(), np.array([0.5, -0.3, 0.8, 0.2]), 0.4
    noise = Noise(inputs=sigma)
    losses = np.array([net.disturbed(noise, 0, step).value(theta) for step in range(DRAWS)])
    expected = net.value(theta) + sigma**2 * (theta[:-1] ** 2).sum()
    assert abs(losses.mean() - expected) < 4 * losses.std() / np.sqrt(DRAWS)
    assert abs(losses.mean() - net.value(theta)) > 20 * losses.std() / np.sqrt(DRAWS)


def test_dropout_before_a_linear_layer_adds_the_variance_of_what_it_drops() -> None:
    """E L = L + p/(1 − p) Σⱼ wⱼ² mean aⱼ² for one hidden layer (Wager, Wang & Liang 2013, section 2)."""
    net = network(layers=[{"units": 4, "activation": "tanh"}])
    theta, rate = np.random.default_rng(0).standard_normal(net.dim), 0.3
    losses = np.array([net.disturbed(Noise(dropout=rate), 1, step).value(theta) for step in range(DRAWS)])
    trace = net.trace(theta, np.arange(net.examples))[-1]
    spread = (trace["weights"][0] ** 2 * (trace["inputs"] ** 2).mean(axis=0)).sum()
    expected = net.value(theta) + rate / (1 - rate) * spread
    assert abs(losses.mean() - expected) < 4 * losses.std() / np.sqrt(DRAWS)


@pytest.mark.parametrize("noise", [Noise(dropout=0.4), Noise(inputs=0.3), Noise(dropout=0.2, inputs=0.1)], ids=repr)
def test_the_gradient_of_a_step_is_that_of_the_loss_that_the_step_saw(noise: Noise) -> None:
    net = hidden().disturbed(noise, 7, 3)
    theta = np.random.default_rng(1).standard_normal(net.dim)
    gradient = net.value_and_gradient(theta)[1]
    shifts = 1j * 1e-20 * np.eye(net.dim)
    np.testing.assert_allclose(gradient, net.value(theta + shifts).imag / 1e-20, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("noise", [Noise(dropout=0.4), Noise(inputs=0.3)], ids=repr)
def test_seed_and_step_decide_the_noise_and_nothing_else_does(noise: Noise) -> None:
    net = hidden()
    theta = np.random.default_rng(2).standard_normal(net.dim)
    values = [float(net.disturbed(noise, *key).value(theta)) for key in ((0, 0), (0, 1), (1, 0), (0, 0))]
    assert values[0] == values[3]
    assert len(set(values)) == 3
    assert net.value(theta) == hidden().value(theta)


def test_no_noise_is_the_network_itself() -> None:
    net = hidden()
    theta = np.random.default_rng(3).standard_normal(net.dim)
    assert net.disturbed(Noise(), 0, 0).value(theta) == net.value(theta)


def test_a_slice_sees_the_units_that_the_step_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_network_room, "BUFFER_BYTES", 64)
    monkeypatch.setattr(_network_room, "FEWEST", 1)
    net = hidden().disturbed(Noise(dropout=0.5), 0, 3)
    theta, directions = np.random.default_rng(0).standard_normal(net.dim), np.eye(2, net.dim)
    found = net.value_on_slice(theta, directions, np.array([1.0, 0.0]))
    np.testing.assert_allclose(found, net.value(theta + directions[0]), rtol=1e-12)


def test_float32_stays_float32() -> None:
    net = hidden().disturbed(Noise(dropout=0.5, inputs=0.1), 0, 0)
    assert net.value(np.ones(net.dim, np.float32)).dtype == np.float32
