"""What follows from the equations of the methods that use curvature."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import fractional_matrix_power

from app.activations.identity import Identity
from app.activations.tanh import Tanh
from app.core.errors import BudgetError, SpecError
from app.core.interfaces import Array, Optimiser
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives.network import NetworkSpec
from app.objectives.surfaces.himmelblau import Himmelblau
from app.optimisers._dense import Dense, GaussNewtonBased
from app.optimisers._hutchinson import diagonal
from app.optimisers._template import Here
from app.optimisers.adahessian import AdaHessian
from app.optimisers.lbfgs import LBFGS
from app.optimisers.levenberg_marquardt import LevenbergMarquardt
from app.optimisers.natural_gradient import NaturalGradient
from app.optimisers.newton import Newton
from app.optimisers.saddle_free_newton import SaddleFreeNewton
from app.optimisers.shampoo import Shampoo
from app.optimisers.sophia import Sophia
from app.regularisers.l2 import L2
from tests.objectives.networks import examples, network, parameters
from tests.optimisers.objectives import (
    OPTIMISERS,
    Counted,
    Quadratic,
    Rosenbrock,
    Slope,
    path,
    rng,
    rotated,
    run,
)

START = np.array([-1.2, 1.0])
PURE: dict[str, Any] = {"learning_rate": 1.0, "damping": 0.0}
ONE_STEP = [
    pytest.param(cls(**{name: value for name, value in PURE.items() if name in cls.model_fields}), id=kind)
    for kind, cls in OPTIMISERS.items()
    if cls.one_step
]
DENSE = {kind: cls for kind, cls in OPTIMISERS.items() if issubclass(cls, Dense)}
GAUSS_NEWTON = {kind: cls for kind, cls in OPTIMISERS.items() if issubclass(cls, GaussNewtonBased)}


def errors(optimiser: Optimiser, objective: Any, start: Array, target: Array, steps: int) -> list[float]:
    return [float(np.linalg.norm(s.theta - target)) for s in path(optimiser, objective, start, steps)]


@pytest.mark.parametrize("optimiser", ONE_STEP)
@given(d=st.integers(1, 8), kappa=st.floats(1.0, 1e6), seed=st.integers(0, 1000))
def test_one_step_leads_to_the_minimum_of_a_quadratic(optimiser: Optimiser, d: int, kappa: float, seed: int) -> None:
    minimum = rng(seed).standard_normal(d)
    objective = Quadratic(rotated(np.geomspace(1.0, kappa, d), seed), minimum)
    after = run(optimiser, objective, 10.0 * rng(seed + 1).standard_normal((3, d)), 1).theta
    np.testing.assert_allclose(after, np.broadcast_to(minimum, (3, d)), atol=1e-14 * kappa + 1e-12)


@pytest.mark.parametrize("cls", [c for c in OPTIMISERS.values() if not c.one_step], ids=lambda c: c.__name__)
def test_no_other_method_takes_one_step(cls: type[Optimiser]) -> None:
    optimiser = cls(**({"learning_rate": 1.0} if "learning_rate" in cls.model_fields else {}))
    objective = Quadratic(rotated([1.0, 30.0, 900.0]), np.ones(3))
    assert errors(optimiser, objective, np.zeros(3), objective.minimum, 1)[1] > 1e-3


@pytest.mark.parametrize("optimiser", ONE_STEP)
def test_linear_least_squares_on_data_takes_one_step(optimiser: Optimiser) -> None:
    net = network(examples(20, 3), (), SquaredError())
    after = run(optimiser, net, parameters(np.random.default_rng(1), net.dim), 1).theta
    ones = np.column_stack([net.data.inputs, np.ones(20)])
    np.testing.assert_allclose(after, np.linalg.lstsq(ones, net.data.targets[:, 0])[0], atol=1e-10)


def test_newton_solves_rosenbrock_in_six_steps_and_squares_its_error_at_the_end() -> None:
    objective, found = Rosenbrock(), np.ones(2)
    assert objective.value(run(Newton(), objective, START, 7).theta) < 1e-12
    gaps = errors(Newton(), objective, START, found, 6)
    assert objective.value(run(Newton(), objective, START, 6).theta) < 1e-12
    ratios = [after / before**2 for before, after in pairwise(gaps[4:])]
    assert max(ratios) < 10.0 and gaps[5] < 1e-4 and gaps[6] < 1e-9


def test_with_a_line_search_newton_s_loss_never_rises_where_pure_newton_s_does() -> None:
    objective = Rosenbrock()
    pure, searched = (
        [float(objective.value(s.theta)) for s in path(Newton(line_search=search), objective, START, 25)]
        for search in (False, True)
    )
    assert max(np.diff(pure)) > 100.0
    assert max(np.diff(searched)) <= 0.0 and searched[-1] < 1e-12


def test_with_a_line_search_newton_leaves_a_hilltop() -> None:
    hill = Quadratic(-np.eye(2))
    assert run(Newton(line_search=True), hill, np.array([0.1, 0.0]), 1).theta[0] > 0.1
    np.testing.assert_allclose(run(Newton(), hill, np.array([0.1, 0.0]), 1).theta, 0.0, atol=1e-15)


def test_newton_goes_to_the_saddle_that_saddle_free_newton_leaves() -> None:
    """x² − y² from (1, 10⁻³): |y| doubles each step where Newton makes it zero."""
    saddle, start = Quadratic(np.diag([2.0, -2.0])), np.array([1.0, 1e-3])
    np.testing.assert_allclose(run(Newton(), saddle, start, 1).theta, 0.0, atol=1e-15)
    escaping = run(SaddleFreeNewton(damping=0.0), saddle, start, 10).theta
    np.testing.assert_allclose(escaping, [0.0, 1e-3 * 2.0**10], rtol=1e-12, atol=1e-15)


def test_on_xor_newton_ends_at_saddles_and_saddle_free_newton_at_minima() -> None:
    """2-2-1 tanh units, squared error, forty seeds: loss ¼ is the network that ignores its inputs.

    Newton's path through indefinite regions is chaotic, so that the rounding of a processor decides where a single
    start ends: what is asserted is the share of forty.
    """
    spec = NetworkSpec.model_validate(
        {"layers": [{"units": 2}], "data": "xor", "loss": "squared_error", "initialiser": "normal"}
    )
    net = spec.build()
    starts = np.stack([net.initial(spec.initialiser, rng(seed)) for seed in range(40)])
    ends = {
        cls: run(cls(damping=1e-3, learning_rate=0.25), net, starts, 400).theta for cls in (Newton, SaddleFreeNewton)
    }
    lowest = {cls: np.linalg.eigvalsh(net.hessian(theta))[:, 0] for cls, theta in ends.items()}
    ignorant = np.isclose(net.value(ends[Newton]), 0.25, atol=1e-3)
    assert ignorant.mean() >= 0.8 and (lowest[Newton] < -1e-6).mean() >= 0.8
    assert (net.value(ends[SaddleFreeNewton]) < 1e-6).mean() >= 0.9
    assert (lowest[SaddleFreeNewton] < -1e-6).mean() <= 0.1


@pytest.mark.parametrize("d", [3, 10, 30])
@pytest.mark.parametrize("curvature", [0.1, 0.9])
def test_lbfgs_solves_a_quadratic_in_a_few_times_d_steps(d: int, curvature: float) -> None:
    objective = Quadratic(rotated(np.geomspace(1.0, 10.0, d)), np.linspace(-1.0, 1.0, d))
    start = objective.minimum + 1.0
    after = run(LBFGS(history=d, curvature=curvature), objective, start, 3 * d if d > 5 else 5 * d).theta
    assert objective.value(after) < 1e-12 * objective.value(start)


def test_lbfgs_solves_rosenbrock_with_about_two_gradients_a_step_and_no_rise() -> None:
    objective = Counted(Rosenbrock())
    visited = path(LBFGS(), objective, START, 50)
    losses = [float(objective.value(state.theta)) for state in visited]
    assert losses[-1] < 1e-20
    assert max(np.diff(losses)) <= 0.0
    assert objective.gradients < 50 * 5


def test_lbfgs_remembers_only_pairs_of_positive_curvature() -> None:
    for state in path(LBFGS(history=4), Himmelblau().build(), np.array([0.1, 0.1]), 30):
        steps, changes = state.memory
        products = np.vecdot(steps, changes)
        assert ((products > 0) | (np.abs(steps).max(axis=-1) == 0)).all()


def test_levenberg_marquardt_never_rises_and_adapts_its_damping() -> None:
    objective, optimiser = Rosenbrock(), LevenbergMarquardt(damping=1e-3)
    visited = path(optimiser, objective, START, 40)
    losses = [float(objective.value(state.theta)) for state in visited]
    assert max(np.diff(losses)) <= 0.0 and losses[-1] < 1e-20
    for before, after in pairwise(visited):
        stayed = np.array_equal(before.theta, after.theta) and objective.value(before.theta) > 1e-12
        ratio = after.memory[0][0] / before.memory[0][0]
        assert ratio == pytest.approx(optimiser.factor if stayed else 1 / optimiser.factor)


def test_levenberg_marquardt_starts_to_damp_after_a_refusal_without_damping() -> None:
    refused = LevenbergMarquardt(damping=0.0)
    state = run(refused, Rosenbrock(), START, 1)
    assert (state.theta == START).all() == (state.memory[0][0] > 0)
    assert Rosenbrock().value(run(refused, Rosenbrock(), START, 60).theta) < 1e-12


def test_the_natural_gradient_does_not_see_how_the_parameters_are_written() -> None:
    """On a linear classifier, inputs in other units give the same predictions after every step."""
    data = examples(30, 2, 3)
    scaled = data._replace(inputs=data.inputs * np.array([100.0, 0.01]))
    optimiser = NaturalGradient(learning_rate=0.5, damping=0.0)
    predictions = []
    for version in (data, scaled):
        net = network(version, (), CrossEntropy(), biases=True)
        predictions.append(net.predict(run(optimiser, net, np.zeros(net.dim), 5).theta, version.inputs))
    centred = [p - p.mean(axis=-1, keepdims=True) for p in predictions]
    np.testing.assert_allclose(centred[0], centred[1], atol=1e-6)


@pytest.mark.parametrize("objective", [Quadratic(rotated([1.0, 3.0, -2.0, 0.5])), Rosenbrock()], ids=["4", "2"])
def test_the_estimate_of_the_diagonal_is_unbiased(objective: Quadratic | Rosenbrock) -> None:
    """Mean of 4000 estimates within 5 standard errors of diag H, with the variance Σ_{j≠i} H_ij²."""
    theta, draws = np.linspace(-1.0, 1.0, objective.dim), 4000
    hessian = objective.hessian(theta)
    here = Here(objective, theta, *objective.value_and_gradient(theta), rng(5))
    estimates = np.array([diagonal(here) for _ in range(draws)])
    variance = (hessian**2).sum(axis=1) - np.diag(hessian) ** 2
    assert (np.abs(estimates.mean(axis=0) - np.diag(hessian)) < 5 * np.sqrt(variance / draws) + 1e-12).all()
    np.testing.assert_allclose(estimates.var(axis=0), variance, rtol=0.15, atol=1e-12)


def test_the_estimate_is_exact_where_the_hessian_is_diagonal() -> None:
    objective = Quadratic(np.diag([3.0, -1.0, 0.5]))
    here = Here(objective, np.ones(3), *objective.value_and_gradient(np.ones(3)), rng(1))
    assert diagonal(here).tolist() == [3.0, -1.0, 0.5]


def test_adahessian_s_first_step_is_newton_s_on_a_diagonal_quadratic() -> None:
    objective = Quadratic(np.diag([3.0, 0.5]), np.array([1.0, -2.0]))
    optimiser = AdaHessian(learning_rate=1.0, epsilon=1e-12)
    np.testing.assert_allclose(run(optimiser, objective, np.zeros(2), 1).theta, objective.minimum, rtol=1e-9)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_adahessian_turns_unstable_at_its_threshold(beta: float) -> None:
    """P⁻¹H has the one eigenvalue 1/(1 − β₁ᵗ) → 1 on a diagonal quadratic, whatever its curvatures."""
    objective, start = Quadratic(np.diag([0.1, 1.0, 40.0])), np.ones(3)
    edge = AdaHessian(beta1=beta).threshold_at(1.0)
    assert edge is not None
    below, above = (AdaHessian(learning_rate=f * edge, beta1=beta, epsilon=1e-12) for f in (0.98, 1.02))
    assert np.abs(run(below, objective, start, 2000).theta).max() < 1e-3
    assert np.abs(run(above, objective, start, 2000).theta).max() > 1e3
    state = run(below, objective, start, 200)
    divided = below.preconditioner(state)
    assert divided is not None
    np.testing.assert_allclose(divided, [0.1, 1.0, 40.0], rtol=1e-3 if beta else 1e-9)


@given(seed=st.integers(0, 1000))
def test_sophia_moves_no_coordinate_further_than_its_learning_rate(seed: int) -> None:
    start = 3.0 * rng(seed).standard_normal(2)
    visited = np.array([s.theta for s in path(Sophia(learning_rate=0.02), Rosenbrock(), start, 25)])
    assert np.abs(np.diff(visited, axis=0)).max() <= 0.02 * (1 + 1e-12)


def test_sophia_is_sign_descent_where_nothing_curves() -> None:
    moved = run(Sophia(learning_rate=0.1), Slope([3.0, -0.01]), np.zeros(2), 3).theta
    np.testing.assert_allclose(moved, [-0.3, 0.3], rtol=1e-12)


def test_shampoo_preconditions_each_weight_matrix_from_both_sides() -> None:
    """Against the matrices of the paper by inverse roots of Schur's method, layer by layer."""
    net = network(examples(12, 3, 3), ((4, Tanh()), (2, Identity())), CrossEntropy())
    optimiser = Shampoo(learning_rate=0.2, epsilon=0.05)
    visited = path(optimiser, net, parameters(np.random.default_rng(2), net.dim), 6)
    gradients = [net.value_and_gradient(state.theta)[1] for state in visited[:-1]]
    last = visited[-1].theta - visited[-2].theta
    for layer in net.layers:
        middle = layer.start + layer.fan_out * layer.fan_in
        G = [g[layer.start : middle].reshape(layer.fan_out, layer.fan_in) for g in gradients]
        left = 0.05 * np.eye(layer.fan_out) + sum(g @ g.T for g in G)
        right = 0.05 * np.eye(layer.fan_in) + sum(g.T @ g for g in G)
        moved = fractional_matrix_power(left, -0.25) @ G[-1] @ fractional_matrix_power(right, -0.25)
        np.testing.assert_allclose(last[layer.start : middle].reshape(moved.shape), -0.2 * moved, rtol=1e-9, atol=1e-12)
        offsets = np.array([g[middle : layer.stop] for g in gradients])
        root = fractional_matrix_power(0.05 * np.eye(layer.fan_out) + offsets.T @ offsets, -0.5)
        np.testing.assert_allclose(last[middle : layer.stop], -0.2 * root @ offsets[-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cls", OPTIMISERS.values(), ids=OPTIMISERS)
def test_a_batch_of_networks_is_its_runs_one_by_one(cls: type[Optimiser]) -> None:
    steep = (L2(strength=1.0),)  # keeps the Hessian definite: from a saddle Newton's steps magnify rounding without end
    net = network(examples(10, 2, 3), ((3, Tanh()),), CrossEntropy(), steep)
    starts = parameters(np.random.default_rng(3), 3, net.dim)
    together = run(cls(), net, starts, 3).theta
    alone = np.array([run(cls(), net, start, 3).theta for start in starts])
    np.testing.assert_allclose(together, alone, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("cls", OPTIMISERS.values(), ids=OPTIMISERS)
def test_a_network_learns(cls: type[Optimiser]) -> None:
    net = network(examples(10, 2, 2), ((4, Tanh()),), CrossEntropy())
    start = parameters(np.random.default_rng(4), net.dim)
    losses = [float(net.value(state.theta)) for state in path(cls(), net, start, 40)]
    assert np.nanmin(losses) < losses[0]


@pytest.mark.parametrize("cls", DENSE.values(), ids=DENSE)
def test_over_a_thousand_parameters_are_refused_with_what_to_take_instead(cls: type[Optimiser]) -> None:
    net = network(examples(2, 30), ((40, Tanh()),), SquaredError())
    refusal = r"1281 parameters must be at most 1000 .* use fewer units, or lbfgs"
    with pytest.raises(BudgetError, match=refusal):
        cls().init(net, np.zeros(net.dim), rng())


@pytest.mark.parametrize("cls", GAUSS_NEWTON.values(), ids=GAUSS_NEWTON)
def test_a_surface_has_no_gauss_newton_matrix(cls: type[Optimiser]) -> None:
    with pytest.raises(SpecError, match=r"a surface has none; choose a network, or use newton"):
        cls().init(Himmelblau().build(), np.zeros(2), rng())


def test_shampoo_refuses_a_long_side() -> None:
    net = network(examples(2, 2), ((600, Tanh()),), SquaredError())
    with pytest.raises(BudgetError, match=r"600, the longest side of hidden 1, must be at most 512"):
        Shampoo().init(net, np.zeros(net.dim), rng())


@pytest.mark.parametrize("cls", DENSE.values(), ids=DENSE)
def test_a_direction_without_curvature_or_slope_is_left_alone(cls: type[Optimiser]) -> None:
    optimiser = cls(damping=0.0)
    flat = Quadratic(np.diag([2.0, 0.0]), np.array([1.0, 0.0]))
    np.testing.assert_allclose(run(optimiser, flat, np.array([5.0, 3.0]), 30).theta[1], 3.0)


@pytest.mark.parametrize("cls", DENSE.values(), ids=DENSE)
def test_a_curvature_that_is_not_finite_neither_raises_nor_warns(cls: type[Optimiser]) -> None:
    class Torn(Quadratic):
        def hessian(self, theta: Array) -> Array:
            return np.full((*theta.shape, self.dim), np.nan)

    run(cls(), Torn(np.eye(2)), np.ones((3, 2)), 3)
