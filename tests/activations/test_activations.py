"""Every activation: its derivatives, its claims, and its manners far from zero."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from app.activations._base import Activation
from app.activations.elu import ELU
from app.activations.leaky_relu import LeakyReLU
from app.activations.sine import Sine
from app.core.calls import carry_out
from app.core.spec import catalogue

STEP = 1e-20
CATALOGUE = [entry() for entry in catalogue("app.activations", Activation).values()]
VARIANTS = [LeakyReLU(slope=0.3), LeakyReLU(slope=0), ELU(alpha=2.5), ELU(alpha=0.2), Sine(frequency=7.0)]
every = pytest.mark.parametrize("activation", CATALOGUE + VARIANTS, ids=repr)

DEFINITIONS: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "gelu": lambda z: z * 0.5 * math.erfc(-z / math.sqrt(2)),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "sine": math.sin,
}


def points(activation: Activation) -> np.ndarray:
    """A fine grid of [−12, 12] that keeps 10⁻³ away from kinks."""
    grid = np.linspace(-12, 12, 4801) + 1.7e-4
    return grid[[all(abs(z - kink) > 1e-3 for kink in activation.kinks) for z in grid]]


@pytest.mark.parametrize("activation", CATALOGUE, ids=repr)
def test_the_value_is_the_defining_formula(activation: Activation) -> None:
    z = np.linspace(-5, 5, 41)
    expected = [DEFINITIONS[activation.kind](x) for x in z]
    np.testing.assert_allclose(activation.value(z), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("activation", [entry for entry in CATALOGUE if entry.sigmoidal], ids=repr)
def test_it_is_the_logistic_function_that_it_says(activation: Activation) -> None:
    assert activation.sigmoidal is not None
    low, height, steepness = activation.sigmoidal
    z = points(activation)
    np.testing.assert_allclose(activation.value(z), low + height / (1 + np.exp(-steepness * z)), rtol=0, atol=1e-15)


@every
def test_the_slope_is_the_complex_step_of_the_value(activation: Activation) -> None:
    z = points(activation)
    numeric = activation.value(z + 1j * STEP).imag / STEP
    np.testing.assert_allclose(activation.first(z)[1], numeric, rtol=1e-12, atol=1e-14)


@every
def test_the_second_derivative_is_the_complex_step_of_the_slope(activation: Activation) -> None:
    z = points(activation)
    numeric = activation.first(z + 1j * STEP)[1].imag / STEP
    np.testing.assert_allclose(activation.second(z)[2], numeric, rtol=1e-12, atol=1e-14)


@every
def test_orders_of_differentiation_agree_on_what_they_share(activation: Activation) -> None:
    z = points(activation)
    value, slope, _ = activation.second(z)
    np.testing.assert_allclose(activation.value(z.copy()), value, rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(activation.first(z), (value, slope), rtol=1e-15, atol=1e-15)


@every
def test_a_buffer_changes_nothing_even_when_it_is_the_argument(activation: Activation) -> None:
    z = points(activation)
    expected = activation.value(z.copy())
    np.testing.assert_array_equal(activation.value(z, out=np.empty_like(z)), expected)
    np.testing.assert_array_equal(activation.value(z, out=z), expected)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_slope_in_place_are_those_apart(activation: Activation, dtype: type) -> None:
    z = points(activation).astype(dtype)
    expected = activation.first(z.copy())
    slope = np.empty_like(z)
    carry_out(activation.calls(z, slope))
    np.testing.assert_array_equal((z, slope), expected)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_both_derivatives_in_place_are_those_apart_again_and_again(activation: Activation, dtype: type) -> None:
    z = points(activation).astype(dtype)
    expected, given = activation.second(z.copy()), z.copy()
    slope, bend = np.empty_like(z), np.empty_like(z)
    calls = activation.second_calls(z, slope, bend)
    for _ in range(2):
        z[...], slope[...], bend[...] = given, np.nan, np.nan
        carry_out(calls)
        np.testing.assert_array_equal((z, slope, bend), expected)


@every
def test_derivatives_leave_their_argument_alone(activation: Activation) -> None:
    z = points(activation)
    before = z.copy()
    activation.first(z)
    activation.second(z)
    np.testing.assert_array_equal(z, before)


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_it_is_finite_and_keeps_its_precision_far_from_zero(activation: Activation, dtype: type) -> None:
    z = np.array([-1e4, -1e3, -50, 0, 50, 1e3, 1e4], dtype)
    for result in activation.second(z):
        assert result.dtype == dtype
        assert np.isfinite(result).all()
    assert activation.value(z).dtype == dtype


@every
def test_single_precision_is_double_precision_rounded(activation: Activation) -> None:
    z = points(activation).astype(np.float32)
    z = z[np.abs(z) < 5]
    for rounded, exact in zip(activation.second(z), activation.second(z.astype(float)), strict=True):
        np.testing.assert_allclose(rounded, exact, rtol=1e-4, atol=2e-5 * max(1, np.abs(exact).max()))


@every
def test_the_slope_bound_holds_and_is_attained(activation: Activation) -> None:
    steepest = np.abs(activation.first(np.linspace(-40, 40, 800_001))[1]).max()
    assert steepest <= activation.slope_bound * (1 + 1e-15)
    assert steepest == pytest.approx(activation.slope_bound, rel=1e-6)


@every
def test_kinks_are_where_a_derivative_jumps_and_take_the_left_one(activation: Activation) -> None:
    for kink in activation.kinks:
        at, left, right = (activation.second(np.array([kink + shift])) for shift in (0.0, -1e-9, 1e-9))
        np.testing.assert_allclose(at, left, atol=1e-8 * (1 + activation.slope_bound))
        jumps = np.abs(np.subtract(left, right)[1:, 0])
        assert jumps.max() > 0.1


@every
def test_a_complex_step_takes_the_left_derivative_at_a_kink_and_at_either_zero(activation: Activation) -> None:
    z = np.array([0.0, -0.0, *activation.kinks])
    stepped = activation.value(z + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(stepped, activation.first(z)[1], rtol=1e-14, atol=1e-14)


@every
def test_only_linear_activations_claim_to_be(activation: Activation) -> None:
    z = points(activation)
    assert activation.linear == np.array_equal(activation.value(z.copy()), z)


@pytest.mark.parametrize(("kind", "bound"), [("sigmoid", 0.25), ("tanh", 1), ("gelu", 1.1289041), ("silu", 1.0998393)])
def test_known_slope_bounds(kind: str, bound: float) -> None:
    assert catalogue("app.activations", Activation)[kind]().slope_bound == pytest.approx(bound, abs=1e-7)


@every
def test_the_numpy_source_is_the_value(activation: Activation) -> None:
    z = points(activation)
    exported = eval(activation.source(activation.numpy_source), {"np": np, "math": math, "z": z})
    np.testing.assert_allclose(exported, activation.value(z.copy()), rtol=1e-13, atol=1e-14)


def test_the_torch_source_is_the_value_where_torch_is_present() -> None:
    torch = pytest.importorskip("torch")
    for activation in CATALOGUE + VARIANTS:
        z = points(activation)
        names = {"torch": torch, "math": math, "z": torch.as_tensor(z, dtype=torch.float64)}
        exported = eval(activation.source(activation.torch_source), names)
        np.testing.assert_allclose(exported.numpy(), activation.value(z.copy()), rtol=1e-13, atol=1e-14)


@every
def test_the_torch_source_is_an_expression_in_z(activation: Activation) -> None:
    code = compile(activation.source(activation.torch_source), "source", "eval")
    assert "z" in code.co_names and (activation.linear or "torch" in code.co_names)
