"""Leapfrog steps of energies whose gradient is a matrix product: what is added to it goes along in that product."""

from __future__ import annotations

from itertools import chain

import numpy as np

from app.core.calls import Call, product
from app.core.interfaces import Array
from app.core.memory import aligned
from app.targets._sweeps import Ridges

BUFFER = 1 << 16
"""Numbers of φ(Fθ) at a time: what stays in a core's cache."""


def glides(ridges: Ridges, theta: Array, push: Array, bend: Array, alike: bool, count: int) -> list[Call]:
    """The calls of so many steps p ← p − ∇, θ ← θ + ``bend``·p, in place: θ, p (``push``) and ``bend`` ``(d, chains)``.

    ``alike`` says that ``bend`` is the same for all chains, and stays.
    """
    chains, some = bend.shape[1], max(1, BUFFER // max(1, len(ridges.factors)))
    glide = Glide(ridges, bend[:, : min(chains, some)], alike)
    parts = [slice(begin, begin + some) for begin in range(0, chains, some)]
    return list(chain.from_iterable(glide.calls(theta[:, at], push[:, at], bend[:, at], count) for at in parts))


class Glide:
    """Buffers that all parts of the chains share. Rows of a state lie before those of 1 and φ(Fθ), and others behind.

    Each step is a product of the rows of all that with one of the states into the other. Where ``bend`` is alike, a
    state is θ and p; else it is p, and θ lies with 1 and φ(Fθ).
    """

    def __init__(self, ridges: Ridges, bend: Array, alike: bool) -> None:
        d, dtype = len(bend), bend.dtype
        self._function, self._factors, self._alike = ridges.function, ridges.factors.astype(dtype), alike
        of_state, of_rest = _alike(ridges, bend[:, 0]) if alike else _varied(ridges)
        state, rest = of_state.shape[1], of_rest.shape[1]
        self._matrices = tuple(
            np.ascontiguousarray(np.hstack(pair), dtype) for pair in ((of_state, of_rest), (of_rest, of_state))
        )
        self._rows = rows = aligned((2 * state + rest, bend.shape[1]), dtype)
        self._states, self._seen = (rows[:state], rows[state + rest :]), (rows[: state + rest], rows[state:])
        self._bent = rows[state + rest - len(self._factors) : state + rest]
        self._place, self._part = rows[state : state + d], aligned(bend.shape, dtype)
        rows[state + rest - len(self._factors) - 1] = 1

    def calls(self, theta: Array, push: Array, bend: Array, count: int) -> list[Call]:
        """The steps of as many chains."""
        (d, width), bent = theta.shape, self._bent[:, : theta.shape[1]]
        states, seen = ([each[:, :width] for each in both] for both in (self._states, self._seen))
        places = [each[:d] if self._alike else self._place[:, :width] for each in states]
        part, calls = self._part[:, :width], list[Call]()
        calls += [(np.copyto, (places[0], theta)), (np.copyto, (states[0][-d:], push))]
        for k in range(count):
            here, there = k % 2, 1 - k % 2
            calls += [product(self._factors, places[here], bent), (self._function, (bent, bent))]
            calls.append(product(self._matrices[here], seen[here], states[there]))
            if not self._alike:
                calls += [(np.multiply, (bend, states[there], part)), (np.add, (places[0], part, places[0]))]
        return [*calls, (np.copyto, (theta, places[count % 2])), (np.copyto, (push, states[count % 2][-d:]))]


def _alike(ridges: Ridges, bend: Array) -> tuple[Array, Array]:
    """What makes the next (θ, p): of these, and of 1 and φ(Fθ)."""
    kick, rest = -ridges.pull, -np.column_stack([ridges.constant, ridges.weights])
    one, along = np.eye(len(bend)), np.diag(bend.astype(np.float64))
    return np.block([[one + along @ kick, along], [kick, one]]), np.vstack([along @ rest, rest])


def _varied(ridges: Ridges) -> tuple[Array, Array]:
    """What makes the next p: of it, and of θ, 1 and φ(Fθ)."""
    rest = -np.column_stack([ridges.pull, ridges.constant, ridges.weights])
    return np.eye(len(rest)), rest
