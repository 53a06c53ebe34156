"""What a client sends that is about networks and their parts alone."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from app.activations.tanh import Tanh
from app.core.spec import Coordinate, Real, Seed, Spec, Whole
from app.experiments.specs import AnyInitialiser, Vector
from app.initialisers.glorot_uniform import GlorotUniform
from app.objectives.network import AnyActivation, NetworkSpec

MAX_DEPTH = 64
MAX_WIDTH = 256


class ActivationsSpec(Spec):
    """An activation on a range, and what becomes of errors that pass many layers of it."""

    activation: AnyActivation = Field(Tanh(), title="Activation")
    range: tuple[Coordinate, Coordinate] = Field((-6.0, 6.0), title="Range", description="[from, to] of z")
    points: Whole = Field(241, ge=2, le=2_001, title="Points", description="of the range")
    depth: Whole = Field(10, ge=1, le=MAX_DEPTH, title="Depth", description="layers of the random network")
    width: Whole = Field(64, ge=1, le=MAX_WIDTH, title="Width", description="units of each of its layers")
    initialiser: AnyInitialiser = Field(GlorotUniform(), title="Initialiser")
    scale: Real = Field(1.0, gt=0, le=100, title="Scale", description="multiplies what the initialiser draws")
    seed: Seed = Field(0, title="Seed", description="of the first network")
    networks: Whole = Field(10, ge=1, le=50, title="Networks", description="how many seeds the spread is over")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.range
        if not high - low > 1e-9 * max(abs(low), abs(high)):
            raise ValueError(f"range {[low, high]} must be [from, to] with from < to, further apart than rounding")
        return self


class ExportSpec(Spec):
    """A trained network as a file."""

    objective: NetworkSpec = Field(title="Objective")
    parameters: Vector = Field(title="Parameters", description="all of θ, in the flat order of the contract")
    format: Literal["numpy", "pytorch", "npz"] = Field(
        "numpy", title="Format", description="a NumPy script, a PyTorch module, or the arrays alone"
    )
