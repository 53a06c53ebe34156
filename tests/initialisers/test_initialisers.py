"""Initialisers draw what their formulas say, the same for equal generators."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.interfaces import Layer
from app.core.spec import catalogue
from app.initialisers._base import Initialiser
from app.initialisers.normal import Normal
from app.initialisers.orthogonal import Orthogonal
from app.initialisers.uniform import Uniform
from app.initialisers.zeros import Zeros

FAN_OUT, FAN_IN = 300, 200
ENTRIES = catalogue("app.initialisers", Initialiser)
LAYERS = (
    Layer("hidden 1", 0, 12, 3, 3, True),
    Layer("output", 12, 20, 3, 2, True),
    Layer("direct", 20, 26, 3, 2, False),
)
every = pytest.mark.parametrize("initialiser", [entry() for entry in ENTRIES.values()], ids=repr)

VARIANCES = {
    "glorot_uniform": 2 / (FAN_IN + FAN_OUT),
    "glorot_normal": 2 / (FAN_IN + FAN_OUT),
    "he_uniform": 2 / FAN_IN,
    "he_normal": 2 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "lecun_normal": 1 / FAN_IN,
    "uniform": 0.5**2 / 3,
    "normal": 0.1**2,
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


@pytest.mark.parametrize("kind", VARIANCES)
def test_weights_have_mean_zero_and_the_variance_of_the_formula(kind: str) -> None:
    weights = ENTRIES[kind]().weights(FAN_OUT, FAN_IN, rng(1))
    n, variance = weights.size, VARIANCES[kind]
    assert abs(weights.mean()) < 4 * np.sqrt(variance / n)
    assert abs(weights.var() / variance - 1) < 4 * np.sqrt(2 / n)


@pytest.mark.parametrize("kind", [kind for kind in VARIANCES if kind.endswith("uniform")])
def test_uniform_draws_fill_their_interval_and_stay_inside(kind: str) -> None:
    weights = ENTRIES[kind]().weights(FAN_OUT, FAN_IN, rng(2))
    limit = np.sqrt(3 * VARIANCES[kind])
    assert 0.999 * limit < np.abs(weights).max() <= limit


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (7, 7), (1, 4), (4, 1)])
@pytest.mark.parametrize("gain", [1.0, 1.7])
def test_orthogonal_weights_have_every_singular_value_equal_to_the_gain(shape: tuple[int, int], gain: float) -> None:
    weights = Orthogonal(gain=gain).weights(*shape, rng())
    assert weights.shape == shape
    np.testing.assert_allclose(np.linalg.svd(weights, compute_uv=False), gain, rtol=1e-13)


def test_orthogonal_draws_favour_no_sign() -> None:
    corners = [Orthogonal().weights(2, 2, rng(seed))[0, 0] for seed in range(400)]
    assert abs(np.mean(corners)) < 4 * np.sqrt(0.5 / 400)


@every
def test_equal_generators_give_equal_parameters_and_others_do_not(initialiser: Initialiser) -> None:
    first, again, other = (initialiser.parameters(LAYERS, rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert isinstance(initialiser, Zeros) == np.array_equal(first, other)


@every
def test_parameters_fill_the_flat_order_with_biases_at_zero(initialiser: Initialiser) -> None:
    theta = initialiser.parameters(LAYERS, rng())
    assert theta.shape == (26,)
    assert theta.dtype == np.float64
    np.testing.assert_array_equal(theta[9:12], 0)
    np.testing.assert_array_equal(theta[18:20], 0)
    draws = rng()
    np.testing.assert_array_equal(theta[:9].reshape(3, 3), initialiser.weights(3, 3, draws))
    np.testing.assert_array_equal(theta[12:18].reshape(2, 3), initialiser.weights(2, 3, draws))


@pytest.mark.parametrize("initialiser", [Uniform(biases=True), Normal(biases=True)], ids=repr)
def test_biases_are_drawn_where_asked(initialiser: Initialiser) -> None:
    theta = initialiser.parameters(LAYERS, rng())
    assert np.all(theta != 0)
