"""What a target is: an objective read as −ln of a density, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array, Objective
from app.core.spec import CatalogueEntry
from app.targets._energies import gradient_of
from app.targets._sweeps import Place, Ridges, Sweep, ridges_of, sweep_of
from app.targets._totals import pull_of
from app.targets._transforms import Transform

Sample = Callable[[np.random.Generator, int], Array]
"""Independent exact draws: (rng, count) → ``(count, d)``."""

Window = tuple[float, float, float, float]


class Parts(NamedTuple):
    """A posterior as Bayes's rule has it: p̃(θ) = prior(θ)·exp(−misfit(θ)), the prior normalised.

    Attributes:
        prior: a normalised density with exact draws.
        misfit: −ln of the likelihood.
    """

    prior: Density
    misfit: Objective


class Batches(NamedTuple):
    """The examples that a misfit is a sum over.

    Attributes:
        examples: N.
        gradient: ∇ Σ_batch −ln p(xᵢ|θ) at θ ``(chains, d)``, of the batches with indices ``(chains, n)``, or of one for
            all ``(1, n)``: ``(chains, d)``.
        most: different batches at once, where each has to be worked through by itself; None for any number.
    """

    examples: int
    gradient: Callable[[Array, Array], Array]
    most: int | None = None


class Predictive(NamedTuple):
    """What the posterior says of new inputs.

    Attributes:
        inputs: where the band is drawn, ``(m, features)``.
        outputs: mean of the target (a probability under classification) at ``inputs``: ``(..., d) -> (..., m)``.
        noise: standard deviation of an observation about it; None under classification.
        data: the examples, ``(n, features)`` and ``(n,)``.
        exact: mean and standard deviation of ``outputs`` under the posterior, each ``(m,)``, where they are Gaussian.
    """

    inputs: Array
    outputs: Callable[[Array], Array]
    noise: float | None
    data: tuple[Array, Array]
    exact: tuple[Array, Array] | None = None


class Facts(NamedTuple):
    """What is known of a density besides its values; what is not known is None.

    Attributes:
        reference: computes the exact or quadrature answer.
        sample: draws independently and exactly.
        parts: prior and likelihood.
        batches: the examples of the likelihood.
        predictive: what it says of new inputs.
        transform: the coordinates that people think in, where those are constrained.
        seconds: estimated for one evaluation with its gradient, in a batch, on one core.
        note: why there is no reference, where there is none.
    """

    reference: Callable[[], Reference | None] = lambda: None
    sample: Sample | None = None
    parts: Parts | None = None
    batches: Batches | None = None
    predictive: Predictive | None = None
    transform: Transform | None = None
    seconds: float = 1e-6
    note: str = "no exact answer is known, and quadrature does not reach so many dimensions"


class Density:
    """A density on ℝᵈ up to its normaliser: a :class:`~app.core.inference.Target`.

    Args:
        energy: −ln p̃(θ), an objective.
        box: ``(d, 2)``: where the mass is.
        names: of the parameters.
        facts: what is known of it.
    """

    def __init__(self, energy: Objective, box: Array, names: tuple[str, ...], facts: Facts | None = None) -> None:
        self.energy = energy
        self.dim: int = energy.dim
        self.box = box
        self.names = names
        self.facts = facts or Facts()
        self.seconds = self.facts.seconds
        self._gradient = gradient_of(energy)
        self._reference: list[Reference | None] = []

    def value(self, theta: Array) -> Array:
        """−ln p̃: ``(..., d) -> (...)``."""
        return self.energy.value(theta)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(−ln p̃, −∇ ln p̃): ``(..., d) -> ((...), (..., d))``."""
        return self.energy.value_and_gradient(theta)

    def gradient(self, theta: Array) -> Array:
        """−∇ ln p̃ alone: ``(..., d) -> (..., d)``."""
        return self._gradient(theta)

    def sweep(self, place: Place) -> Sweep:
        """The energy's, in float32 or float64."""
        return sweep_of(self.energy, place)

    def pull(self) -> Array | None:
        """The energy's."""
        return pull_of(self.energy)

    def ridges(self) -> Ridges | None:
        """The energy's."""
        return ridges_of(self.energy)

    def hvp(self, theta: Array, v: Array) -> Array:
        """−∇² ln p̃·v; the leading axes broadcast."""
        return self.energy.hvp(theta, v)

    def hessian(self, theta: Array) -> Array:
        """−∇² ln p̃: ``(..., d) -> (..., d, d)``."""
        return self.energy.hessian(theta)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Names of the first ``most`` parameters."""
        return self.names[:most]

    def reference(self) -> Reference | None:
        """The exact or quadrature answer, computed once; None where there is none."""
        if not self._reference:
            self._reference.append(self.facts.reference())
        return self._reference[0]

    def sample(self, rng: np.random.Generator, count: int) -> Array | None:
        """Independent exact draws ``(count, d)``; None where they cannot be had."""
        return None if self.facts.sample is None else self.facts.sample(rng, count)


class TargetEntry(CatalogueEntry):
    """A density that people choose by ``kind``; its fields are its parameters."""

    def build(self) -> Density:
        """The density.

        Raises:
            SpecError: the fields are each valid but cannot be carried out together.
        """
        raise NotImplementedError

    def simulated(self, theta: Array, rng: np.random.Generator) -> TargetEntry | None:
        """The same model on data drawn from it at ``theta`` ``(d,)``; None where there are no data to simulate."""
        return None


def box_of(centre: Array, spread: Array, widths: float = 6.0) -> Array:
    """centre ± widths·spread, ``(d, 2)``."""
    return np.stack([centre - widths * spread, centre + widths * spread], axis=-1)
