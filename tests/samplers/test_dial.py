"""The dial leaves the target unchanged at one place, and knows which."""

from __future__ import annotations

import pytest

from app.samplers.langevin_dial import LangevinDial
from tests.samplers.laws import kolmogorov, log_exponential, log_exponential_law, rng, walked

CHAINS, BOUND = 100_000, 1.95


@pytest.mark.parametrize(
    "kernel",
    [
        LangevinDial(step_size=0.9, temperature=1.0, corrected=True),
        LangevinDial(step_size=0.9, temperature=0.5, corrected=True),
        LangevinDial(step_size=0.9, temperature=1.0),
        LangevinDial(step_size=0.9, temperature=1.0, gradient_noise=2.0),
    ],
    ids=repr,
)
def test_exact_draws_stay_exact_draws_where_the_dial_says_so(kernel: LangevinDial) -> None:
    target = log_exponential()
    start = target.sample(rng(1), CHAINS)
    assert start is not None
    state, _ = walked(kernel, target, kernel.init(target, start, rng(2)), 4)
    assert (kolmogorov(state.theta, log_exponential_law) < BOUND) == kernel.keeps_target
