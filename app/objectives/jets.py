"""Second-order jets: value, gradient and Hessian of an expression in one forward sweep over NumPy arrays.

A jet carries (f, ∂f, ∂²f) of one node; each operation maps the jets of its operands to its own by the chain rule

    ∂ᵢ φ(u) = φ′(u) ∂ᵢu,    ∂ᵢⱼ φ(u) = φ′(u) ∂ᵢⱼu + φ″(u) ∂ᵢu ∂ⱼu

(Griewank & Walther 2008, *Evaluating Derivatives*, ch. 13). The cost is at most a fixed number of array operations for
each operand of each distinct node. Derivatives that vanish identically are ``None``, never an array of zeros: they
cost nothing and 0·∞ cannot turn them into NaN.

float64 and complex128 go through the same code (the complex-step oracle): ``abs``, ``sign``, ``min``, ``max`` and the
domains of ``sqrt``, ``log`` and fractional powers look at the real part. Outside a domain the result is NaN or ±inf.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.objectives.elementary import RULES, Rule, power_rule
from app.objectives.expression import SYMBOLS, Instruction, Program

Term = Any
"""An array over the points, a scalar where constant, or None where identically zero."""

ONE = 1.0
AXES = (0, 1)
PAIRS = ((0, 0), (0, 1), (1, 1))
"""(i, j) of the Hessian's entries, in the order a jet holds them."""


class Jet(NamedTuple):
    """f, (∂f/∂x, ∂f/∂y) and (∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y²) at every point."""

    value: Term
    gradient: tuple[Term, ...] = (None, None)
    hessian: tuple[Term, ...] = (None, None, None)


def evaluate(program: Program, x: Array, y: Array, order: int) -> Jet:
    """The jet of a program's last instruction, with derivatives up to ``order`` 0, 1 or 2.

    Args:
        program: see :func:`app.objectives.expression.to_program`.
        x, y: coordinates ``(n,)``, float64 or complex128.
    """
    seeds = {"x": Jet(x, (ONE, None)), "y": Jet(y, (None, ONE))}
    jets: list[Jet] = []
    with np.errstate(all="ignore"):
        for step in program:
            known = seeds[str(step.data)] if step.op == "variable" else None
            jets.append(known or apply(step, [jets[i] for i in step.args], order))
    return jets[-1]


def apply(step: Instruction, operands: Sequence[Jet], order: int) -> Jet:
    """The jet of one operation (not a variable), from the jets of its operands."""
    if step.op in RULES:
        return _compose(RULES[step.op], operands[0], order)
    match step.op:
        case "constant" | "symbol":
            return Jet(_number(step))
        case "add":
            return _sum(operands)
        case "mul":
            return reduce(lambda a, b: _product(a, b, order), operands)
        case "div":
            return _quotient(operands[0], operands[1], order)
        case "pow":
            return _power(operands[0], operands[1], order)
        case "min" | "max" | "choose":
            return _select(step.op, operands)
    raise ValueError(f"operation {step.op!r} has no rule of differentiation; add it to RULES")


def _number(step: Instruction) -> np.float64:
    value: Any = SYMBOLS[str(step.data)] if step.op == "symbol" else step.data
    try:
        return np.float64(value)
    except OverflowError:  # a fraction beyond float64
        return np.float64(np.inf if value > 0 else -np.inf)


def _plus(*terms: Term) -> Term:
    present = [term for term in terms if term is not None]
    return sum(present[1:], start=present[0]) if present else None


def _times(*factors: Term) -> Term:
    product: Term = ONE
    for factor in factors:
        if factor is None:
            return None
        if factor is not ONE:
            product = factor if product is ONE else product * factor
    return product


def _less(a: Term, b: Term) -> Term:
    return a if b is None else _plus(a, -b)


def _compose(rule: Rule, u: Jet, order: int) -> Jet:
    """φ(u)."""
    value = rule.value(u.value)
    if order == 0:
        return Jet(value)
    first = rule.first(u.value, value)
    gradient = tuple(_times(first, g) for g in u.gradient)
    if order == 1:
        return Jet(value, gradient)
    second = rule.second(u.value, value, first)
    curved = [_times(second, u.gradient[i], u.gradient[j]) for i, j in PAIRS]
    return Jet(value, gradient, tuple(_plus(_times(first, h), c) for h, c in zip(u.hessian, curved, strict=True)))


def _sum(operands: Sequence[Jet]) -> Jet:
    """Σ uₖ."""
    return Jet(
        _plus(*(u.value for u in operands)),
        tuple(_plus(*(u.gradient[i] for u in operands)) for i in AXES),
        tuple(_plus(*(u.hessian[k] for u in operands)) for k in range(len(PAIRS))),
    )


def _product(a: Jet, b: Jet, order: int) -> Jet:
    """ab, by Leibniz' rule."""
    value = a.value * b.value
    if order == 0:
        return Jet(value)
    gradient = tuple(_plus(_times(a.gradient[i], b.value), _times(a.value, b.gradient[i])) for i in AXES)
    if order == 1:
        return Jet(value, gradient)
    outer = [_times(a.hessian[k], b.value) for k in range(len(PAIRS))]
    inner = [_times(a.value, b.hessian[k]) for k in range(len(PAIRS))]
    return Jet(value, gradient, tuple(map(_plus, outer, _crossed(a, b), inner)))


def _quotient(a: Jet, b: Jet, order: int) -> Jet:
    """q = a/b, from a = qb: ∂q = (∂a − q ∂b)/b, and once more."""
    inverse = 1.0 / b.value
    value = a.value / b.value
    if order == 0:
        return Jet(value)
    gradient = tuple(_times(_less(a.gradient[i], _times(value, b.gradient[i])), inverse) for i in AXES)
    if order == 1:
        return Jet(value, gradient)
    known = map(_plus, _crossed(Jet(value, gradient), b), [_times(value, h) for h in b.hessian])
    return Jet(value, gradient, tuple(_times(_less(h, k), inverse) for h, k in zip(a.hessian, known, strict=True)))


def _crossed(a: Jet, b: Jet) -> list[Term]:
    """∂ᵢa ∂ⱼb + ∂ⱼa ∂ᵢb."""
    return [_plus(_times(a.gradient[i], b.gradient[j]), _times(a.gradient[j], b.gradient[i])) for i, j in PAIRS]


def _power(base: Jet, exponent: Jet, order: int) -> Jet:
    """uⁿ for an exponent without variables, else exp(v log u)."""
    if np.ndim(exponent.value) == 0:
        return _compose(power_rule(float(exponent.value)), base, order)
    return _compose(RULES["exp"], _product(exponent, _compose(RULES["log"], base, order), order), order)


def _select(op: str, operands: Sequence[Jet]) -> Jet:
    """The jet of whichever operand the comparison picks; a NaN on either side is kept."""
    first, second = np.real(operands[0].value), np.real(operands[1].value)
    chosen = first >= second if op == "max" else first <= second
    p, q = operands[2:] if op == "choose" else operands
    mask = chosen | np.isnan(first)

    def pick(a: Term, b: Term) -> Term:
        return None if a is None and b is None else np.where(mask, 0.0 if a is None else a, 0.0 if b is None else b)

    return Jet(pick(p.value, q.value), tuple(map(pick, p.gradient, q.gradient)), tuple(map(pick, p.hessian, q.hessian)))
