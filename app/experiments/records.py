"""What a run measures inside a network on its way."""

from __future__ import annotations

from pydantic import Field

from app.core.spec import Spec, Whole

MAX_POINTS = 100
MAX_BINS = 64


class NetworkRecord(Spec):
    """Which pictures of a network's inside a run takes on its way."""

    every: Whole = Field(10, ge=1, title="Picture every", description="steps between two pictures")
    grid: Whole = Field(
        0, ge=0, le=MAX_POINTS, title="Grid", description="points along each input, for 1 or 2 inputs; 0: no picture"
    )
    units: bool = Field(False, title="Units", description="also what each hidden unit answers on the grid")
    histogram: Whole = Field(0, ge=0, le=MAX_BINS, title="Histogram", description="bins of activations; 0: none")


class EarlyStopping(Spec):
    """When a person who watches the held-out loss would stop; the run goes on, so that what stopping spares is seen."""

    every: Whole = Field(10, ge=1, title="Measure every", description="steps between two measurements")
    patience: Whole = Field(
        10, ge=1, le=10_000, title="Patience", description="measurements in a row that are no better than the best"
    )
