"""Each broken kernel is caught: by the kernel test, and by the diagnostics, which say which ones are blind to it."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.inference import Sampler, Target
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.diagnostics.ess import ess_bulk
from app.diagnostics.rhat import rhat
from app.diagnostics.stein import stein_residual
from app.samplers.broken._base import BrokenSampler
from tests.samplers.laws import SAMPLERS, kolmogorov, log_exponential, log_exponential_law, rng, walked
from tests.samplers.test_conformance import BOUND, stationary

BROKEN: dict[str, type[BrokenSampler]] = catalogue("app.samplers.broken", BrokenSampler)
GALLERY = {"missing_accept", "wrong_ratio", "half_step_slip", "aliased_momentum", "jittered_laplace"}
EXACT = [kind for kind, cls in SAMPLERS.items() if cls.leaves_target_invariant]
CHAINS, DRAWS = 64, 4_000

every_broken = pytest.mark.parametrize("kernel", [cls() for cls in BROKEN.values()], ids=list(BROKEN))


def recorded(kernel: Sampler, target: Target) -> tuple[Array, Array]:
    """Draws and gradients of the log density, ``(chains, draws)``, from exact starts."""
    state = stationary(kernel, target, CHAINS)
    draws = np.empty((DRAWS, CHAINS))
    for t in range(DRAWS):
        state, _ = kernel.step(target, state, rng(3, t))
        draws[t] = state.theta[:, 0]
    x = np.ascontiguousarray(draws.T)
    return x, -target.value_and_gradient(x[..., None])[1][..., 0]


def test_the_gallery_is_complete_and_each_names_what_it_would_be() -> None:
    assert set(BROKEN) == GALLERY
    assert {cls.repaired for cls in BROKEN.values()} <= set(EXACT)
    assert all(cls.model_validate(dict(cls.exhibit)) for cls in BROKEN.values())
    assert all(cls.broken and not cls.leaves_target_invariant for cls in BROKEN.values())


@every_broken
def test_the_kernel_test_fails_on_it(kernel: Sampler) -> None:
    target = log_exponential()
    state, _ = walked(kernel, target, stationary(kernel, target, 200_000), 4)
    assert kolmogorov(state.theta, log_exponential_law) > 1.5 * BOUND


@every_broken
def test_stein_s_identities_catch_it_and_convergence_diagnostics_do_not(kernel: Sampler) -> None:
    x, gradient = recorded(kernel, log_exponential())
    assert rhat(x) < 1.01 and ess_bulk(x) > 1_000
    assert np.abs(stein_residual(x, gradient).score).max() > 6


@pytest.mark.parametrize("kind", ["hmc", "mala", "independence", "random_walk", "slice", "stretch"])
def test_stein_s_identities_acquit_kernels_that_are_right(kind: str) -> None:
    x, gradient = recorded(SAMPLERS[kind](), log_exponential())
    assert np.abs(stein_residual(x, gradient).score).max() < 4
