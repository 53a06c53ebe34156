"""What warm-up finds."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.inference import Sampler, SamplerState, Target
from app.samplers._tuning import Tuning, windows
from app.samplers.hmc import Hmc
from app.samplers.independence import Independence
from app.samplers.mala import Mala
from app.samplers.nuts import Nuts
from app.samplers.random_walk import RandomWalk
from app.targets.gaussian import CorrelatedGaussian
from tests.samplers.laws import rng, walked

WARM_UP = 300
STRETCHED = CorrelatedGaussian(dim=3, correlation=0.0, spread=50.0)


def warmed(kernel: Sampler, target: Target, chains: int = 32) -> SamplerState:
    """The state after warm-up from narrow starts."""
    state = kernel.init(target, 0.1 * rng(0).standard_normal((chains, target.dim)), rng(1))
    for t in range(WARM_UP):
        state, info = kernel.step(target, state, rng(2, t))
        state = kernel.adapt(state, info, t, WARM_UP)
    return state


@pytest.mark.parametrize("kernel", [RandomWalk(), Mala(), Hmc(), Nuts()], ids=lambda kernel: kernel.kind)
def test_the_wanted_acceptance_is_met(kernel: RandomWalk) -> None:
    target = STRETCHED.build()
    _, seen = walked(kernel, target, warmed(kernel, target), 100)
    assert np.mean([info.acceptance.mean() for info in seen]) == pytest.approx(kernel.acceptance, abs=0.08)


@pytest.mark.parametrize("kernel", [RandomWalk(), Hmc(), Nuts()], ids=lambda kernel: kernel.kind)
def test_the_scales_become_the_variances(kernel: Sampler) -> None:
    tuning = Tuning(*warmed(kernel, STRETCHED.build()).memory)
    np.testing.assert_allclose(tuning.inverse_mass, np.diagonal(STRETCHED.covariance()), rtol=0.35)


def test_the_guess_of_the_independence_sampler_becomes_the_target_s() -> None:
    kernel, target = Independence(), STRETCHED.build()
    mean, variance, _ = warmed(kernel, target).memory
    scale = np.sqrt(np.diagonal(STRETCHED.covariance()))
    np.testing.assert_allclose(mean / scale, 0.0, atol=0.2)
    np.testing.assert_allclose(variance, scale**2, rtol=0.35)


@pytest.mark.parametrize("field", ["tune", "tune_scales"])
def test_what_is_not_to_be_tuned_stays(field: str) -> None:
    kernel = Hmc(step_size=0.3).model_copy(update={field: False})
    tuning = Tuning(*warmed(kernel, STRETCHED.build()).memory)
    assert (tuning.step_size == 0.3) == (field == "tune")
    assert (tuning.inverse_mass == 1).all() == (field == "tune_scales")


@pytest.mark.parametrize("of", [1, 2, 10, 50, 100, 150, 1000, 5000])
def test_windows_follow_one_another_inside_the_warm_up(of: int) -> None:
    first, ends = windows(of)
    assert 0 <= first <= ends[0] and ends[-1] < of
    assert list(ends) == sorted(set(ends))


def test_windows_double_and_leave_both_ends_to_the_step_size() -> None:
    assert windows(1000) == (75, (99, 149, 249, 449, 949))
