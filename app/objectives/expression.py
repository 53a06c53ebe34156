"""Expressions in x and y: a small immutable tree whose equal sub-trees are one node.

``x, y = variables()`` and Python's operators build it: ``(1 - x)**2 + 100 * (y - x**2)**2``. The tree only describes;
:mod:`app.objectives.jets` evaluates it and :mod:`app.objectives.symbolic` differentiates and typesets it. Nothing here
recurses, so a deep tree costs memory but never the stack.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from typing import NamedTuple, TypeVar

Number = int | float
Datum = float | Fraction | str | None
T = TypeVar("T")

SYMBOLS = {"pi": math.pi, "e": math.e}
"""Constants that keep their name when they are shown."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expression:
    """One operation on other expressions.

    Attributes:
        op: ``variable``, ``constant``, ``symbol``; ``add`` and ``mul`` (any number of arguments), ``neg``, ``div``,
            ``pow``, ``min``, ``max``; ``choose`` (a, b, p, q: p where a ≤ b, else q); or one of :data:`FUNCTIONS`.
        args: operands, in order.
        data: a variable's or symbol's name, a constant's value.
        leaves: variables and constants when the tree is written out in full (shared sub-trees counted each time).
    """

    op: str
    args: tuple[Expression, ...] = ()
    data: Datum = None
    leaves: int = field(init=False)
    _digest: bytes = field(init=False)

    # NumPy arrays must not swallow an expression element by element.
    __array_ufunc__ = None

    def __post_init__(self) -> None:
        content = repr((self.op, self.data)).encode() + b"".join(a._digest for a in self.args)
        object.__setattr__(self, "_digest", blake2b(content, digest_size=16).digest())
        object.__setattr__(self, "leaves", sum(a.leaves for a in self.args) or 1)

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self._digest == other._digest

    def __repr__(self) -> str:
        return f"<Expression of {len(topological(self))} nodes: {self.op}>"

    def __reduce__(self) -> tuple[Callable[[Program], Expression], tuple[Program]]:
        return from_program, (to_program(self),)

    def __add__(self, other: Expression | Number) -> Expression:
        return _chain("add", self, other)

    def __radd__(self, other: Number) -> Expression:
        return _chain("add", constant(other), self)

    def __sub__(self, other: Expression | Number) -> Expression:
        return _chain("add", self, -_lift(other))

    def __rsub__(self, other: Number) -> Expression:
        return _chain("add", constant(other), -self)

    def __mul__(self, other: Expression | Number) -> Expression:
        return _chain("mul", self, other)

    def __rmul__(self, other: Number) -> Expression:
        return _chain("mul", constant(other), self)

    def __truediv__(self, other: Expression | Number) -> Expression:
        return Expression("div", (self, _lift(other)))

    def __rtruediv__(self, other: Number) -> Expression:
        return Expression("div", (constant(other), self))

    def __pow__(self, other: Expression | Number) -> Expression:
        return Expression("pow", (self, _lift(other)))

    def __rpow__(self, other: Number) -> Expression:
        return Expression("pow", (constant(other), self))

    def __neg__(self) -> Expression:
        return Expression("neg", (self,))

    def __abs__(self) -> Expression:
        return Expression("abs", (self,))


def constant(value: Number) -> Expression:
    """A number; its sign is kept outside, as people write it."""
    number = float(value)
    return -Expression("constant", data=-number) if number < 0 else Expression("constant", data=number)


def variables() -> tuple[Expression, Expression]:
    """x and y."""
    return Expression("variable", data="x"), Expression("variable", data="y")


def symbol(name: str) -> Expression:
    """A constant of :data:`SYMBOLS` by name."""
    if name not in SYMBOLS:
        raise ValueError(f"constant {name!r} is not one of {', '.join(SYMBOLS)}; write its value instead")
    return Expression("symbol", data=name)


PI = symbol("pi")
E = symbol("e")


def _lift(value: Expression | Number) -> Expression:
    return value if isinstance(value, Expression) else constant(value)


def _chain(op: str, left: Expression, right: Expression | Number) -> Expression:
    """a ∘ b ∘ c as one node, evaluated from the left like the binary operators it stands for."""
    return Expression(op, (*(left.args if left.op == op else (left,)), _lift(right)))


def _function(name: str) -> Callable[[Expression | Number], Expression]:
    def build(argument: Expression | Number) -> Expression:
        return Expression(name, (_lift(argument),))

    build.__name__ = name
    return build


sin, cos, tan = _function("sin"), _function("cos"), _function("tan")
asin, acos, atan = _function("asin"), _function("acos"), _function("atan")
sinh, cosh, tanh = _function("sinh"), _function("cosh"), _function("tanh")
exp, log, sqrt = _function("exp"), _function("log"), _function("sqrt")
sign = _function("sign")

FUNCTIONS = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", "sign")
"""Operations of one argument."""


def minimum(a: Expression | Number, b: Expression | Number) -> Expression:
    """The smaller of two; where they are equal, derivatives are those of the first."""
    return Expression("min", (_lift(a), _lift(b)))


def maximum(a: Expression | Number, b: Expression | Number) -> Expression:
    """The larger of two; where they are equal, derivatives are those of the first."""
    return Expression("max", (_lift(a), _lift(b)))


def topological(root: Expression) -> list[Expression]:
    """Every distinct node once, operands before the operations on them, ``root`` last."""
    order: list[Expression] = []
    seen: set[Expression] = set()
    stack = [(root, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(node.args))
    return order


def fold(root: Expression, visit: Callable[[Expression, tuple[T, ...]], T]) -> T:
    """Bottom-up value of a tree: ``visit(node, values of its operands)``, once for each distinct node."""
    values: dict[Expression, T] = {}
    for node in topological(root):
        values[node] = visit(node, tuple(values[operand] for operand in node.args))
    return values[root]


class Instruction(NamedTuple):
    """One node of a program; ``args`` index earlier instructions."""

    op: str
    data: Datum
    args: tuple[int, ...]


Program = tuple[Instruction, ...]


def to_program(root: Expression) -> Program:
    """The tree as straight-line code: one instruction for each distinct node, the last one its value."""
    order = topological(root)
    index = {node: i for i, node in enumerate(order)}
    return tuple(Instruction(node.op, node.data, tuple(index[a] for a in node.args)) for node in order)


def from_program(program: Iterable[Instruction]) -> Expression:
    """The tree of :func:`to_program`."""
    nodes: list[Expression] = []
    for op, data, args in program:
        nodes.append(Expression(op, tuple(nodes[i] for i in args), data))
    return nodes[-1]
