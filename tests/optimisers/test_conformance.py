"""What every optimiser promises, whatever its update."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from app.core.errors import SpecError
from app.core.interfaces import Info, Optimiser, State
from tests.optimisers.objectives import (
    OPTIMISERS,
    Counted,
    Quadratic,
    Rosenbrock,
    Single,
    Slope,
    path,
    rng,
    rotated,
    run,
)

every_optimiser = pytest.mark.parametrize("optimiser", [cls() for cls in OPTIMISERS.values()], ids=list(OPTIMISERS))
SIZES = ("learning_rate", "initial_step")
sized_optimiser = pytest.mark.parametrize(
    ("optimiser", "field"),
    [
        pytest.param(cls(), field, id=kind)
        for kind, cls in OPTIMISERS.items()
        for field in SIZES
        if field in cls.model_fields
    ],
)
LADDER = (1.0, 0.1, 0.01, 0.001)


def contents(state: State) -> tuple[bytes, ...]:
    return (state.theta.tobytes(), *(m.tobytes() for m in state.memory), bytes(str(state.t), "ascii"))


def seen(info: Info) -> tuple[bytes, bytes, float]:
    return np.asarray(info.value).tobytes(), info.gradient.tobytes(), info.learning_rate


@every_optimiser
@pytest.mark.parametrize("d", [1, 2, 7])
def test_a_minimum_is_a_fixed_point_exactly_where_it_is_claimed(optimiser: Optimiser, d: int) -> None:
    minimum = np.linspace(-1.0, 2.0, d)
    objective = Quadratic(rotated(np.geomspace(0.5, 50.0, d)), minimum)
    final = run(optimiser, objective, minimum, 5)
    assert np.array_equal(final.theta, minimum) == optimiser.keeps_minimum


@every_optimiser
def test_a_saddle_is_a_fixed_point_too_where_minima_are(optimiser: Optimiser) -> None:
    saddle = np.array([0.5, -0.25])
    final = run(optimiser, Quadratic(np.diag([1.0, -1.0]), saddle), saddle, 5)
    assert np.array_equal(final.theta, saddle) == optimiser.keeps_minimum


@every_optimiser
def test_a_step_leaves_its_argument_as_it_was(optimiser: Optimiser) -> None:
    objective = Rosenbrock()
    state = run(optimiser, objective, np.array([-1.2, 1.0]), 3)
    before = contents(state)
    following, _ = optimiser.step(objective, state, rng())
    assert contents(state) == before
    assert contents(following) != before
    assert following.t == state.t + 1


@every_optimiser
def test_equal_inputs_give_equal_bytes(optimiser: Optimiser) -> None:
    objective = Rosenbrock()
    state = run(optimiser, objective, np.array([-1.2, 1.0]), 3)
    (one, saw_one), (two, saw_two) = (optimiser.step(objective, state, rng(7)) for _ in range(2))
    assert contents(one) == contents(two)
    assert seen(saw_one) == seen(saw_two)


@every_optimiser
def test_nothing_in_a_new_state_is_shared_with_the_caller_s_parameters(optimiser: Optimiser) -> None:
    start = np.array([-1.2, 1.0])
    state = optimiser.init(Rosenbrock(), start, rng())
    start[:] = np.nan
    assert state.theta.tolist() == [-1.2, 1.0]
    assert all(np.isfinite(m).all() for m in state.memory)
    assert state.t == 0


@every_optimiser
def test_the_memory_of_a_batch_has_the_batch_s_leading_axes(optimiser: Optimiser) -> None:
    state = optimiser.init(Rosenbrock(), np.ones((4, 3, 2)), rng())
    assert all(m.shape[:2] == (4, 3) for m in state.memory)


@every_optimiser
def test_a_step_reports_value_and_gradient_before_it_from_one_gradient_unless_it_searches(
    optimiser: Optimiser,
) -> None:
    objective = Counted(Rosenbrock())
    state = run(optimiser, objective, np.array([-1.2, 1.0]), 4)
    objective.gradients = 0
    _, info = optimiser.step(objective, state, rng())
    assert optimiser.searches == (objective.gradients > 1)
    value, gradient = objective.value_and_gradient(state.theta)
    assert info.value == value
    assert np.array_equal(info.gradient, gradient)
    assert info.learning_rate > 0


@every_optimiser
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=3), d=st.integers(1, 5), seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_batch_is_its_runs_one_by_one(optimiser: Optimiser, shape: tuple[int, ...], d: int, seed: int) -> None:
    starts = 3.0 * rng(seed).standard_normal((*shape, d))
    objective = Quadratic(rotated(np.geomspace(0.1, 10.0, d), seed), np.ones(d))
    together = run(optimiser, objective, starts, 4)
    for index in np.ndindex(shape):
        alone = run(optimiser, objective, starts[index], 4)
        assert alone.theta.tobytes() == together.theta[index].tobytes()
        assert [m.tobytes() for m in alone.memory] == [m[index].tobytes() for m in together.memory]


@every_optimiser
def test_the_loss_of_a_quadratic_falls_a_hundredfold_for_some_learning_rate(optimiser: Optimiser) -> None:
    objective = Quadratic(rotated(np.geomspace(1.0, 10.0, 5)), np.linspace(-1.0, 1.0, 5))
    start = objective.minimum + 0.5
    has_rate = "learning_rate" in type(optimiser).model_fields
    trials = [optimiser.model_copy(update={"learning_rate": r}) for r in LADDER] if has_rate else [optimiser]
    ends = [objective.value(run(trial, objective, start, 1000).theta) for trial in trials]
    assert np.nanmin(ends) < 0.01 * objective.value(start)


@sized_optimiser
def test_a_smaller_learning_rate_takes_a_smaller_first_step(optimiser: Optimiser, field: str) -> None:
    objective, start = Rosenbrock(), np.array([-1.2, 1.0])
    moves = [
        np.abs(run(optimiser.model_copy(update={field: size}), objective, start, 1).theta - start)
        for size in (1e-4, 1e-3)
    ]
    np.testing.assert_allclose(moves[1], 10.0 * moves[0], rtol=1e-9)
    assert moves[0].any()


@every_optimiser
@pytest.mark.parametrize("size", [1e200, 1e308, 5e-324, np.inf])
def test_extreme_gradients_neither_raise_nor_warn(optimiser: Optimiser, size: float) -> None:
    run(optimiser, Slope([size, -size, 1.0]), np.ones(3), 5)


@every_optimiser
def test_nan_reaches_the_state_and_only_where_it_was(optimiser: Optimiser) -> None:
    final = run(optimiser, Slope([np.nan, 1.0]), np.ones(2), 3)
    assert np.isnan(final.theta[0])
    assert np.isfinite(final.theta[1]) or not optimiser.coordinatewise


@every_optimiser
def test_one_nan_gradient_spoils_the_run_for_good(optimiser: Optimiser) -> None:
    state = run(optimiser, Slope([np.nan]), np.ones(1), 1)
    after, _ = optimiser.step(Slope([1.0]), state, rng())
    assert np.isnan(after.theta).all()


@every_optimiser
@pytest.mark.parametrize("theta", [np.zeros(3), np.zeros((2, 1)), np.float64(0.0)])
def test_parameters_of_another_dimension_are_refused(optimiser: Optimiser, theta: np.ndarray) -> None:
    with pytest.raises(SpecError, match=r"must end in 2, the dimension of the objective; send 2 parameters"):
        optimiser.init(Rosenbrock(), theta, rng())


@every_optimiser
def test_integer_parameters_become_floats(optimiser: Optimiser) -> None:
    assert optimiser.init(Rosenbrock(), np.array([1, 2]), rng()).theta.dtype == np.float64


@every_optimiser
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_single_precision_stays_single_exactly_where_it_is_claimed(
    optimiser: Optimiser, shape: tuple[int, ...]
) -> None:
    """And is double precision rounded, as far as a dozen steps let it be."""
    start, source = np.linspace(-1.0, 2.0, int(np.prod(shape))).reshape(shape), rng(5)
    objective = Single(Quadratic(rotated(np.geomspace(0.5, 5.0, 3)), np.full(3, 0.3)))
    state = optimiser.init(objective, start.astype(np.float32), source)
    assert state.theta.dtype == np.float32 or not optimiser.single
    if not optimiser.single:
        return
    for _ in range(12):
        state, info = optimiser.step(objective, state, source)
        assert {one.dtype for one in (state.theta, *state.memory, info.gradient)} == {np.dtype(np.float32)}
    double = run(optimiser, objective, start, 12)
    np.testing.assert_allclose(state.theta, double.theta, rtol=2e-4, atol=2e-5)


@every_optimiser
def test_randomness_is_drawn_only_where_it_is_claimed(optimiser: Optimiser) -> None:
    source = rng(3)
    state = optimiser.init(Rosenbrock(), np.array([-1.2, 1.0]), source)
    for _ in range(3):
        state, _ = optimiser.step(Rosenbrock(), state, source)
    assert optimiser.stochastic or source.random() == rng(3).random()


@every_optimiser
def test_a_coordinate_permutation_permutes_the_path(optimiser: Optimiser) -> None:
    matrix, start = np.diag([1.0, 4.0, 9.0]), np.array([1.0, -2.0, 3.0])
    order = np.array([2, 0, 1])
    plain = path(optimiser, Quadratic(matrix), start, 10)
    permuted = path(optimiser, Quadratic(matrix[np.ix_(order, order)]), start[order], 10)
    tolerance = 0.0 if optimiser.coordinatewise else 1e-6
    for p, q in zip(plain, permuted, strict=True):
        np.testing.assert_allclose(p.theta[order], q.theta, rtol=tolerance, atol=tolerance)


@every_optimiser
def test_rosenbrock_s_valley_is_descended(optimiser: Optimiser) -> None:
    objective, start = Rosenbrock(), np.array([-1.2, 1.0])
    losses = [float(objective.value(s.theta)) for s in path(optimiser, objective, start, 300)]
    assert min(losses) < losses[0]
