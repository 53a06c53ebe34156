"""What a run keeps of its steps, and what it measures on its way."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from app.core.spec import Spec, Whole

MAX_STEPS = 100_000
MAX_TRACKED = 20
MAX_POINTS = 100
MAX_BINS = 64

Scope = Literal["objective", "batch"]


class NetworkRecord(Spec):
    """Which pictures of a network's inside a run takes on its way."""

    every: Whole = Field(10, ge=1, title="Picture every", description="steps between two pictures")
    grid: Whole = Field(
        0, ge=0, le=MAX_POINTS, title="Grid", description="points along each input, for 1 or 2 inputs; 0: no picture"
    )
    units: bool = Field(False, title="Units", description="also what each hidden unit answers on the grid")
    histogram: Whole = Field(0, ge=0, le=MAX_BINS, title="Histogram", description="bins of activations; 0: none")


class CurvatureRecord(Spec):
    """Which eigenvalues of the whole objective's Hessian a run measures on its way."""

    every: Whole = Field(10, ge=1, le=MAX_STEPS, title="Measure every", description="steps between two measurements")
    top: Whole = Field(1, ge=0, le=MAX_TRACKED, title="Largest", description="how many of the largest eigenvalues")
    bottom: Whole = Field(0, ge=0, le=MAX_TRACKED, title="Smallest", description="how many of the smallest eigenvalues")
    diagonal: bool = Field(
        False, title="Diagonal", description="also diag H, beside the optimiser's preconditioner and their correlation"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.top + self.bottom or self.diagonal):
            raise ValueError(
                "top and bottom are both 0, so nothing would be measured; ask for at least one eigenvalue, or for the "
                "diagonal"
            )
        return self


class Record(Spec):
    """What a run keeps of its steps."""

    every: Whole = Field(1, ge=1, le=MAX_STEPS, title="Record every", description="steps between two frames")
    scope: Scope = Field(
        "objective",
        title="Frames tell of",
        description="objective: all examples, at every recorded step and at its place in the plane. batch (networks "
        "only): what the step itself was taken on, at no further cost; without slice_loss",
    )
    parameters: bool = Field(False, title="Record θ", description="send all parameters of every recorded step")
    curvature: CurvatureRecord | None = Field(
        None, title="Curvature", description="eigenvalues of the Hessian along the run; null measures none"
    )
    network: NetworkRecord | None = Field(
        None, title="Network", description="test loss, accuracy, units and pictures along the run; null takes none"
    )


class EarlyStopping(Spec):
    """When a person who watches the held-out loss would stop; the run goes on, so that what stopping spares is seen."""

    every: Whole = Field(10, ge=1, title="Measure every", description="steps between two measurements")
    patience: Whole = Field(
        10, ge=1, le=10_000, title="Patience", description="measurements in a row that are no better than the best"
    )
