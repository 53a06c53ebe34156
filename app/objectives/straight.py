"""Programs written out: the jets of one order as a straight line of calls, for points that come one by one.

:func:`app.objectives.jets.evaluate` finds anew at every call what vanishes and which rule applies; at one point that
takes many times as long as the arithmetic. Here it runs once, on traces: values that write down what is done to them
(partial evaluation; Griewank & Walther 2008, *Evaluating Derivatives*, ch. 6, call the record a tape). What was written
down twice is computed once, and what no result needs is left out. The operations are those of the
interpreter in its own order, so results are the same to the bit, for a number as for an array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from app.core.interfaces import Array
from app.objectives.expression import Program
from app.objectives.jets import Jet, Term, evaluate

Straight = Callable[[Array, Array], Jet]
"""From real coordinates, arrays ``(n,)`` or numbers, to the jet there."""

OPERATORS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: operator.truediv,
    np.negative: operator.neg,
}
"""What Python's operators do with the same bits as the function, and quicker on numbers."""

ANSWERS: dict[Callable[..., Any], Callable[[Any], Any]] = {
    np.iscomplexobj: lambda _: False,
    np.ndim: lambda _: 1,  # an exponent that varies is one, at a single point as well
    np.real: lambda trace: trace,
}
"""Questions that a real, varying value answers at once."""


class Step(NamedTuple):
    """A call, by the places of its arguments: one, two or more."""

    function: Callable[..., Any]
    first: int
    second: int | None = None
    others: tuple[int, ...] = ()


class Trace(NDArrayOperatorsMixin):
    """A value that varies from point to point, by its place among all that a tape holds."""

    def __init__(self, tape: Tape, place: int) -> None:
        self._tape = tape
        self.place = place

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Trace:
        if method != "__call__" or options:
            raise TypeError(f"{ufunc.__name__}.{method}, {sorted(options)}, cannot be traced: call it plainly")
        return self._tape.record(ufunc, inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        if options:
            raise TypeError(f"{function.__name__} with {sorted(options)} cannot be traced: give arguments by position")
        return ANSWERS[function](*args) if function in ANSWERS else self._tape.record(function, args)


class Tape:
    """What was done to traces, each thing once: x and y, then constants and the values of calls as they came."""

    def __init__(self) -> None:
        self._held: list[Any] = [Trace(self, 0), Trace(self, 1)]
        self._places: dict[Any, int] = {}
        self._steps: dict[int, Step] = {}

    @property
    def variables(self) -> tuple[Trace, Trace]:
        """x and y."""
        return self._held[0], self._held[1]

    def record(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Trace:
        """The trace of ``function(*arguments)``."""
        places = [self._place(argument) for argument in arguments]
        key = (function, *places)
        if key not in self._places:
            place = self._places[key] = len(self._held)
            self._steps[place] = _step(OPERATORS.get(function, function), places)
            self._held.append(Trace(self, place))
        found: Trace = self._held[self._places[key]]
        return found

    def straight(self, jet: Jet) -> Straight:
        """The calls that lead to a jet of traces, with only what it needs."""
        entries = (jet.value, *jet.gradient, *jet.hessian)
        ends = [None if entry is None else self._place(entry) for entry in entries]
        needed = self._needed([end for end in ends if end is not None])
        place = {old: new for new, old in enumerate(needed)}
        constants = [self._held[old] for old in needed if old > 1 and old not in self._steps]
        calls = [self._steps[old] for old in needed if old in self._steps]
        steps = [_step(call.function, [place[old] for old in _arguments(call)]) for call in calls]
        return _called(constants, steps, [None if end is None else place[end] for end in ends])

    def _needed(self, ends: list[int]) -> list[int]:
        """Places that lead to ``ends``, those of steps last."""
        needed, open_places = {0, 1}, ends
        while open_places:
            place = open_places.pop()
            if place not in needed:
                needed.add(place)
                open_places += _arguments(self._steps[place]) if place in self._steps else []
        return sorted(needed, key=lambda place: (place in self._steps, place))

    def _place(self, term: Term) -> int:
        """Where a trace is, or a constant."""
        if isinstance(term, Trace):
            return term.place
        key = (type(term), repr(term))
        if key not in self._places:
            self._places[key] = len(self._held)
            self._held.append(term)
        return self._places[key]


def _called(constants: list[Any], steps: list[Step], ends: list[int | None]) -> Straight:
    """Calls that append to x, y and constants; where of the jet's entries each is found."""

    def run(x: Array, y: Array) -> Jet:
        held = [x, y, *constants]
        hold = held.append
        for function, first, second, others in steps:
            if second is None:
                hold(function(held[first]))
            elif others:
                hold(function(held[first], held[second], *[held[other] for other in others]))
            else:
                hold(function(held[first], held[second]))
        value, *rest = [None if end is None else held[end] for end in ends]
        return Jet(value, tuple(rest[:2]), tuple(rest[2:]))

    return run


def _arguments(step: Step) -> list[int]:
    return [place for place in (step.first, step.second, *step.others) if place is not None]


def _step(function: Callable[..., Any], places: list[int]) -> Step:
    first, *rest = places
    return Step(function, first, rest[0] if rest else None, tuple(rest[1:]))


def written_out(program: Program, order: int) -> Straight:
    """The jets of a program, derivatives up to ``order`` 0, 1 or 2, as calls one after the other.

    Floating-point warnings are the caller's to silence.

    Args:
        program: see :func:`app.objectives.expression.to_program`.
        order: that of the highest derivatives.
    """
    tape = Tape()
    x, y = (cast("Array", variable) for variable in tape.variables)
    return tape.straight(evaluate(program, x, y, order))
