"""What a client sends to ask for a posterior. Field names are a contract; see docs/ARCHITECTURE.md."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from app.core.inference import Integrator, Sampler
from app.core.spec import Coordinate, Seed, Spec, Whole, catalogue, named
from app.core.unions import one_of
from app.experiments.specs import MAX_RACERS, Precision, Resolution
from app.targets._base import TargetEntry

METHODS = {
    "sampler": catalogue("app.samplers", Sampler),
    "broken": catalogue("app.samplers.broken", Sampler),
    "integrator": catalogue("app.integrators", Integrator),
    "inference": catalogue("app.inference", Integrator),
}
"""Catalogues whose entries are methods, by what they are."""

if TYPE_CHECKING:
    AnyTarget = TargetEntry
    AnyMethod = Sampler | Integrator
else:
    AnyTarget = one_of("app.targets", TargetEntry)
    AnyMethod = Annotated[
        reduce(or_, [entry for found in METHODS.values() for entry in found.values()]),
        Field(discriminator="kind"),
        BeforeValidator(named),
    ]

MAX_CHAINS = 4_096
MAX_DRAWS = 100_000
MAX_SHOWN = 4_096


class PosteriorRecord(Spec):
    """What is shown of the chains on their way; estimates always use every draw."""

    every: Whole = Field(1, ge=1, le=MAX_DRAWS, title="Record every", description="steps between two columns of draws")
    chains: Whole = Field(4, ge=0, le=MAX_SHOWN, title="Chains shown", description="the first so many; 0 sends none")
    warm_up: bool = Field(True, title="Warm-up too", description="show the steps before the draws count")
    leapfrog: bool = Field(
        False, title="Leapfrog paths", description="send trajectories of the first chain, of methods that have them"
    )
    view: tuple[Whole, Whole] = Field(
        (0, 1), title="View", description="indices of the two coordinates that positions are shown in"
    )


class PosteriorSpec(Spec):
    """Inference methods on one density; it determines its stream to the byte."""

    target: AnyTarget = Field(title="Target")
    methods: tuple[AnyMethod, ...] = Field(min_length=1, max_length=MAX_RACERS, title="Methods")
    chains: Whole = Field(4, ge=1, le=MAX_CHAINS, title="Chains", description="of every sampler")
    draws: Whole = Field(1000, ge=1, le=MAX_DRAWS, title="Draws", description="steps of each chain after warm-up")
    warm_up: Whole = Field(500, ge=0, le=MAX_DRAWS, title="Warm-up", description="steps that tune and are not counted")
    seed: Seed = Field(0, title="Seed")
    start: tuple[Coordinate, ...] | None = Field(
        None, max_length=200_000, title="Start", description="of every chain; null: draws of the prior, or spread out"
    )
    superchains: Whole | None = Field(
        None, ge=2, le=MAX_CHAINS, title="Superchains", description="groups of chains that share a start, for nested R̂"
    )
    precision: Precision = Field(
        "float64", title="Precision", description="of the chains; float32 is faster with many of them"
    )
    record: PosteriorRecord = PosteriorRecord()
    sheets: Resolution | None = Field(
        None,
        title="Sheets",
        description="[columns, rows] of prior, likelihood and posterior; left out above two dimensions",
    )
    predictive: bool = Field(
        False,
        title="Predictive band",
        description="what each method says of new inputs; left out where the target has none",
    )
    divergences: bool = Field(
        False,
        title="Divergences",
        description="KL both ways of the methods whose answer is a Gaussian, and of the Gaussian that matches moments",
    )

    @model_validator(mode="after")
    def _superchains_are_equal(self) -> Self:
        if self.superchains is not None and self.chains % self.superchains:
            raise ValueError(
                f"superchains {self.superchains} must divide {self.chains}, the chains, so that all are as large; "
                "change one of them"
            )
        return self
