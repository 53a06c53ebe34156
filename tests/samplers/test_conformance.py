"""What every kernel promises, and that what it claims is so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from app.core.errors import SpecError
from app.core.inference import Sampler, SamplerState, Target
from app.core.interfaces import Array
from app.samplers.parallel_tempering import ParallelTempering
from app.targets.banana import Banana
from tests.samplers.laws import SAMPLERS, kolmogorov, log_exponential, log_exponential_law, rng, walked

CHAINS = 200_000
STEPS = 4
BOUND = 1.95
"""√n·KS of exact draws exceeds it once in a thousand samples."""

every_sampler = pytest.mark.parametrize("kernel", [cls() for cls in SAMPLERS.values()], ids=list(SAMPLERS))


def tempered_start(kernel: Sampler, target: Target, state: SamplerState) -> SamplerState:
    """Hot replicas drawn exactly, too: e^x is Gamma(β, β) under p^β."""
    if not isinstance(kernel, ParallelTempering):
        return state
    betas = kernel.betas()[1:, None]
    hot = np.log(rng(5).gamma(betas, 1 / betas, (len(state.theta), len(betas), target.dim)))
    return state._replace(memory=(hot, -target.value(hot)))


def stationary(kernel: Sampler, target: Target, chains: int = CHAINS) -> SamplerState:
    """A state of exact draws."""
    theta = target.sample(rng(1), chains)
    assert theta is not None
    return tempered_start(kernel, target, kernel.init(target, theta, rng(2)))


def contents(state: SamplerState) -> list[bytes]:
    return [np.asarray(part).tobytes() for part in (*state[:3], *state.memory, state.t)]


@every_sampler
def test_exact_draws_stay_exact_draws_exactly_where_it_is_claimed(kernel: Sampler) -> None:
    target = log_exponential()
    state, _ = walked(kernel, target, stationary(kernel, target), STEPS)
    assert (kolmogorov(state.theta, log_exponential_law) < BOUND) == kernel.leaves_target_invariant


@every_sampler
def test_exact_draws_of_a_banana_keep_both_their_laws(kernel: Sampler) -> None:
    if not kernel.leaves_target_invariant or isinstance(kernel, ParallelTempering):
        return
    target = Banana().build()
    state, _ = walked(kernel, target, stationary(kernel, target, CHAINS // 4), 2)
    x, y = state.theta.T
    assert kolmogorov(x / 2, ndtr) < BOUND and kolmogorov(y - x**2 / 4, ndtr) < BOUND


@every_sampler
def test_a_step_keeps_its_books(kernel: Sampler) -> None:
    target = log_exponential(2)
    state, (info,) = walked(kernel, target, stationary(kernel, target, 64), 1)
    value, gradient = target.value_and_gradient(state.theta)
    np.testing.assert_allclose(state.log_density, -value, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(info.log_density, state.log_density)
    assert state.t == 1 and state.gradient.shape == (64, 2 if kernel.needs_gradient else 0)
    if kernel.needs_gradient:
        np.testing.assert_allclose(state.gradient, -gradient, rtol=1e-9, atol=1e-12)
    assert all(np.shape(part) == (64,) for part in info)
    assert ((info.acceptance >= 0) & (info.acceptance <= 1)).all() and not info.divergent.any()
    assert (info.energy >= -info.log_density - 1e-12).all()


class Counted:
    """A target that counts the places at which it was asked."""

    def __init__(self, inner: Target) -> None:
        self.inner, self.dim, self.box, self.places = inner, inner.dim, inner.box, 0

    def value(self, theta: Array) -> Array:
        self.places += int(np.prod(theta.shape[:-1]))
        return self.inner.value(theta)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        self.places += int(np.prod(theta.shape[:-1]))
        return self.inner.value_and_gradient(theta)


@every_sampler
def test_every_evaluation_is_counted(kernel: Sampler) -> None:
    target = log_exponential(2)
    state = stationary(kernel, target, 64)
    counted = Counted(target)
    _, info = kernel.step(counted, state, rng(3))  # type: ignore[arg-type]
    assert info.gradients.sum() == counted.places


@every_sampler
def test_a_step_leaves_its_argument_as_it_was_and_equal_inputs_give_equal_bytes(kernel: Sampler) -> None:
    target = log_exponential(2)
    state = stationary(kernel, target, 16)
    before = contents(state)
    one, two = (kernel.step(target, state, rng(7))[0] for _ in range(2))
    assert contents(state) == before != contents(one)
    assert contents(one) == contents(two)


@every_sampler
def test_warm_up_is_pure_and_ends(kernel: Sampler) -> None:
    target = log_exponential(2)
    state = stationary(kernel, target, 16)
    for t in range(60):
        state, info = kernel.step(target, state, rng(8, t))
        before = contents(state)
        tuned = kernel.adapt(state, info, t, 60)
        assert contents(state) == before
        assert all(np.isfinite(part).all() for part in tuned.memory)
        state = tuned
    assert np.isfinite(state.theta).all()


@every_sampler
def test_starts_are_copied_and_integers_become_floats(kernel: Sampler) -> None:
    start = np.ones((16, 2), dtype=np.int64)
    state = kernel.init(log_exponential(2), start, rng(0))
    start[:] = 9
    assert state.theta.dtype == np.float64 and (state.theta == 1).all()


@every_sampler
@pytest.mark.parametrize(
    ("theta", "message"),
    [(np.zeros((16, 3)), r"must be \(chains, 2\)"), (np.full((16, 2), np.inf), "not finite; choose another start")],
)
def test_impossible_starts_are_refused(kernel: Sampler, theta: Array, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        kernel.init(log_exponential(2), theta, rng(0))


@every_sampler
def test_density_that_overflows_is_no_error_and_no_place_to_go(kernel: Sampler) -> None:
    target = log_exponential(2)
    wild = {"step_size": 1e6} if "step_size" in type(kernel).model_fields else {}
    kernel = kernel.model_copy(update=wild)
    state, _ = walked(kernel, target, stationary(kernel, target, 32), 2)
    assert np.isfinite(state.theta).all() and np.isfinite(state.log_density).all()


@every_sampler
def test_chains_are_independent_exactly_where_it_is_claimed(kernel: Sampler) -> None:
    target = log_exponential(2)
    theta = target.sample(rng(1), 16)
    assert theta is not None
    other = theta.copy()
    other[8:] += 0.1
    ends = [walked(kernel, target, kernel.init(target, start, rng(2)), 1)[0].theta[:4] for start in (theta, other)]
    same = np.array_equal(*ends)
    draws_vary = kernel.kind in ("nuts", "slice", "gibbs")  # how many numbers they draw depends on every chain
    assert draws_vary or same == (not kernel.couples_chains)


def test_an_ensemble_that_cannot_span_the_space_is_refused() -> None:
    kernel = SAMPLERS["stretch"]()
    kernel.init(log_exponential(1), np.zeros((4, 1)), rng(0))
    with pytest.raises(SpecError, match="4 chains must be at least 8 for the stretch move in 3 dimensions"):
        kernel.init(log_exponential(3), np.zeros((4, 3)), rng(0))
