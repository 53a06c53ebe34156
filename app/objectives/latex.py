"""Expressions as LaTeX that reads like a textbook, and LaTeX as MathML."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from latex2mathml.converter import convert

from app.objectives.algebra import HALF, TooLongError, exact
from app.objectives.expression import Expression, fold

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly a piece of LaTeX holds together."""

MAX_DENOMINATOR = 1000
_DIGITS = Context(prec=10)
_PLAIN = 10**15
"""Below this, numbers are written without a power of ten."""

_NAMES = {
    **{name: f"\\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log", "min", "max")},
    **{name: f"\\arc{name[1:]}" for name in ("asin", "acos", "atan")},
    "sign": r"\operatorname{sign}",
}


class Piece(NamedTuple):
    """LaTeX of a sub-expression.

    Attributes:
        text: without its sign.
        level: the loosest operator outside brackets.
        negative: whether a minus belongs in front.
        over: numerator and denominator of a fraction, so that products of fractions become one.
        name: the function that ``text`` applies, so that its powers are written sin²(x).
    """

    text: str
    level: int = ATOM
    negative: bool = False
    over: tuple[Piece, Piece] | None = None
    name: str = ""


def latex(expression: Expression, most: int | None = None) -> str:
    """LaTeX of an expression, brackets only where they are needed.

    Raises:
        TooLongError: some part of it is longer than ``most`` characters.
    """

    def visit(node: Expression, args: tuple[Piece, ...]) -> Piece:
        piece = _piece(node, args)
        if most is not None and len(piece.text) > most:
            raise TooLongError(f"the formula takes {len(piece.text)} characters, at most {most} are shown; simplify it")
        return piece

    return _signed(fold(expression, visit))


def typeset(text: str) -> str:
    """MathML of LaTeX, on a line of its own and without inline styles."""
    # The converter knows align* but not aligned, and would leave a bare ampersand behind.
    return str(convert(text.replace("{aligned}", "{align*}"), display="block"))


def _piece(node: Expression, args: tuple[Piece, ...]) -> Piece:
    match node.op:
        case "constant":
            return _number(exact(node) or Fraction(0))
        case "variable":
            return Piece(str(node.data))
        case "symbol":
            return Piece(r"\pi" if node.data == "pi" else "e")
        case "add":
            return _sum(args)
        case "neg":
            return _negated(args[0])
        case "mul":
            return _product(args)
        case "div":
            return _fraction(args[0], args[1])
        case "pow":
            return _power(args[0], args[1], node.args[1])
        case "choose":
            return _cases(args)
    return _call(node.op, args)


def _signed(piece: Piece) -> str:
    return f"-{piece.text}" if piece.negative else piece.text


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _within(piece: Piece, level: int) -> str:
    """A piece as an operand of something that binds at ``level``."""
    return _bracketed(_signed(piece)) if piece.negative or piece.level < level else piece.text


def _number(value: Fraction) -> Piece:
    """A decimal of up to ten digits, or a fraction where no such decimal is exact and its denominator is small."""
    negative, size = value < 0, abs(value)
    if size.denominator == 1 and size < _PLAIN:
        return Piece(str(size.numerator), negative=negative)
    decimal = _DIGITS.divide(Decimal(size.numerator), Decimal(size.denominator)).normalize()
    if 1 < size.denominator <= MAX_DENOMINATOR and Fraction(decimal) != size:
        return _fraction(Piece(str(size.numerator)), Piece(str(size.denominator)))._replace(negative=negative)
    exponent = decimal.adjusted()
    if Fraction(1, 10**4) <= size < _PLAIN:
        return Piece(f"{decimal:f}", negative=negative)
    mantissa, ten = f"{decimal.scaleb(-exponent).normalize():f}", f"10^{{{exponent}}}"
    return Piece(ten if mantissa == "1" else rf"{mantissa} \times {ten}", PRODUCT, negative)


def _sum(terms: tuple[Piece, ...]) -> Piece:
    text = _signed(terms[0])
    for term in terms[1:]:
        text += f" - {_within(term._replace(negative=False), PRODUCT)}" if term.negative else f" + {term.text}"
    return Piece(text, SUM)


def _negated(piece: Piece) -> Piece:
    text = _within(piece, PRODUCT)
    return Piece(text, min(piece.level, PRODUCT) if text == piece.text else ATOM, negative=True)


def _product(factors: tuple[Piece, ...]) -> Piece:
    first, *others = factors
    unsigned = [first._replace(negative=False), *others]
    tops = [f.over[0] if f.over and not f.negative else f for f in unsigned]
    bottoms = [f.over[1] for f in unsigned if f.over and not f.negative]
    top = _juxtaposed([t for t in tops if t.text != "1" or t.negative])
    if bottoms:
        return _fraction(top, _juxtaposed(bottoms))._replace(negative=first.negative)
    return top._replace(negative=first.negative)


def _juxtaposed(factors: list[Piece]) -> Piece:
    """Factors side by side, with a dot where digits would run together and a thin space before a function's name."""
    if len(factors) < 2:
        return factors[0] if factors else Piece("1")
    texts = [_within(factor, PRODUCT) for factor in factors]
    text = texts[0]
    for following in texts[1:]:
        named = following.startswith(tuple(_NAMES.values()))
        text += (r" \cdot " if following[0].isdigit() else r" \, " if named else " ") + following
    return Piece(text, PRODUCT)


def _fraction(top: Piece, bottom: Piece) -> Piece:
    negative = top.negative
    top = top._replace(negative=False)
    return Piece(rf"\frac{{{top.text}}}{{{_signed(bottom)}}}", PRODUCT, negative, (top, bottom))


def _power(base: Piece, raised: Piece, exponent: Expression) -> Piece:
    n = exact(exponent)
    if n is not None and n < 0:
        return _fraction(Piece("1"), base if n == -1 else _constant_power(base, -n))
    if n is not None and isinstance(exponent.data, Fraction):
        return _constant_power(base, n)
    return _raised(base, _signed(raised), whole=n is not None and n.denominator == 1)


def _constant_power(base: Piece, n: Fraction) -> Piece:
    if n == HALF:
        return _root(_signed(base))
    return _raised(base, str(n), whole=n.denominator == 1)


def _root(text: str) -> Piece:
    return Piece(rf"\sqrt{{{text}}}")


def _raised(base: Piece, exponent: str, *, whole: bool) -> Piece:
    """A power; sin(x) squared is sin²(x)."""
    if base.name and whole and not base.negative:
        return Piece(f"{base.name}^{{{exponent}}}{base.text.removeprefix(base.name)}", POWER)
    return Piece(f"{_within(base, ATOM)}^{{{exponent}}}", POWER)


def _cases(args: tuple[Piece, ...]) -> Piece:
    a, b, p, q = map(_signed, args)
    return Piece(rf"\begin{{cases}} {p} & {a} \le {b} \\ {q} & \text{{otherwise}} \end{{cases}}", SUM)


def _call(op: str, args: tuple[Piece, ...]) -> Piece:
    inner = ", ".join(map(_signed, args))
    match op:
        case "exp":
            return Piece(f"e^{{{inner}}}", POWER)
        case "sqrt":
            return _root(inner)
        case "abs":
            return Piece(rf"\left|{inner}\right|")
    return Piece(_NAMES[op] + _bracketed(inner), name=_NAMES[op])
