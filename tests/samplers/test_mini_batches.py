"""Mini-batch gradients are unbiased, and chains that follow them settle where the linear recursion says."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.inference import Sampler
from app.core.interfaces import Array
from app.samplers.langevin_dial import LangevinDial
from app.samplers.sgld import Sgld
from app.targets._base import TargetEntry
from app.targets._batches import mini_batches
from app.targets.banana import Banana
from app.targets.bayesian_network import BayesianNetwork
from app.targets.linear_regression import LinearRegression
from app.targets.logistic_regression import LogisticRegression
from tests.samplers.laws import rng, walked

CROWD = 40_000
SMALL = {"network": {"kind": "network", "layers": [{"units": 2}], "data": {"kind": "sine", "n": 6}}}
CLASSES = {"network": {"kind": "network", "layers": [{"units": 2}], "data": {"kind": "moons", "n": 6}}}
MODELS: dict[str, TargetEntry] = {
    "linear": LinearRegression(),
    "logistic": LogisticRegression(),
    "network": BayesianNetwork.model_validate(SMALL),
    "classifier": BayesianNetwork.model_validate(CLASSES),
}


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("model", MODELS)
def test_the_mean_over_all_batches_is_the_gradient(model: str, size: int) -> None:
    target = MODELS[model].build()
    batches = mini_batches(target, size)
    every = np.array(list(combinations(range(batches.batches.examples), size)))
    theta = rng(0).standard_normal((3, target.dim))
    found = np.stack([batches.gradient(theta, batch[None]) for batch in every])
    exact = -target.value_and_gradient(theta)[1]
    np.testing.assert_allclose(found.mean(axis=0), exact, rtol=1e-9, atol=1e-9)
    assert np.abs(found - exact).max() > 1e-3
    own = batches.gradient(theta, every[:3])
    np.testing.assert_allclose(own, found[[0, 1, 2], [0, 1, 2]], rtol=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_a_batch_of_all_examples_is_exact(model: str) -> None:
    target = MODELS[model].build()
    batches = mini_batches(target, 6)
    theta = rng(1).standard_normal((2, target.dim))
    whole = mini_batches(target, batches.batches.examples)
    found = whole.gradient(theta, whole.indices(batches.batches.examples, 2, rng(0)))
    np.testing.assert_allclose(found, -target.value_and_gradient(theta)[1], rtol=1e-9, atol=1e-9)


def test_every_subset_is_as_likely_and_holds_no_example_twice() -> None:
    drawn = np.sort(mini_batches(LinearRegression().build(), 2).indices(2, 30_000, rng(3)), axis=-1)
    subsets, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(subsets) == 15 and (drawn[:, 0] < drawn[:, 1]).all()
    assert np.abs(counts - 2_000).max() < 4.5 * np.sqrt(2_000)


def settled(model: LinearRegression, size: int, step: float, temperature: float) -> tuple[Array, Array]:
    """Mean and covariance of θ′ = θ + ½ε²ĝ(θ) + ε√τz by the recursion, over every batch there is."""
    features, t = model._design()
    mean, _ = model.posterior()
    dim, count, half = len(mean), len(t), 0.5 * step**2
    factors, noises = [], []
    for batch in map(list, combinations(range(count), size)):
        phi, share = features[batch], model.beta * count / size
        precision = model.alpha * np.eye(dim) + share * phi.T @ phi
        factors.append(np.eye(dim) - half * precision)
        noises.append(half * (share * phi.T @ (t[batch] - phi @ mean) - model.alpha * mean))
    wander = np.mean([np.kron(f, f) for f in factors], axis=0)
    fresh = np.mean([np.outer(n, n) for n in noises], axis=0) + step**2 * temperature * np.eye(dim)
    return mean, np.linalg.solve(np.eye(dim**2) - wander, fresh.ravel()).reshape(dim, dim)


@pytest.mark.parametrize(
    ("kernel", "temperature"),
    [
        (Sgld(step_size=0.07, batch_size=1), 1.0),
        (Sgld(step_size=0.1, batch_size=3), 1.0),
        (LangevinDial(step_size=0.1, batch_size=2, temperature=0.0), 0.0),
        (LangevinDial(step_size=0.08, batch_size=6, temperature=0.5), 0.5),
    ],
    ids=repr,
)
def test_chains_on_a_linear_model_settle_at_the_law_of_the_linear_recursion(
    kernel: Sgld | LangevinDial, temperature: float
) -> None:
    model = LinearRegression()
    target = model.build()
    assert kernel.batch_size is not None
    mean, covariance = settled(model, kernel.batch_size, kernel.step_size, temperature)
    start = mean + rng(0).standard_normal((CROWD, 2)) @ np.linalg.cholesky(covariance).T
    state, _ = walked(kernel, target, kernel.init(target, start, rng(1)), 60)
    away = state.theta - mean
    products = away[:, :, None] * away[:, None, :]
    assert (np.abs(away.mean(axis=0)) < 4.5 * np.sqrt(np.diagonal(covariance) / CROWD)).all()
    error = products.std(axis=0) / np.sqrt(CROWD)
    assert (np.abs(products.mean(axis=0) - covariance) < 4.5 * error).all()


def test_small_batches_make_it_wider_than_the_posterior() -> None:
    reference = LinearRegression().build().reference()
    assert reference is not None
    spreads = [settled(LinearRegression(), size, 0.07, 1.0)[1].trace() for size in (1, 3, 6)]
    assert spreads == sorted(spreads, reverse=True) and spreads[-1] > reference.covariance.trace()


@pytest.mark.parametrize("shared", [True, False])
def test_chains_that_share_batches_stay_together_without_noise_of_their_own(shared: bool) -> None:
    target = LogisticRegression().build()
    kernel = LangevinDial(step_size=0.1, batch_size=2, temperature=0.0, shared_batches=shared)
    state, _ = walked(kernel, target, kernel.init(target, np.zeros((8, 2)), rng(0)), 5)
    assert (np.ptp(state.theta, axis=0).max() == 0) == shared


@pytest.mark.parametrize(
    ("kernel", "target", "chains", "message"),
    [
        (Sgld(batch_size=2), Banana(), 4, "no examples to take mini-batches of"),
        (Sgld(batch_size=7), LinearRegression(), 4, "batch_size 7 must be at most 6"),
        (LangevinDial(batch_size=2), MODELS["network"], 65, "65 chains with batches of their own must be at most 64"),
    ],
)
def test_batches_that_cannot_be_had_are_refused(
    kernel: Sampler, target: TargetEntry, chains: int, message: str
) -> None:
    density = target.build()
    with pytest.raises(SpecError, match=message):
        kernel.init(density, np.zeros((chains, density.dim)), rng(0))


def test_an_accept_step_and_mini_batches_do_not_go_together() -> None:
    with pytest.raises(ValueError, match="no batch_size"):
        LangevinDial(corrected=True, batch_size=2)
