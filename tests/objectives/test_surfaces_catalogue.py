"""Every surface of the catalogue: exact derivatives, true minima, sensible windows, whatever its parameters."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.core.interfaces import Array, Objective
from app.core.spec import catalogue
from app.objectives.surface import Minimum, Surface, SurfaceObjective
from app.objectives.surfaces.formula import Formula

SURFACES = catalogue("app.objectives.surfaces", Surface)
KINDS = sorted(SURFACES)
STEP = 1e-20
STENCIL = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
"""Central differences of order 8."""
REACH = 0.005
CONE = 0.5
"""Distance from a minimum without a gradient (a cone's tip) within which no derivative is compared."""

each_surface = pytest.mark.parametrize("kind", KINDS)
each_with_minima = pytest.mark.parametrize("kind", [k for k in KINDS if SURFACES[k]().minima()])
each_saddle = pytest.mark.parametrize("kind", [k for k in KINDS if k != "formula" and not SURFACES[k]().minima()])


def parameters(kind: str) -> st.SearchStrategy[Surface]:
    """The surface with its controls anywhere on their sliders."""
    drawn = {}
    for name, field in SURFACES[kind].model_json_schema()["properties"].items():
        if field.get("type") == "number":
            low, high = field.get("slider") or (field["minimum"], field["maximum"])
            drawn[name] = st.floats(low, high).map(lambda v: round(v, 3)).filter(lambda v, low=low: v >= low)
    return st.fixed_dictionaries(drawn).map(lambda fields: SURFACES[kind].model_validate({"kind": kind, **fields}))


@st.composite
def surface_and_point(draw: st.DrawFn, kind: str) -> tuple[Surface, Array]:
    surface = draw(parameters(kind))
    x0, x1, y0, y1 = surface.window()
    point = np.array([draw(st.floats(x0, x1)), draw(st.floats(y0, y1))])
    assume(all(np.hypot(*(point - tip)) > CONE for tip in tips(surface)))
    return surface, point


def tips(surface: Surface) -> list[Array]:
    """Minima where the surface has no gradient."""
    objective = surface.build()
    points = [np.array(m.point) for m in surface.minima()]
    return [p for p in points if not np.isfinite(objective.value_and_gradient(p)[1]).all()]


def smooth_minima(surface: Surface) -> list[Minimum]:
    corners = {tuple(p) for p in tips(surface)}
    return [m for m in surface.minima() if m.point not in corners]


def differences(f: Any, point: Array) -> Array:
    """∂f/∂θᵢ by central differences, along a new last axis."""
    slopes = [
        sum(c * (f(point + REACH * k * axis) - f(point - REACH * k * axis)) for k, c in STENCIL.items()) / REACH
        for axis in np.eye(2)
    ]
    return np.stack(slopes, axis=-1)


def relative(got: Array, expected: Array, scale: float = 1.0) -> float:
    return float(np.max(np.abs(got - expected)) / max(scale, float(np.max(np.abs(expected)))))


def samples(surface: Surface, count: int) -> Array:
    """A grid over the window, ``(count, count, 2)``."""
    x0, x1, y0, y1 = surface.window()
    return np.stack(np.meshgrid(np.linspace(x0, x1, count), np.linspace(y0, y1, count)), axis=-1)


def newton(objective: SurfaceObjective, points: Array, steps: int) -> Array:
    for _ in range(steps):
        _, gradient = objective.value_and_gradient(points)
        points = points - np.linalg.solve(objective.hessian(points), gradient[..., None])[..., 0]
    return points


@each_surface
def test_a_surface_builds_an_objective_of_two_parameters(kind: str) -> None:
    objective = SURFACES[kind]().build()
    assert isinstance(objective, Objective)
    assert objective.dim == 2
    assert objective.parameter_names(64) == ("x", "y")
    assert objective.parameter_names(1) == ("x",)


@each_surface
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_derivatives_agree_with_finite_differences(kind: str, data: st.DataObject) -> None:
    surface, point = data.draw(surface_and_point(kind))
    objective = surface.build()
    value, gradient = objective.value_and_gradient(point)
    hessian = objective.hessian(point)
    heights = float(np.max(np.abs(objective.value(samples(surface, 9)))))
    steepness = float(np.max(np.abs(objective.value_and_gradient(samples(surface, 9) + 1e-3)[1])))
    assert value == objective.value(point)
    assert relative(differences(objective.value, point), gradient, max(1.0, heights)) < 1e-9
    by_gradient = differences(lambda p: objective.value_and_gradient(p)[1], point)
    assert relative(by_gradient, hessian, max(1.0, steepness)) < 1e-9


@each_surface
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_derivatives_agree_with_the_complex_step(kind: str, data: st.DataObject) -> None:
    surface, point = data.draw(surface_and_point(kind))
    objective, v = surface.build(), np.array([0.6, -0.8])
    stepped, slope = objective.value_and_gradient(point + 1j * STEP * v)
    _, gradient = objective.value_and_gradient(point)
    hessian = objective.hessian(point)
    assert abs(stepped.imag / STEP - gradient @ v) <= 1e-9 * max(1e-6, float(np.max(np.abs(gradient))))
    assert relative(slope.imag / STEP, objective.hvp(point, v), 1e-6 + float(np.max(np.abs(hessian)))) < 1e-9
    np.testing.assert_array_equal(hessian, hessian.T)


@each_with_minima
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_minimum_is_stationary_to_machine_precision(kind: str, data: st.DataObject) -> None:
    surface = data.draw(parameters(kind))
    objective = surface.build()
    for minimum in smooth_minima(surface):
        point = np.array(minimum.point)
        curvatures = np.linalg.eigvalsh(objective.hessian(point))
        assert curvatures[0] > 0
        assert np.max(np.abs(newton(objective, point, 1) - point)) <= 1e-14 * max(1.0, float(np.max(np.abs(point))))


@each_with_minima
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_value_at_a_minimum_is_the_one_stated(kind: str, data: st.DataObject) -> None:
    surface = data.draw(parameters(kind))
    for minimum in surface.minima():
        assert surface.build().value(np.array(minimum.point)) == pytest.approx(minimum.value, rel=1e-14, abs=1e-14)


@each_with_minima
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_no_point_of_a_dense_grid_lies_below_the_global_minimum(kind: str, data: st.DataObject) -> None:
    surface = data.draw(parameters(kind))
    lowest = min(m.value for m in surface.minima())
    assert np.min(surface.build().value(samples(surface, 401))) >= lowest - 1e-12 * max(1.0, abs(lowest))


@each_with_minima
def test_every_global_minimum_in_the_window_is_stated(kind: str) -> None:
    surface = SURFACES[kind]()
    objective, grid = surface.build(), samples(surface, 401)
    lowest = min(m.value for m in surface.minima())
    starts = grid[pits(objective.value(grid))]
    polished = newton(objective, starts, 30)
    found = np.where(np.isfinite(polished), polished, starts)
    deepest = found[objective.value(found) < lowest + 1e-9]
    assert len(deepest) >= sum(m.value == lowest for m in surface.minima())
    for point in deepest:
        assert min(np.hypot(*(point - np.array(m.point))) for m in surface.minima()) < 1e-9


def pits(heights: Array) -> Array:
    """Where a grid is no higher than at its eight neighbours, away from the border."""
    inside = heights[1:-1, 1:-1]
    shifted = [np.roll(heights, (i, j), (0, 1))[1:-1, 1:-1] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return np.pad(np.all([inside <= other for other in shifted], axis=0), 1)


@each_saddle
def test_a_saddle_has_no_minimum_in_its_window(kind: str) -> None:
    surface = SURFACES[kind]()
    heights = surface.build().value(samples(surface, 401))
    assert not pits(heights).any()


@pytest.mark.parametrize("kind", [k for k in KINDS if tips(SURFACES[k]())])
def test_a_tip_is_lower_than_its_surroundings_and_says_that_it_has_no_gradient(kind: str) -> None:
    surface = SURFACES[kind]()
    for tip in tips(surface):
        turns = np.exp(1j * np.linspace(0, 2 * np.pi, 24))
        ring = np.stack([turns.real, turns.imag], axis=-1)
        for radius in (1e-9, 1e-6, 1e-3):
            assert (surface.build().value(tip + radius * ring) > surface.build().value(tip)).all()
        assert np.isnan(surface.build().value_and_gradient(tip)[1]).all()


@each_surface
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_window_shows_the_start_and_the_minima(kind: str, data: st.DataObject) -> None:
    surface = data.draw(parameters(kind))
    x0, x1, y0, y1 = surface.window()
    for x, y in [surface.start(), *(m.point for m in surface.minima())]:
        assert x0 < x < x1
        assert y0 < y < y1


@each_surface
def test_the_whole_window_has_finite_heights(kind: str) -> None:
    surface = SURFACES[kind]()
    assert np.isfinite(surface.build().value(samples(surface, 129))).all()


@each_surface
def test_descent_from_the_start_goes_downhill_at_the_suggested_rate(kind: str) -> None:
    surface = SURFACES[kind]()
    objective, theta, rate = surface.build(), np.array(surface.start()), surface.suggested_learning_rate()
    before, slope = objective.value_and_gradient(theta)
    assert np.max(np.abs(slope)) > 1e-3
    for _ in range(100):
        value, gradient = objective.value_and_gradient(theta)
        if not np.isfinite(value) or value < -1e6:
            break
        assert value <= before + 1e-12
        theta = theta - rate * gradient
    assert not objective.value(theta) >= before


@each_surface
def test_a_surface_survives_the_way_to_another_process(kind: str) -> None:
    surface = SURFACES[kind]()
    objective = surface.build()
    spec, there = pickle.loads(pickle.dumps((surface, objective)))
    assert spec == surface
    assert SURFACES[kind].model_validate_json(surface.model_dump_json()) == surface
    theta = np.array(surface.start())
    np.testing.assert_array_equal(there.hessian(theta), objective.hessian(theta))


@each_surface
def test_a_surface_says_what_it_is(kind: str) -> None:
    entry = SURFACES[kind]
    assert all(getattr(entry, name).strip() for name in ("title", "summary", "reference", "formula"))
    assert any(c.isdigit() for c in entry.reference)


@pytest.mark.parametrize("condition", [1.0, 25.0, 1e6])
@pytest.mark.parametrize("rotation", [0.0, 30.0, 90.0, -135.0])
def test_the_bowl_has_the_eigenvalues_1_and_kappa(condition: float, rotation: float) -> None:
    bowl = SURFACES["quadratic"].model_validate({"condition": condition, "rotation": rotation})
    eigenvalues, vectors = np.linalg.eigh(bowl.build().hessian(np.zeros(2)))
    np.testing.assert_allclose(eigenvalues, [1.0, condition], rtol=1e-14 * condition)
    along = np.array([np.cos(np.radians(rotation)), np.sin(np.radians(rotation))])
    if condition > 1:
        assert abs(vectors[:, 0] @ along) == pytest.approx(1.0, abs=1e-14)


def test_the_upright_bowl_is_exact() -> None:
    bowl = SURFACES["quadratic"].model_validate({"condition": 100.0}).build()
    _, gradient = bowl.value_and_gradient(np.array([0.3, 0.7]))
    np.testing.assert_array_equal(gradient, [0.3, 100.0 * 0.7])
    np.testing.assert_array_equal(bowl.hessian(np.array([0.3, 0.7])), np.diag([1.0, 100.0]))


def test_the_centre_of_the_monkey_saddle_has_no_curvature() -> None:
    np.testing.assert_array_equal(SURFACES["monkey_saddle"]().build().hessian(np.zeros(2)), np.zeros((2, 2)))


def test_the_plateau_fades() -> None:
    _, gradient = SURFACES["plateau"]().build().value_and_gradient(np.array([[0.5, 0], [3, 0], [5, 0], [40, 0]]))
    sizes = np.abs(gradient[:, 0])
    assert (np.diff(sizes) < 0).all()
    assert sizes[2] < 2e-5
    assert sizes[3] == 0.0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("quadratic", {"condition": 0.5}),
        ("quadratic", {"condition": True}),
        ("rosenbrock", {"b": 0}),
        ("rosenbrock", {"b": "100"}),
        ("rastrigin", {"amplitude": float("nan")}),
        ("ackley", {"decay": -1}),
        ("plateau", {"width": 0}),
        ("booth", {"a": 1}),
    ],
)
def test_parameters_out_of_range_are_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SURFACES[kind].model_validate(fields)


@pytest.mark.parametrize("scale", ["1e-100*1e-100*1e-100*1e-10", "1e-100*1e-100*1e-99", "0"])
def test_a_rate_is_suggested_however_flat_the_surface_is(scale: str) -> None:
    surface = Formula.model_validate({"expression": f"{scale}*(x^2 + y^2)"})
    assert 0 < surface.suggested_learning_rate() < np.inf
