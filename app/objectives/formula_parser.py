"""Formulas that people type, read into expressions: a whitelist over Python's grammar, never executed.

The text is settled character by character first (:mod:`app.objectives._tokens`); Python's ``ast`` then only decides
precedence, and its tree is rebuilt node by node from the operations below. Every refusal is a
:class:`~app.core.errors.SpecError` with pointer ``/expression`` and, where one place is to blame, its position in the
user's own text.

Limits: 500 characters, brackets 40 deep, 200 distinct sub-expressions (equal ones are evaluated once, and a sum or
product of many terms is one), constant exponents between −32 and 32, numbers 0 or 1e−100 to 1e100 in size.
Juxtaposition multiplies with the precedence of ``*``: ``1/2x`` is ``(1/2)*x``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce

import numpy as np

from app.objectives._tokens import LARGEST, Rewritten, refusal, rewrite
from app.objectives.expression import Expression, Instruction, constant, maximum, minimum, symbol, topological
from app.objectives.jets import Jet, apply

MAX_NODES = 200
MAX_EXPONENT = 32

_BINARY: dict[type[ast.operator], Callable[[Expression, Expression], Expression]] = {
    ast.Add: Expression.__add__,
    ast.Sub: Expression.__sub__,
    ast.Mult: Expression.__mul__,
    ast.Div: Expression.__truediv__,
    ast.Pow: Expression.__pow__,
}
_MANY = {"min": minimum, "max": maximum}


def parse_formula(formula: str) -> Expression:
    """The expression that a formula in x and y stands for.

    Args:
        formula: e.g. ``"(1-x)^2 + 100*(y-x^2)^2"``.

    Raises:
        SpecError: the formula is refused; the message says what, the limit and what to do.
    """
    source = rewrite(formula)
    built = _Builder(source).build(_syntax(source))
    nodes = len(topological(built))
    if nodes > MAX_NODES:
        raise refusal(f"the formula has {nodes} different parts, at most {MAX_NODES} are evaluated; simplify it", None)
    return built


def _syntax(source: Rewritten) -> ast.expr:
    try:
        return ast.parse(source.text, mode="eval").body
    except SyntaxError as error:
        # Python gives offset 0 where the text ends too early.
        position = source.position(error.offset - 1) if error.offset else source.positions[-1]
    except (ValueError, MemoryError, RecursionError, SystemError):  # the last: CPython 3.11.2 on deep input
        position = None
    raise refusal(
        "the formula cannot be read here; each operator needs a number, x, y or a bracket on both sides", position
    )


class _Builder:
    """Rebuilds a syntax tree as an expression, operands first and without recursion."""

    def __init__(self, source: Rewritten) -> None:
        self._source = source
        self._built: dict[ast.expr, Expression] = {}
        self._constants: dict[Expression, float] = {}

    def build(self, root: ast.expr) -> Expression:
        """The expression of ``root``."""
        order, stack = [], [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack.extend(self._operands(node))
        for node in reversed(order):
            self._built[node] = self._checked(node, self._expression(node))
        return self._built[root]

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        match node:
            case ast.BinOp(left, operator, right) if type(operator) in _BINARY:
                return [left, right]
            case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
                return [operand]
            case ast.Call(ast.Name(), arguments, []):
                return arguments
            case ast.Constant() | ast.Name():
                return []
            case ast.Tuple(elts=[_, *_]):
                raise refusal("commas only separate the values of min and max; remove them here", self._at(node))
        raise refusal(
            "only sums, products, quotients, powers and functions of x and y are read; remove this", self._at(node)
        )

    def _expression(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(int() | float() as value):
                return constant(float(value))
            case ast.Name(name):
                return Expression("variable", data=name) if name in ("x", "y") else symbol(name)
            case ast.UnaryOp(operator, operand):
                return -self._built[operand] if isinstance(operator, ast.USub) else self._built[operand]
            case ast.BinOp(left, operator, right):
                return _BINARY[type(operator)](self._built[left], self._built[right])
        assert isinstance(node, ast.Call)
        return self._call(node)

    def _call(self, node: ast.Call) -> Expression:
        assert isinstance(node.func, ast.Name)
        name, arguments = node.func.id, [self._built[a] for a in node.args]
        if name in _MANY:
            if len(arguments) < 2:
                raise refusal(f"{name} of {len(arguments)} values needs at least 2; write {name}(x, y)", self._at(node))
            return reduce(_MANY[name], arguments)
        if len(arguments) != 1:
            raise refusal(f"{name} takes 1 value, not {len(arguments)}; write {name}(x)", self._at(node))
        return Expression(name, (arguments[0],))

    def _checked(self, node: ast.expr, built: Expression) -> Expression:
        """``built``, refused where it is a number out of range or a power with too large an exponent."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            self._check_power(node, built)
        value = self._constant(built)
        if value is not None and not abs(value) <= LARGEST:
            raise refusal(
                f"this has the value {value:g}; constants must be finite, at most {LARGEST:g}", self._at(node)
            )
        return built

    def _check_power(self, node: ast.BinOp, power: Expression) -> None:
        base, exponent = (self._constants.get(operand) for operand in power.args)
        if exponent is None:
            if base is not None and base <= 0:
                raise refusal(f"{base:g} to a varying power is undefined; use a base above 0", self._at(node.left))
        elif abs(exponent) > MAX_EXPONENT:
            limit = f"exponents lie between -{MAX_EXPONENT} and {MAX_EXPONENT}"
            raise refusal(f"the exponent {exponent:g} is too large; {limit}, so lower it", self._at(node.right))

    def _constant(self, built: Expression) -> float | None:
        """The value of an expression without variables, kept for the ones it is part of."""
        known = [self._constants.get(operand) for operand in built.args]
        if built.op == "variable" or None in known:
            return None
        with np.errstate(all="ignore"):
            operands = [Jet(np.float64(value)) for value in known if value is not None]
            value = float(apply(Instruction(built.op, built.data, ()), operands, 0).value)
        self._constants[built] = value
        return value

    def _at(self, node: ast.expr) -> int:
        """Where a node begins in the user's text."""
        return self._source.position(node.col_offset)
