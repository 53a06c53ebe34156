"""Densities and approximations as objectives of the other rooms: −ln p̃(θ), and −ELBO(λ)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import CatalogueEntry, control
from app.core.unions import one_of
from app.inference.variational import start_of
from app.targets._base import Density, TargetEntry
from app.targets._bridge import bridge_to
from app.targets.mixture import Mixture
from app.variational._base import Family
from app.variational._elbo import Elbo
from app.variational._forward import ForwardKl
from app.variational.mean_field import MeanField

if TYPE_CHECKING:
    AnyTarget = TargetEntry
    AnyFamily = Family
else:
    AnyTarget = one_of("app.targets", TargetEntry)
    AnyFamily = one_of("app.variational", Family)

Window = tuple[float, float, float, float]


class Inferred(CatalogueEntry):
    """An objective made of a density; runs, landscapes, Hessians and derivatives take it like a surface."""

    log_height: ClassVar[bool] = False

    target: AnyTarget = control(Mixture(), "Target")

    def density(self) -> Density:
        """The target.

        Raises:
            SpecError: its fields cannot be carried out together.
        """
        try:
            return self.target.build()
        except SpecError as error:
            raise error.under("/target") from error

    def build(self) -> Objective:
        """The objective."""
        raise NotImplementedError

    def start(self) -> tuple[float, ...]:
        """A place to begin."""
        raise NotImplementedError

    def window(self) -> Window | None:
        """The part of the plane worth looking at, where there are two parameters."""
        raise NotImplementedError

    def suggested_learning_rate(self) -> float:
        """η = 1/|λ|max of the Hessian at the start."""
        eigenvalues = np.linalg.eigvalsh(self.build().hessian(np.array(self.start())))
        steepest = float(np.abs(eigenvalues).max()) if np.isfinite(eigenvalues).all() else 0.0
        return 1.0 / steepest if steepest > 0 else 0.1


class TargetSpec(Inferred):
    """f(θ) = −ln p̃(θ): the loss whose minimum is the mode, and whose integral is the evidence."""

    kind: Literal["target"] = "target"
    title = "A density"
    summary = "The negative log of a posterior: what training descends and what integration adds up."
    reference = "MacKay 2003, Information Theory, Inference, and Learning Algorithms, chapter 41"
    formula = r"f(\theta) = -\ln \tilde p(\theta)"

    def build(self) -> Density:
        return self.density()

    def start(self) -> tuple[float, ...]:
        return _plain(bridge_to(self.density()).draw(np.random.default_rng(1), 1)[0])

    def window(self) -> Window | None:
        box = self.density().box
        return _window(box[:2]) if len(box) <= 2 else None


class ElboSpec(Inferred):
    """f(λ) = −ELBO(λ) = KL(q_λ‖p) − ln Z, or KL(p‖q_λ) for the forward divergence."""

    kind: Literal["elbo"] = "elbo"
    title = "Evidence lower bound"
    summary = "How badly a Gaussian stands in for a density, over its means and widths: two hills give it two basins."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 10.1 and fig. 10.3"
    formula = r"f(\lambda) = -\mathbb E_{q_\lambda}[\ln \tilde p(\theta)] - \mathbb H[q_\lambda]"

    family: AnyFamily = control(MeanField(), "Family")
    divergence: Literal["reverse", "forward"] = control(
        "reverse", "Divergence", description="reverse, KL(q‖p), chooses one hill; forward, KL(p‖q), covers all"
    )

    def build(self) -> Objective:
        density = self.density()
        return ForwardKl(density, self.family) if self.divergence == "forward" else Elbo(density, self.family)

    def start(self) -> tuple[float, ...]:
        return _plain(start_of(self.density(), self.family))

    def window(self) -> Window | None:
        """Means over the box; ln s from a sixtieth of its half width to all of it."""
        density = self.density()
        if self.family.size(density.dim) != 2:
            return None
        low, high = density.box[0]
        widest = float(np.log((high - low) / 2))
        return float(low), float(high), widest - float(np.log(60.0)), widest


def _plain(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _window(box: Array) -> Window:
    """Of one coordinate, any height will do."""
    x, *y = box
    y0, y1 = y[0] if y else (0.0, 1.0)
    return float(x[0]), float(x[1]), float(y0), float(y1)
