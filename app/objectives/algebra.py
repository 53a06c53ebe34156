"""Light simplification: constructors that keep expressions short enough to read.

0 and 1 disappear, numbers are folded exactly (as fractions), like terms and equal factors are collected, and division
becomes a negative power. Nothing is expanded or factored. A factor 0 removes the whole product, also where another
factor has a hole, and √u·√u is u also where u < 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from app.objectives.expression import FUNCTIONS, Expression, Instruction, fold
from app.objectives.jets import Jet, apply

MAX_BITS = 4096
"""Longest numerator or denominator that is kept."""

HALF = Fraction(1, 2)
_WHOLE = 2**53


class TooLongError(ValueError):
    """More than anybody would read."""


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def rational(value: int | Fraction) -> Expression:
    """An exact number.

    Raises:
        TooLongError: it takes more than :data:`MAX_BITS` to write.
    """
    number = Fraction(value)
    if _bits(number) > MAX_BITS:
        raise TooLongError(f"a number takes {_bits(number)} bits, at most {MAX_BITS} are kept; rescale the formula")
    return Expression("constant", data=number)


ZERO, ONE, TWO = rational(0), rational(1), rational(2)


def exact(node: Expression) -> Fraction | None:
    """The value of a number; None for anything else. 0.1 is 1/10, as it was written."""
    if node.op != "constant":
        return None
    return node.data if isinstance(node.data, Fraction) else Fraction(str(node.data))


def add(*terms: Expression) -> Expression:
    """Σ terms, like terms collected in the order they first appear."""
    totals: dict[Expression, Fraction] = {}
    for term in _flat("add", terms):
        coefficient, rest = _coefficient(term)
        totals[rest] = totals.get(rest, Fraction(0)) + coefficient
    parts = tuple(_scaled(c, rest) for rest, c in totals.items() if c)
    return _joined("add", parts, ZERO)


def mul(*factors: Expression) -> Expression:
    """Π factors: one number in front, equal bases collected, then constants, variables, sums and functions."""
    coefficient, exponents = Fraction(1), dict[Expression, Fraction]()
    for factor in _flat("mul", factors):
        number = exact(factor)
        if number is not None:
            coefficient *= number
        else:
            base, exponent = _base(factor)
            exponents[base] = exponents.get(base, Fraction(0)) + exponent
    powers = [power(base, rational(n)) for base, n in exponents.items()]
    numbers = [value for p in powers if (value := exact(p)) is not None]
    for number in numbers:
        coefficient *= number
    rest = _joined("mul", tuple(sorted((p for p in powers if exact(p) is None), key=_rank)), ONE)
    return _scaled(coefficient, rest)


def power(base: Expression, exponent: Expression) -> Expression:
    """base^exponent, with numbers and powers of powers folded."""
    n = exact(exponent)
    if n is None:
        return Expression("pow", (base, exponent))
    if n in (0, 1):
        return base if n else ONE
    return _whole_power(base, int(n)) if n.denominator == 1 else _fractional_power(base, n)


def _whole_power(base: Expression, n: int) -> Expression:
    value = exact(base)
    if value is not None:
        return rational(value**n) if value or n > 0 else Expression("pow", (base, rational(n)))
    if base.op == "exp":
        return function("exp", mul(rational(n), base.args[0]))
    number, rest = _coefficient(base)
    if number != 1:
        return mul(rational(number**n), power(rest, rational(n)))
    inner, m = _base(base)
    if m != 1 and (m.denominator == 1 or base.op == "sqrt"):
        return power(inner, rational(m * n))
    return Expression("pow", (base, rational(n)))


def _fractional_power(base: Expression, n: Fraction) -> Expression:
    return function("sqrt", base) if n == HALF else Expression("pow", (base, rational(n)))


def function(name: str, argument: Expression) -> Expression:
    """φ(u), folded where a number gives a whole number, such as exp 0, √4 and log 1."""
    number = exact(argument)
    if number is not None and abs(number) < _WHOLE:
        with np.errstate(all="ignore"):
            value = float(apply(Instruction(name, None, ()), [Jet(np.float64(float(number)))], 0).value)
        if value.is_integer() and abs(value) < _WHOLE:
            return rational(int(value))
    return Expression(name, (argument,))


def choose(a: Expression, b: Expression, p: Expression, q: Expression) -> Expression:
    """p where a ≤ b, else q."""
    return p if p == q else Expression("choose", (a, b, p, q))


def negative(term: Expression) -> Expression:
    """−term."""
    return mul(rational(-1), term)


def simplify(expression: Expression) -> Expression:
    """The same function, rebuilt from the constructors of this module."""
    return fold(expression, _rebuilt)


def _rebuilt(node: Expression, args: tuple[Expression, ...]) -> Expression:
    if node.op in FUNCTIONS:
        return function(node.op, args[0])
    match node.op:
        case "constant":
            return Expression("constant", data=exact(node))
        case "add":
            return add(*args)
        case "mul":
            return mul(*args)
        case "neg":
            return negative(args[0])
        case "div":
            return mul(args[0], power(args[1], rational(-1)))
        case "pow":
            return function("exp", args[1]) if args[0] == _E else power(*args)
    return Expression(node.op, args, node.data)


_E = Expression("symbol", data="e")


def _flat(op: str, parts: tuple[Expression, ...]) -> Iterator[Expression]:
    """Nested sums (or products) as one list; parts are simplified, so one level is all there is."""
    for part in parts:
        yield from part.args if part.op == op else (part,)


def _joined(op: str, parts: tuple[Expression, ...], empty: Expression) -> Expression:
    return Expression(op, parts) if len(parts) > 1 else parts[0] if parts else empty


def _coefficient(term: Expression) -> tuple[Fraction, Expression]:
    """A term as number × rest."""
    number = exact(term)
    if number is not None:
        return number, ONE
    if term.op == "mul":
        first = exact(term.args[0])
        if first is not None:
            return first, _joined("mul", term.args[1:], ONE)
    return Fraction(1), term


def _scaled(coefficient: Fraction, rest: Expression) -> Expression:
    """number × rest, for a rest without a number in front."""
    if coefficient == 0 or rest == ONE:
        return rational(coefficient)
    if coefficient == 1:
        return rest
    return Expression("mul", (rational(coefficient), *_flat("mul", (rest,))))


def _base(factor: Expression) -> tuple[Expression, Fraction]:
    """A factor as base^number."""
    if factor.op == "sqrt":
        return factor.args[0], HALF
    exponent = exact(factor.args[1]) if factor.op == "pow" else None
    return (factor.args[0], exponent) if exponent is not None else (factor, Fraction(1))


def _rank(factor: Expression) -> tuple[int, str]:
    """Constants, then variables by name, then everything else in the order it came."""
    base, _ = _base(factor)
    kinds = {"symbol": 0, "variable": 1, "add": 2}
    return kinds.get(base.op, 3), str(base.data) if base.op in ("symbol", "variable") else ""
