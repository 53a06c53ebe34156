"""What a client sends about penalties: a path over λ, and a penalty read as a prior."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from app.core.spec import Real, Seed, Spec, Whole
from app.objectives.network import NetworkSpec

MAX_STRENGTHS = 400
MAX_FOLDS = 20


def _folds(count: int) -> int:
    if count == 1:
        raise ValueError("folds 1 must be 0 (none) or at least 2; one fold would leave nothing to train on")
    return count


def _bare_kind(value: Any) -> Any:
    """A linear model where the layers are left out: the network's own default has a hidden layer."""
    return {"layers": ()} | value if isinstance(value, dict) else value


LinearModel = Annotated[NetworkSpec, BeforeValidator(_bare_kind)]
Strength = Annotated[Real, Field(gt=0, le=1e6)]


class PathSpec(Spec):
    """The optimum of a penalised linear model as the penalty's strength λ changes."""

    objective: LinearModel = Field(
        title="Objective",
        description="a network without hidden layers and with one regulariser, whose strength is moved",
    )
    strengths: Annotated[tuple[Strength, ...], Field(min_length=1, max_length=MAX_STRENGTHS)] | None = Field(
        None,
        title="Strengths",
        description="the values of λ; null: `count` of them, from where everything is zero down",
    )
    count: Whole = Field(50, ge=2, le=MAX_STRENGTHS, title="Strengths", description="how many, evenly in log λ")
    span: Real = Field(1e-3, gt=0, lt=1, title="Span", description="smallest over largest λ")
    folds: Annotated[Whole, Field(ge=0, le=MAX_FOLDS), AfterValidator(_folds)] = Field(
        5, title="Folds", description="of the cross-validation that chooses λ; 0: the held-out examples choose"
    )
    seed: Seed = Field(0, title="Seed", description="of the folds")


class PriorSpec(Spec):
    """A penalty on a linear model of two parameters, read as a prior."""

    objective: LinearModel = Field(
        title="Objective", description="a network without hidden layers, of two parameters, with one regulariser"
    )
    noise: Annotated[Real, Field(gt=0, le=1e6)] | None = Field(
        None, title="Noise", description="σ of the targets under squared error; null: of the residuals without penalty"
    )
    resolution: Whole = Field(121, ge=11, le=401, title="Resolution", description="points along each axis")
