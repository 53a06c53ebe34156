"""The table of derivatives: φ, φ′ and φ″ of every function an expression may use.

Each rule works elementwise on float64 and complex128 arrays. ``first`` is given (u, φ), ``second`` (u, φ, φ′), so that
what is known is not computed again; None stands for a derivative that vanishes identically. Where a function looks at
the sign or the domain of its argument it looks at the real part, so that a complex step passes through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array

Values = Any
"""An array over the points, a NumPy scalar, or None where identically zero."""


class Rule(NamedTuple):
    """φ(u), φ′(u) and φ″(u)."""

    value: Callable[[Array], Values]
    first: Callable[[Array, Array], Values]
    second: Callable[[Array, Array, Values], Values]


def _inside(u: Array, domain: Callable[[Array], Any]) -> Array:
    """``u`` with NaN outside a real domain; real functions of NumPy do that themselves."""
    return np.where(domain(np.real(u)), u, np.nan) if np.iscomplexobj(u) else u


def _nonnegative(u: Array) -> Array:
    return _inside(u, lambda real: ~(real < 0))


def _unit(u: Array) -> Array:
    return _inside(u, lambda real: ~(np.abs(real) > 1))


def _absolute(u: Array) -> Array:
    return np.where(np.real(u) < 0, -u, u) if np.iscomplexobj(u) else np.abs(u)


def _sign(u: Array) -> Values:
    return np.sign(np.real(u))


def _sech_squared(u: Array, _: Array) -> Values:
    """4q/(1+q)² with q = exp(−2|u|): keeps its relative accuracy where 1 − tanh² cancels."""
    q = np.exp(-2.0 * _absolute(u))
    return 4.0 * q / np.square(1.0 + q)


def _sine_slope(u: Array, _: Array) -> Array:
    return 1.0 / np.sqrt((1.0 - u) * (1.0 + u))


RULES: dict[str, Rule] = {
    "neg": Rule(np.negative, lambda u, f: -1.0, lambda u, f, d: None),
    "sin": Rule(np.sin, lambda u, f: np.cos(u), lambda u, f, d: -f),
    "cos": Rule(np.cos, lambda u, f: -np.sin(u), lambda u, f, d: -f),
    "tan": Rule(np.tan, lambda u, f: 1.0 + f * f, lambda u, f, d: 2.0 * f * d),
    "asin": Rule(lambda u: np.arcsin(_unit(u)), _sine_slope, lambda u, f, d: u * d * d * d),
    "acos": Rule(lambda u: np.arccos(_unit(u)), lambda u, f: -_sine_slope(u, f), lambda u, f, d: u * d * d * d),
    "atan": Rule(np.arctan, lambda u, f: 1.0 / (1.0 + u * u), lambda u, f, d: -2.0 * u * d * d),
    "sinh": Rule(np.sinh, lambda u, f: np.cosh(u), lambda u, f, d: f),
    "cosh": Rule(np.cosh, lambda u, f: np.sinh(u), lambda u, f, d: f),
    "tanh": Rule(np.tanh, _sech_squared, lambda u, f, d: -2.0 * f * d),
    "exp": Rule(np.exp, lambda u, f: f, lambda u, f, d: f),
    "log": Rule(lambda u: np.log(_nonnegative(u)), lambda u, f: 1.0 / u, lambda u, f, d: -d * d),
    "sqrt": Rule(lambda u: np.sqrt(_nonnegative(u)), lambda u, f: 0.5 / f, lambda u, f, d: -0.5 * d / u),
    "abs": Rule(_absolute, lambda u, f: _sign(u), lambda u, f, d: None),
    "sign": Rule(_sign, lambda u, f: None, lambda u, f, d: None),
}


def power_rule(n: float) -> Rule:
    """uⁿ for a constant n: by multiplication for whole n (so that u² is smooth at 0), else on u ≥ 0."""
    if not float(n).is_integer():
        return _fractional_power(n)
    return _whole_power(int(n)) if n >= 0 else _reciprocal_power(int(-n))


def _fractional_power(n: float) -> Rule:
    return Rule(
        lambda u: np.power(_nonnegative(u), n),
        lambda u, f: n * np.power(_nonnegative(u), n - 1),
        lambda u, f, d: n * (n - 1) * np.power(_nonnegative(u), n - 2),
    )


def _whole_power(n: int) -> Rule:
    return Rule(
        lambda u: _multiplied(u, n),
        lambda u, f: n * _multiplied(u, n - 1) if n else None,
        lambda u, f, d: n * (n - 1) * _multiplied(u, n - 2) if n > 1 else None,
    )


def _reciprocal_power(n: int) -> Rule:
    return Rule(
        lambda u: 1.0 / _multiplied(u, n),
        lambda u, f: -n / _multiplied(u, n + 1),
        lambda u, f, d: n * (n + 1) / _multiplied(u, n + 2),
    )


def _multiplied(u: Array, n: int) -> Values:
    """uⁿ, n ≥ 0, by repeated squaring."""
    if n == 0:
        return 1.0
    result = None
    while n:
        if n & 1:
            result = u if result is None else result * u
        n >>= 1
        if n:
            u = u * u
    assert result is not None
    return result
