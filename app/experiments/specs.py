"""What a client sends. Field names are a contract; see docs/ARCHITECTURE.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.core.interfaces import Optimiser
from app.core.spec import Coordinate, Count, Real, Seed, Spec, Whole, number
from app.core.unions import one_of
from app.experiments.objectives import AnyObjective
from app.experiments.places import AnyWeight
from app.experiments.records import MAX_STEPS, EarlyStopping, Record
from app.initialisers._base import Initialiser
from app.landscapes._plane import Plane
from app.objectives.network import Noise

if TYPE_CHECKING:
    AnyOptimiser = Optimiser
    AnyPlane = Plane
    AnyInitialiser = Initialiser
else:
    AnyOptimiser = one_of("app.optimisers", Optimiser)
    AnyPlane = one_of("app.landscapes.planes", Plane)
    AnyInitialiser = one_of("app.initialisers", Initialiser)

MAX_RACERS = 8
MAX_PARAMETERS = 200_000
MAX_RESOLUTION = 513
MAX_EIGENVALUES = 2_500

Vector = Annotated[
    tuple[Annotated[float, Field(strict=True, ge=-1e100, le=1e100)], ...],
    Field(min_length=1, max_length=MAX_PARAMETERS, fail_fast=True),
]
Point = tuple[Coordinate, Coordinate]
Precision = Literal["float64", "float32"]


def _in_order(window: tuple[float, ...]) -> tuple[float, ...]:
    x0, x1, y0, y1 = window
    if not (_apart(x0, x1) and _apart(y0, y1)):
        raise ValueError(
            f"window {list(window)} must be [x0, x1, y0, y1] with x0 < x1 and y0 < y1, further apart than rounding"
        )
    return window


def _apart(low: float, high: float) -> bool:
    return high - low > 1e-12 * max(abs(low), abs(high))


Window = Annotated[tuple[Coordinate, Coordinate, Coordinate, Coordinate], AfterValidator(_in_order)]
Resolution = tuple[
    Annotated[int, Field(ge=2, le=MAX_RESOLUTION), BeforeValidator(number)],
    Annotated[int, Field(ge=1, le=MAX_RESOLUTION), BeforeValidator(number)],
]


def _bare_vector(value: Any) -> Any:
    """Let ``[1, 2]`` stand for ``{"parameters": [1, 2]}``."""
    return {"parameters": value} if isinstance(value, list | tuple) else value


class Start(Spec):
    """Where to begin: exactly one of explicit parameters, a point of the plane, or a draw of an initialiser."""

    parameters: Vector | None = Field(
        None, title="Parameters", description="all of θ, in the flat order of the contract"
    )
    point: Point | None = Field(None, title="Point", description="coordinates in the plane of the view")
    initialiser: AnyInitialiser | None = Field(None, title="Initialiser")
    seed: Seed | None = Field(None, title="Seed of the draw", description="the run's seed when left out")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [n for n in ("parameters", "point", "initialiser") if getattr(self, n) is not None]
        if len(given) > 1 or (not given and self.seed is None):
            raise ValueError(
                f"give exactly one of parameters, point or initialiser (or a seed alone), not {given or 'none'}"
            )
        return self


AnyStart = Annotated[Start, BeforeValidator(_bare_vector)]


class View(Spec):
    """The plane on which positions are reported and, with ``resolution``, a landscape is drawn."""

    plane: AnyPlane | None = Field(None, title="Plane", description="x and y on a surface; random on a network")
    origin: AnyStart | None = Field(None, title="Origin", description="the start of the run when left out")
    window: Window | None = Field(None, title="Window", description="[x0, x1, y0, y1] in the plane")
    resolution: Resolution | None = Field(None, title="Resolution", description="[columns, rows]; null draws nothing")


class RunSpec(Spec):
    """Optimisers racing from one start on one objective; it determines its stream to the byte."""

    objective: AnyObjective = Field(title="Objective")
    optimisers: tuple[AnyOptimiser, ...] = Field(min_length=1, max_length=MAX_RACERS, title="Optimisers")
    start: AnyStart | None = Field(None, title="Start")
    steps: Whole = Field(200, ge=1, le=MAX_STEPS, title="Steps")
    seed: Seed = Field(0, title="Seed")
    batch_size: Count | None = Field(None, title="Batch size", description="examples a step; null: all")
    noise: Noise | None = Field(None, title="Noise", description="dropout and noisy inputs, in training only")
    early_stopping: EarlyStopping | None = Field(None, title="Early stopping", description="by the held-out loss")
    precision: Precision = Field("float64", title="Precision", description="float32: networks, first-order methods")
    record: Record = Record()
    view: View | None = None


class LandscapeSpec(Spec):
    """Loss on a grid of a plane (or a line, where the plane has one direction)."""

    objective: AnyObjective = Field(title="Objective")
    plane: AnyPlane | None = Field(None, title="Plane", description="x and y on a surface; random on a network")
    origin: AnyStart | Literal["final"] | None = Field(
        None, title="Origin", description='"final": where the first optimiser of `run` ended'
    )
    window: Window | None = Field(None, title="Window", description="[x0, x1, y0, y1] in the plane")
    resolution: Resolution = Field((129, 129), title="Resolution", description="[columns, rows]")
    precision: Precision = Field(
        "float64", title="Precision", description="float32 is about twice as fast, for networks only"
    )
    seed: Seed = Field(0, title="Seed", description="of the origin's initialiser")
    run: RunSpec | None = Field(None, title="Run", description="a run on the same objective, projected onto the plane")


class Trace(Spec):
    """Which examples the chain-rule trace follows."""

    examples: tuple[Whole, ...] = Field((0,), min_length=1, max_length=64, title="Examples", description="indices")
    batch: bool = Field(False, title="Batch", description="all training examples as well, added up layer by layer")


class DerivativesSpec(Spec):
    """Loss and gradient at one point, checked by finite differences and by the complex step."""

    objective: AnyObjective = Field(title="Objective")
    parameters: Vector | None = Field(None, title="Parameters", description="the objective's own start when left out")
    seed: Seed = Field(0, title="Seed", description="of the network's initialiser when parameters are left out")
    checks: bool = Field(
        True,
        title="Checks",
        description="hold all of the gradient against both oracles: most of the work where θ is long",
    )
    trace: Trace | None = Field(None, title="Trace", description="the forward and backward pass, number by number")
    weight: AnyWeight | None = Field(
        None,
        title="Weight",
        description="∂L/∂w of one parameter as a product, for the examples of the trace (or the first)",
    )
    ledger: bool = Field(False, title="Ledger", description="multiplications and memory of each way to the gradient")
    jacobian: bool = Field(
        False, title="Jacobian", description="singular values of each layer's factor, for the examples of the trace"
    )


class DescribeSpec(Spec):
    """An objective to be described before it is run."""

    objective: AnyObjective = Field(title="Objective")
    examples: bool = Field(False, title="Examples", description="also the rows of a network's data, the first 2,000")


class DensitySpec(Spec):
    """How the spectral density is estimated and drawn."""

    probes: Whole = Field(10, ge=2, le=1_000, title="Probes", description="random vectors; more lower the noise")
    steps: Whole = Field(100, ge=2, le=500, title="Lanczos steps", description="nodes of the quadrature of each probe")
    smoothing: Real = Field(
        0.01,
        gt=0,
        le=1,
        title="Smoothing",
        description="standard deviation of a peak, relative to the spectrum's width",
    )
    points: Whole = Field(512, ge=2, le=10_000, title="Points", description="of the grid it is drawn on")
    layers: bool = Field(True, title="By layer", description="also the density of each layer's diagonal block")
    precision: Precision = Field(
        "float64", title="Precision", description="of the Lanczos steps; float32 is faster, for networks only"
    )


def _switched(value: Any) -> Any:
    """Let ``true`` stand for the defaults and ``false`` for null."""
    return ({} if value else None) if isinstance(value, bool) else value


class HessianSpec(Spec):
    """The curvature of an objective at one point."""

    objective: AnyObjective = Field(title="Objective")
    parameters: Vector | None = Field(None, title="Parameters", description="the objective's own start when left out")
    seed: Seed = Field(0, title="Seed", description="of the network's initialiser when parameters are left out")
    top: Whole | None = Field(
        None, ge=0, le=MAX_EIGENVALUES, title="Largest", description="how many; all when top and bottom are left out"
    )
    bottom: Whole | None = Field(None, ge=0, le=MAX_EIGENVALUES, title="Smallest", description="how many")
    vectors: bool = Field(False, title="Eigenvectors", description="send a unit vector with each eigenvalue")
    matrix: bool = Field(False, title="Matrix", description="send the whole Hessian, where it is small")
    density: Annotated[DensitySpec | None, BeforeValidator(_switched)] = Field(
        None, title="Spectral density", description="true for the defaults"
    )
    steps: bool = Field(
        False, title="Steps", description="the steps that the osculating quadratic suggests, where d is small"
    )
    plane: AnyPlane | None = Field(None, title="Plane", description="where the steps are shown; needs steps")
    gauss_newton: bool = Field(
        False, title="Gauss–Newton part", description="its eigenvalues and how far it is from H; networks only"
    )
    flat: Real = Field(
        1e-9, ge=0, lt=1, title="Flat within", description="|λ| up to this fraction of the largest counts as zero"
    )
