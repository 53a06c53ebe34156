"""The precision of a run: who can be run in single precision, and who is to be told that it cannot."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Objective
from app.core.spec import kind_of
from app.experiments.build import layered
from app.experiments.specs import RunSpec


def precision_of(spec: RunSpec, objective: Objective) -> type[np.floating[Any]]:
    """The floating-point type of a run.

    Raises:
        SpecError: single precision is asked of a surface, or of an optimiser that computes in double.
    """
    if spec.precision == "float64":
        return np.float64
    if layered(objective) is None:
        raise SpecError("float32 is for networks; an analytic surface is computed in float64", "/precision")
    for run, optimiser in enumerate(spec.optimisers):
        if not optimiser.single:
            raise SpecError(
                f"{kind_of(type(optimiser))} computes in float64 only; set precision to float64, or take a method that "
                "asks for gradients alone, such as adam",
                f"/optimisers/{run}",
            )
    return np.float32
