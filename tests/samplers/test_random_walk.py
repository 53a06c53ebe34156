"""Random-walk Metropolis leaves its target alone."""

from __future__ import annotations

import numpy as np

from app.samplers.random_walk import RandomWalk
from app.targets.banana import Banana


def test_exact_draws_stay_exact_draws() -> None:
    target, kernel = Banana().build(), RandomWalk(step_size=1.5)
    theta = target.sample(np.random.default_rng(0), 20_000)
    assert theta is not None
    state = kernel.init(target, theta, np.random.default_rng(1))
    for step in range(5):
        state, info = kernel.step(target, state, np.random.default_rng(100 + step))
    assert 0.2 < info.accepted.mean() < 0.8
    reference = target.reference()
    assert reference is not None
    errors = state.theta.std(axis=0) / np.sqrt(len(state.theta))
    assert (np.abs(state.theta.mean(axis=0) - reference.mean) < 4 * errors).all()
    np.testing.assert_allclose(state.theta.var(axis=0), reference.variance, rtol=0.05)
    np.testing.assert_allclose(state.log_density, -target.value(state.theta), rtol=1e-12, atol=1e-12)
