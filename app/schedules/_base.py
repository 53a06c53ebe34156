"""What a learning-rate schedule is."""

from __future__ import annotations

from typing import ClassVar

from app.core.spec import CatalogueEntry


class Schedule(CatalogueEntry):
    """The factor s(t) that multiplies the learning rate: step t, counted from 0, uses η·s(t).

    Claims on the class, which the tests prove:
        constant: s(t) = 1 for every t, so that a stability threshold of the bare η holds.
    """

    constant: ClassVar[bool] = False

    def factor(self, t: int) -> float:
        """s(t), at least 0 and at most 1, for a step number t ≥ 0."""
        raise NotImplementedError


class Decay(Schedule):
    """A schedule with s(0) = 1 that never rises: one that can follow a warm-up without a jump."""
