"""Single precision: who computes in it, and who is to be told that it cannot be had."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Objective
from app.core.spec import kind_of
from app.experiments.build import layered
from app.experiments.specs import RunSpec


def check_single(objective: Objective, pointer: str = "/precision") -> None:
    """Insist on an objective that computes in float32 what is given in float32.

    Raises:
        SpecError: it is a surface.
    """
    if layered(objective) is None:
        raise SpecError(
            "precision float32 is for networks, and a surface is computed in float64; set precision to float64, or "
            "choose a network",
            pointer,
        )


def precision_of(spec: RunSpec, objective: Objective) -> type[np.floating[Any]]:
    """The floating-point type of a run.

    Raises:
        SpecError: single precision is asked of a surface, or of an optimiser that computes in double.
    """
    if spec.precision == "float64":
        return np.float64
    check_single(objective)
    for run, optimiser in enumerate(spec.optimisers):
        if not optimiser.single:
            raise SpecError(
                f"{kind_of(type(optimiser))} computes in float64 only; set precision to float64, or take a method that "
                "asks for gradients alone, such as adam",
                f"/optimisers/{run}",
            )
    return np.float32
