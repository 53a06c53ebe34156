"""What a client sends to ask whether a sampler is calibrated. Field names are a contract; see docs/ARCHITECTURE.md."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from app.core.inference import Sampler
from app.core.spec import Seed, Spec, Whole, catalogue, named
from app.experiments.posteriors.specs import AnyTarget

if TYPE_CHECKING:
    AnySampler = Sampler
else:
    AnySampler = Annotated[
        reduce(
            or_, [*catalogue("app.samplers", Sampler).values(), *catalogue("app.samplers.broken", Sampler).values()]
        ),
        Field(discriminator="kind"),
        BeforeValidator(named),
    ]

MAX_REPLICATIONS = 2_000
MAX_STEPS = 10_000


class CalibrationSpec(Spec):
    """A model, a sampler, and how often the one is simulated and the other run on it."""

    target: AnyTarget = Field(title="Target", description="a model with a prior and data that can be simulated")
    sampler: AnySampler = Field(title="Sampler")
    replications: Whole = Field(
        200, ge=20, le=MAX_REPLICATIONS, title="Replications", description="simulated data sets"
    )
    draws: Whole = Field(
        99,
        ge=9,
        le=999,
        title="Draws",
        description="chains a replication, each giving one draw: ranks run from 0 to it",
    )
    warm_up: Whole = Field(100, ge=0, le=MAX_STEPS, title="Warm-up", description="steps that tune")
    steps: Whole = Field(50, ge=1, le=MAX_STEPS, title="Steps", description="after warm-up, until the draw is taken")
    bins: Whole = Field(20, ge=2, le=100, title="Bins", description="of the histogram; they divide draws + 1")
    seed: Seed = Field(0, title="Seed")

    @model_validator(mode="after")
    def _bins_are_equal(self) -> Self:
        if (self.draws + 1) % self.bins:
            raise ValueError(
                f"bins {self.bins} must divide {self.draws + 1}, the number of ranks, so that all hold as many; "
                "change bins, or draws to one less than a multiple of it"
            )
        return self
