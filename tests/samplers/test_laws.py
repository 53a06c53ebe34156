"""Laws of samplers that are known exactly, in standard errors or to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.inference import Sampler, Target
from app.core.interfaces import Array
from app.diagnostics.ess import ess_mean
from app.samplers._leapfrog import Phase, hamiltonian, leapfrog, stride
from app.samplers._metropolis import place_with_gradient
from app.samplers.gibbs import Gibbs
from app.samplers.hmc import Hmc
from app.samplers.langevin_dial import LangevinDial
from app.samplers.mala import Mala
from app.samplers.sgld import Sgld
from app.samplers.ula import Ula
from app.targets.banana import Banana
from app.targets.gaussian import CorrelatedGaussian
from tests.samplers.laws import log_exponential, normal, rng, walked

CROWD = 100_000


def orbit(target: Target, theta: Array, momentum: Array, step: float, steps: int) -> list[Phase]:
    """The phases of a leapfrog path."""
    phases = [Phase(place_with_gradient(target, theta), momentum)]
    along = stride(np.full((len(theta), 1), step), np.ones(target.dim))
    for _ in range(steps):
        phases.append(leapfrog(target, phases[-1], along))
    return phases


@pytest.mark.parametrize("frequency", [0.3, 1.0, 7.0])
@pytest.mark.parametrize(("share", "stable"), [(0.5, True), (0.999, True), (1.001, False), (1.5, False)])
def test_leapfrog_on_a_quadratic_is_stable_exactly_below_two_over_its_frequency(
    frequency: float, share: float, stable: bool
) -> None:
    target = normal(frequency)
    start = np.array([[1 / frequency]]), np.array([[0.3]])
    path = orbit(target, *start, share * 2 / frequency, 2000)
    furthest = np.nanmax([np.abs(phase.at.theta).max() * frequency for phase in path])
    # The exact amplitude below the limit grows like 1/√(1 − (εω/2)²), which is 22 at 0.999.
    assert (furthest < 30) == stable


def test_leapfrog_retraces_its_path_when_the_momentum_is_turned() -> None:
    target = Banana().build()
    end = orbit(target, rng(0).standard_normal((5, 2)), rng(1).standard_normal((5, 2)), 0.1, 50)[-1]
    back = orbit(target, end.at.theta, -end.momentum, 0.1, 50)[-1]
    np.testing.assert_allclose(back.at.theta, rng(0).standard_normal((5, 2)), atol=1e-10)


def test_leapfrog_preserves_volume() -> None:
    target, start, h = Banana().build(), np.array([0.4, -0.3, 0.7, 0.2]), 1e-6
    shifted = np.vstack([start + h * np.eye(4), start - h * np.eye(4)])
    end = orbit(target, shifted[:, :2], shifted[:, 2:], 0.2, 5)[-1]
    points = np.hstack([end.at.theta, end.momentum])
    assert np.linalg.det((points[:4] - points[4:]) / (2 * h)) == pytest.approx(1.0, abs=1e-7)


def test_the_energy_error_of_leapfrog_is_of_second_order() -> None:
    target = Banana().build()
    errors = []
    for steps in (40, 80, 160):
        path = orbit(target, np.array([[1.0, 0.5]]), np.array([[0.7, -0.6]]), 2.0 / steps, steps)
        energies = [hamiltonian(phase, np.ones(2)) for phase in (path[0], path[-1])]
        errors.append(abs(float(np.squeeze(energies[1] - energies[0]))))
    np.testing.assert_allclose(np.log2(np.divide(errors[:-1], errors[1:])), 2.0, atol=0.1)


def test_a_drawn_trajectory_is_the_one_that_the_step_takes() -> None:
    target, kernel = Banana().build(), Hmc(steps=7)
    state = kernel.init(target, rng(0).standard_normal((50, 2)), rng(1))
    path = kernel.trajectory(target, state, rng(2))
    following, info = kernel.step(target, state, rng(2))
    assert path.position.shape == (8, 50, 2) and path.energy.shape == (8, 50)
    ends = np.where(info.accepted[:, None], path.position[-1], path.position[0])
    np.testing.assert_array_equal(following.theta, ends)
    np.testing.assert_array_equal(info.energy, np.where(info.accepted, path.energy[-1], path.energy[0]))


LANGEVIN = [
    Ula(step_size=0.5),
    Ula(step_size=1.2),
    Sgld(step_size=0.6, gradient_noise=2.0),
    LangevinDial(step_size=0.8, temperature=0.3),
    LangevinDial(step_size=0.8, temperature=0.0, gradient_noise=1.5),
    LangevinDial(step_size=0.9, temperature=0.5, corrected=True),
    LangevinDial(step_size=1.1, temperature=1.0, gradient_noise=0.7),
    LangevinDial(step_size=1.1, temperature=0.0),
]


@pytest.mark.parametrize("kernel", LANGEVIN, ids=repr)
@pytest.mark.parametrize("frequency", [1.0, 1.5])
def test_the_variance_at_which_langevin_steps_settle_is_the_one_that_is_stated(
    kernel: Ula | Sgld | LangevinDial, frequency: float
) -> None:
    target = normal(frequency)
    state, _ = walked(kernel, target, kernel.init(target, rng(0).standard_normal((CROWD, 1)), rng(0)), 60)
    expected = kernel.gaussian_variance(frequency)
    assert expected is not None
    standard_error = expected * np.sqrt(2 / CROWD)
    assert state.theta.var() == pytest.approx(expected, abs=4 * standard_error + 1e-12)


@pytest.mark.parametrize("kernel", [Ula(step_size=2.0), Sgld(step_size=2.5), LangevinDial(step_size=2.1)], ids=repr)
def test_beyond_two_over_the_frequency_langevin_steps_settle_nowhere(kernel: Ula | Sgld | LangevinDial) -> None:
    target = normal()
    state, _ = walked(kernel, target, kernel.init(target, rng(0).standard_normal((1000, 1)), rng(0)), 200)
    assert kernel.gaussian_variance(1.0) is None and state.theta.var() > 50


def test_cold_and_noise_free_the_dial_is_gradient_descent() -> None:
    target, kernel = log_exponential(2), LangevinDial(step_size=0.4, temperature=0.0)
    start = rng(0).standard_normal((5, 2))
    state, _ = walked(kernel, target, kernel.init(target, start, rng(0)), 1)
    np.testing.assert_array_equal(state.theta, start - 0.08 * target.value_and_gradient(start)[1])


def test_at_temperature_one_and_corrected_the_dial_is_mala() -> None:
    target = log_exponential(2)
    dial, mala = LangevinDial(step_size=0.9, temperature=1.0, corrected=True), Mala(step_size=0.9)
    start = target.sample(rng(0), 20_000)
    assert start is not None
    rates = [walked(k, target, k.init(target, start, rng(1)), 3)[1][-1].accepted.mean() for k in (dial, mala)]
    assert rates[0] == pytest.approx(rates[1], abs=4 * np.sqrt(0.5 / 20_000))


def test_a_dial_that_cannot_be_corrected_says_so() -> None:
    with pytest.raises(ValueError, match="an accept step needs gradient_noise 0"):
        LangevinDial(corrected=True, gradient_noise=1.0)
    with pytest.raises(ValueError, match="a temperature above 0"):
        LangevinDial(corrected=True, temperature=0.0)


def test_sgld_with_decaying_steps_loses_its_bias() -> None:
    target, chains, ends = normal(), 8_000, []
    for decay in (0.0, 1.0):
        kernel = Sgld(step_size=1.0, gradient_noise=2.0, decay=decay, delay=5.0)
        state, _ = walked(kernel, target, kernel.init(target, rng(0).standard_normal((chains, 1)), rng(0)), 1_000)
        ends.append(state.theta.var())
    assert ends[0] == pytest.approx(2 / 0.75, rel=0.06)
    assert ends[1] == pytest.approx(1.0, abs=4 * np.sqrt(2 / chains) + 0.02)


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.9])
def test_gibbs_on_a_correlated_pair_is_an_autoregression_with_the_squared_correlation(correlation: float) -> None:
    target, kernel = CorrelatedGaussian(correlation=correlation).build(), Gibbs()
    start = target.sample(rng(0), 200)
    assert start is not None
    state, draws = kernel.init(target, start, rng(1)), []
    for t in range(500):
        state, _ = kernel.step(target, state, rng(2, t))
        draws.append(state.theta[:, 1])
    x, rho = np.array(draws).T, correlation**2
    lagged = np.corrcoef(x[:, :-1].ravel(), x[:, 1:].ravel())[0, 1]
    assert lagged == pytest.approx(rho, abs=0.015)
    assert ess_mean(x) / x.size == pytest.approx((1 - rho) / (1 + rho), rel=0.15)


def test_gibbs_knows_which_conditionals_are_gaussian() -> None:
    (banana,) = Gibbs().init(Banana().build(), np.zeros((2, 2)), rng(0)).memory
    assert banana.tolist() == [False, True]
    assert Gibbs().init(CorrelatedGaussian(dim=3).build(), np.zeros((2, 3)), rng(0)).memory[0].all()
    assert not Gibbs().init(log_exponential(2), np.zeros((2, 2)), rng(0)).memory[0].any()


def test_mala_refuses_less_as_its_steps_shrink_and_no_step_is_always_taken() -> None:
    target = log_exponential(2)
    start = target.sample(rng(0), 5_000)
    assert start is not None

    def refused(kernel: Sampler) -> float:
        return float(1 - walked(kernel, target, kernel.init(target, start, rng(1)), 1)[1][0].acceptance.mean())

    rates = [refused(Mala(step_size=size)) for size in (0.1, 0.3, 1.0)]
    assert rates == sorted(rates) and 0 < rates[0] < 0.01
