"""What follows from the equations of single methods."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.interfaces import Array, Optimiser
from app.optimisers.adam import Adam
from app.optimisers.adam_l2 import AdamL2
from app.optimisers.adamw import AdamW
from app.optimisers.amsgrad import AMSGrad
from app.optimisers.gradient_descent import GradientDescent
from app.optimisers.heavy_ball import HeavyBall
from app.optimisers.lion import Lion
from app.optimisers.nesterov import Nesterov
from app.optimisers.rmsprop import RMSProp
from app.optimisers.rprop import RProp
from app.optimisers.sgd import SGD
from app.schedules.inverse_time import InverseTime
from tests.optimisers.objectives import OPTIMISERS, Quadratic, Rosenbrock, Scaled, Slope, path, rng, run

START = np.array([-1.2, 1.0])
QUADRATIC = Quadratic(np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.5, -1.0]))
TINY = 1e-250
FREE_OF_SCALE = [
    pytest.param(cls(**({"epsilon": TINY} if "epsilon" in cls.model_fields else {})), id=kind)
    for kind, cls in OPTIMISERS.items()
    if "epsilon" in cls.model_fields and cls is not AdamL2  # its decay is part of the loss and does not scale with it
]


def thetas(optimiser: Optimiser, objective: Any, start: Array, steps: int = 25) -> Array:
    return np.array([state.theta for state in path(optimiser, objective, start, steps)])


@pytest.mark.parametrize("optimiser", FREE_OF_SCALE)
@given(power=st.integers(-40, 40))
def test_an_adaptive_path_does_not_depend_on_the_scale_of_the_loss(optimiser: Optimiser, power: int) -> None:
    scaled = thetas(optimiser, Scaled(QUADRATIC, 10.0**power), START)
    # The root of a matrix of rank one answers to rounding like √ε.
    tolerance = 1e-9 if optimiser.coordinatewise else 1e-7
    np.testing.assert_allclose(scaled, thetas(optimiser, QUADRATIC, START), rtol=tolerance)


@pytest.mark.parametrize("optimiser", [Lion(learning_rate=0.01), RProp()], ids=lambda o: o.kind)
@given(power=st.integers(-200, 200))
def test_a_path_of_signs_does_not_depend_on_the_scale_of_the_loss_at_all(optimiser: Optimiser, power: int) -> None:
    scaled = thetas(optimiser, Scaled(QUADRATIC, 2.0**power), START)
    assert np.array_equal(scaled, thetas(optimiser, QUADRATIC, START))


@pytest.mark.parametrize(
    "optimiser", [Adam(beta1=0.8), AdamW(weight_decay=0.0), AMSGrad(), RMSProp(decay=0.7)], ids=repr
)
def test_the_step_is_the_average_of_gradients_divided_by_the_preconditioner(optimiser: Any) -> None:
    states, average = path(optimiser, QUADRATIC, START, 8), np.zeros(2)
    beta = getattr(optimiser, "beta1", 0.0)
    for state, following in pairwise(states):
        average = beta * average + (1 - beta) * QUADRATIC.value_and_gradient(state.theta)[1]
        expected = state.theta - optimiser.rate(state.t) * average / optimiser.preconditioner(following)
        np.testing.assert_allclose(following.theta, expected, rtol=1e-12)


def test_gradient_descent_s_path_does_depend_on_the_scale_of_the_loss() -> None:
    optimiser = GradientDescent(learning_rate=0.01)
    assert not np.allclose(thetas(optimiser, Scaled(QUADRATIC, 2.0), START), thetas(optimiser, QUADRATIC, START))


@given(gradient=st.lists(st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3), min_size=1, max_size=6))
def test_adam_s_first_step_has_size_alpha_in_every_coordinate(gradient: list[float]) -> None:
    optimiser = Adam(learning_rate=0.1, epsilon=1e-15)
    moved = run(optimiser, Slope(gradient), np.zeros(len(gradient)), 1).theta
    np.testing.assert_allclose(moved, -0.1 * np.sign(gradient), rtol=1e-9)


def test_amsgrad_s_and_rmsprop_s_first_steps_carry_the_bias_of_an_empty_start() -> None:
    gradient, start = Slope([5.0, -0.01]), np.zeros(2)
    amsgrad = run(AMSGrad(learning_rate=0.1, beta1=0.9, beta2=0.99, epsilon=1e-15), gradient, start, 1).theta
    rmsprop = run(RMSProp(learning_rate=0.1, decay=0.91, epsilon=1e-15), gradient, start, 1).theta
    np.testing.assert_allclose(amsgrad, -0.1 * (1 - 0.9) / np.sqrt(1 - 0.99) * np.array([1, -1]), rtol=1e-9)
    np.testing.assert_allclose(rmsprop, -0.1 / np.sqrt(1 - 0.91) * np.array([1, -1]), rtol=1e-9)


@given(learning_rate=st.floats(1e-4, 0.5), seed=st.integers(0, 1000))
def test_lion_moves_every_coordinate_by_its_learning_rate(learning_rate: float, seed: int) -> None:
    start = rng(seed).standard_normal(2)
    moves = np.abs(np.diff(thetas(Lion(learning_rate=learning_rate), QUADRATIC, start), axis=0))
    np.testing.assert_allclose(moves, learning_rate, rtol=1e-9)


def test_adamw_without_decay_is_adam() -> None:
    assert np.array_equal(thetas(AdamW(weight_decay=0), Rosenbrock(), START), thetas(Adam(), Rosenbrock(), START))


def test_adamw_is_not_adam_on_an_l2_penalty() -> None:
    """A steep coordinate: L2's pull is divided by √v̂ with the gradient, the decoupled decay is not."""
    steep, decay = Slope([1000.0]), 0.1
    penalised = Quadratic(np.array([[decay]]))

    class Penalised(Slope):
        def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
            (f, g), (r, dr) = super().value_and_gradient(theta), penalised.value_and_gradient(theta)
            return f + r, g + dr

    start = np.array([100.0])
    decoupled = run(AdamW(learning_rate=0.01, weight_decay=decay), steep, start, 50).theta
    coupled = run(Adam(learning_rate=0.01), Penalised([1000.0]), start, 50).theta
    bare = run(Adam(learning_rate=0.01), steep, start, 50).theta
    assert abs(coupled - bare) < 0.01
    assert run(AdamL2(learning_rate=0.01, weight_decay=decay), steep, start, 50).theta == pytest.approx(coupled)
    assert bare - decoupled == pytest.approx(100 * (1 - (1 - 0.01 * decay) ** 50), rel=0.01)


@pytest.mark.parametrize("cls", [AdamW, Lion])
def test_decay_alone_shrinks_the_parameters_by_one_minus_eta_lambda(cls: type[AdamW | Lion]) -> None:
    optimiser = cls(learning_rate=0.1, weight_decay=0.5)
    final = run(optimiser, Slope([0.0, 0.0]), np.array([2.0, -3.0]), 10).theta
    np.testing.assert_allclose(final, np.array([2.0, -3.0]) * 0.95**10, rtol=1e-12)


def test_without_momentum_heavy_ball_and_nesterov_are_gradient_descent() -> None:
    plain = thetas(GradientDescent(learning_rate=0.001), Rosenbrock(), START)
    for cls in (HeavyBall, Nesterov):
        assert np.array_equal(thetas(cls(learning_rate=0.001, momentum=0), Rosenbrock(), START), plain)


def test_on_a_slope_momentum_reaches_the_speed_of_a_learning_rate_over_one_minus_beta() -> None:
    for cls in (HeavyBall, Nesterov):
        late = thetas(cls(learning_rate=0.01, momentum=0.9), Slope([1.0]), np.zeros(1), 400)
        assert late[-2, 0] - late[-1, 0] == pytest.approx(0.01 / (1 - 0.9), rel=1e-9)


def test_rprop_takes_its_step_back_when_the_sign_flips_and_then_halves_it() -> None:
    visited = thetas(RProp(initial_step=1.0), Quadratic(np.eye(1)), np.array([0.4]), 3)[:, 0]
    np.testing.assert_allclose(visited, [0.4, -0.6, 0.4, -0.1])


def test_rprop_s_step_sizes_stay_between_their_bounds() -> None:
    optimiser = RProp(initial_step=0.1, largest_step=0.3, smallest_step=0.05)
    turning = [state.memory[1] for state in path(optimiser, Rosenbrock(), START, 100)]
    striding = [state.memory[1] for state in path(optimiser, Slope([1.0, -1.0]), START, 100)]
    assert np.min(turning) == 0.05
    assert np.max(striding) == 0.3


def test_sgd_without_noise_is_gradient_descent_and_asks_for_its_batch() -> None:
    quiet, plain = SGD(learning_rate=0.001, batch_size=8), GradientDescent(learning_rate=0.001)
    assert np.array_equal(thetas(quiet, Rosenbrock(), START), thetas(plain, Rosenbrock(), START))
    assert quiet.examples_per_step() == 8
    assert plain.examples_per_step() is None


def test_sgd_s_noise_is_added_to_the_step_and_not_to_what_it_reports() -> None:
    noisy = SGD(learning_rate=0.1, gradient_noise=2.0)
    state = noisy.init(Slope(np.zeros(1000)), np.zeros(1000), rng())
    after, info = noisy.step(Slope(np.zeros(1000)), state, rng(1))
    assert not info.gradient.any()
    assert np.std(after.theta) == pytest.approx(0.1 * 2.0, rel=0.1)
    other, _ = noisy.step(Slope(np.zeros(1000)), state, rng(2))
    assert not np.array_equal(after.theta, other.theta)


@pytest.mark.parametrize("eta", [0.05, 0.5, 1.5])
def test_sgd_s_noise_floor_is_that_of_the_linear_recursion(eta: float) -> None:
    """Var θ = ησ²/(λ(2 − ηλ)), over many independent runs; 5 standard errors of a sample variance."""
    curvature, sigma, runs = 1.0, 0.7, 20_000
    optimiser = SGD(learning_rate=eta, gradient_noise=sigma)
    final = run(optimiser, Quadratic(np.array([[curvature]])), np.zeros((runs, 1)), 200).theta
    expected = eta * sigma**2 / (curvature * (2 - eta * curvature))
    assert np.var(final) == pytest.approx(expected, rel=5 * np.sqrt(2 / runs))


def test_sgd_with_steps_like_one_over_t_settles_where_a_constant_step_keeps_jittering() -> None:
    objective, start = Quadratic(np.array([[1.0]])), np.ones((500, 1))
    steady = run(SGD(learning_rate=0.5, gradient_noise=1.0), objective, start, 1000).theta
    decaying = run(
        SGD(learning_rate=1.0, gradient_noise=1.0, schedule=InverseTime(rate=1.0)), objective, start, 1000
    ).theta
    assert np.var(decaying) < 0.01 * np.var(steady)
    assert np.var(decaying) == pytest.approx(1 / 1000, rel=0.35)


def test_adam_goes_to_the_worst_point_of_reddi_s_example_and_amsgrad_to_the_best() -> None:
    """f_t(x) = 1010x if t mod 101 = 1 else −10x on [−1, 1]; β = (0.9, 0.99), α_t = 0.5/√t (Reddi et al. 2018, 3)."""
    slopes = [Slope([1010.0 if t % 101 == 1 else -10.0]) for t in range(101)]
    ends, source = {}, rng()
    for cls, steps in ((Adam, 30_000), (AMSGrad, 150_000)):
        optimiser = cls(learning_rate=0.5, beta1=0.9, beta2=0.99, schedule=InverseTime(rate=1.0, power=0.5))
        state = optimiser.init(slopes[0], np.array([[-0.9], [0.0], [0.9]]), rng())
        for t in range(1, steps + 1):
            state, _ = optimiser.step(slopes[t % 101], state, source)
            state = state._replace(theta=np.clip(state.theta, -1.0, 1.0))
        ends[cls] = state.theta
    assert (ends[Adam] > 0.98).all()
    assert (ends[AMSGrad] < -0.98).all()
