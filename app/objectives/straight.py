"""Programs written out: the jets of one order as a straight line of Python, for points that come one by one.

:func:`app.objectives.jets.evaluate` finds anew at every call what vanishes and which rule applies; at one point that
takes many times as long as the arithmetic. Here it runs once, on traces: values that write down what is done to them
(partial evaluation; Griewank & Walther 2008, *Evaluating Derivatives*, ch. 6, call the record a tape). What was written
down twice is computed once, what no result needs is left out, and the rest is compiled. The operations are those of the
interpreter in its own order, so results are the same to the bit, for a number as for an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from app.core.interfaces import Array
from app.objectives.expression import Program
from app.objectives.jets import Jet, Term, evaluate

Straight = Callable[[Array, Array], Jet]
"""From real coordinates, arrays ``(n,)`` or numbers, to the jet there."""

OPERATORS = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.negative: "-{}",
}
"""What Python's operators do with the same bits as the function, and quicker on numbers."""

ANSWERS: dict[Callable[..., Any], Callable[[Any], Any]] = {
    np.iscomplexobj: lambda _: False,
    np.ndim: lambda _: 1,  # an exponent that varies is one, at a single point as well
    np.real: lambda trace: trace,
}
"""Questions that a real, varying value answers at once."""


class Trace(NDArrayOperatorsMixin):
    """A value that varies from point to point, by the name that it has in the code."""

    def __init__(self, tape: Tape, name: str) -> None:
        self._tape = tape
        self.name = name

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Trace:
        if method != "__call__" or options:
            raise TypeError(f"{ufunc.__name__}.{method}, {sorted(options)}, cannot be traced: call it plainly")
        return self._tape.record(ufunc, inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        if options:
            raise TypeError(f"{function.__name__} with {sorted(options)} cannot be traced: give arguments by position")
        return ANSWERS[function](*args) if function in ANSWERS else self._tape.record(function, args)


class Tape:
    """What was done to traces, each thing once."""

    def __init__(self) -> None:
        self._names: dict[Any, str] = {}
        self._lines: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._known: dict[str, Any] = {"Jet": Jet}

    def record(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Trace:
        """The trace of ``function(*arguments)``."""
        names = tuple(self._name(argument) for argument in arguments)
        key = (function, names)
        if key not in self._names:
            name = self._names[key] = f"t{len(self._lines)}"
            call = f"{self._held(function, function)}({', '.join(['{}'] * len(names))})"
            self._lines[name] = (OPERATORS.get(function, call), names)  # type: ignore[call-overload]
        return Trace(self, self._names[key])

    def function(self, jet: Jet) -> Straight:
        """The code that leads to a jet of traces, compiled."""
        value, *rest = [self._name(term) for term in (jet.value, *jet.gradient, *jet.hessian)]
        needed, open_names = set(), [value, *rest]
        while open_names:
            name = open_names.pop()
            if name not in needed:
                needed.add(name)
                open_names += self._lines.get(name, ("", ()))[1]
        lines = [f" {name} = {code.format(*of)}" for name, (code, of) in self._lines.items() if name in needed]
        result = f" return Jet({value}, ({', '.join(rest[:2])}), ({', '.join(rest[2:])}))"
        scope = dict(self._known)
        exec("\n".join(["def straight(x, y):", *lines, result]), scope)  # noqa: S102 - of names that are made here alone
        found: Straight = scope["straight"]
        return found

    def _name(self, term: Term) -> str:
        if isinstance(term, Trace):
            return term.name
        return "None" if term is None else self._held((type(term), repr(term)), term)

    def _held(self, key: Any, constant: Any) -> str:
        """The name of something that does not vary."""
        name = self._names.setdefault(key, f"c{len(self._names)}")
        self._known[name] = constant
        return name


def written_out(program: Program, order: int) -> Straight:
    """The jets of a program, derivatives up to ``order`` 0, 1 or 2, as compiled code.

    Floating-point warnings are the caller's to silence.

    Args:
        program: see :func:`app.objectives.expression.to_program`.
        order: that of the highest derivatives.
    """
    tape = Tape()
    x, y = (cast("Array", Trace(tape, name)) for name in ("x", "y"))
    return tape.function(evaluate(program, x, y, order))
