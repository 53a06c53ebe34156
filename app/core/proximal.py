"""Objectives with a corner: a smooth part, and one penalty whose minimum can be exactly zero."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from app.core.interfaces import Array


class Corner(Protocol):
    """A convex penalty λΩ that has no gradient everywhere, but a proximal operator."""

    def gradient(self, theta: Array) -> Array:
        """The subgradient that the gradient of the whole objective contains: ``(..., d) -> (..., d)``."""
        ...

    def prox(self, theta: Array, step: float) -> Array:
        """argmin_u λΩ(u) + ‖u − θ‖²/(2·step): ``(..., d) -> (..., d)``."""
        ...


@runtime_checkable
class Cornered(Protocol):
    """An objective f = s + λΩ with s smooth."""

    def corner(self) -> Corner | None:
        """λΩ; None where f is smooth.

        Raises:
            SpecError: several penalties have corners; the proximal operator of their sum is none of theirs.
        """
        ...
