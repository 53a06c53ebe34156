"""Natural gradient."""

from __future__ import annotations

from typing import ClassVar, Literal

from app.core.interfaces import Array
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._dense import GaussNewtonBased
from app.optimisers._spectrum import solve, spectrum
from app.optimisers._template import Here, Memory, Rated


class NaturalGradient(GaussNewtonBased, Rated):
    """θ ← θ − η(F + λI)⁻¹∇f(θ), with F the Fisher information of the network's own distribution over targets.

    F = E_x E_{y∼p_θ(·|x)}[∇log p ∇log pᵀ], with y drawn from the network and not from the data, is the Gauss–Newton
    matrix where the outputs are natural parameters: cross-entropy in logits. Squared error is read as the likelihood
    of a Gaussian (of variance ½, or 1 with ``half``), where the two agree as well. Penalties add their own Hessian, as
    a Gaussian prior's. Networks of at most 1000 parameters.

    Reference: Amari 1998, equation (11); Martens 2020, sections 5, 6 (damping) and 9.2.
    """

    kind: Literal["natural_gradient"] = "natural_gradient"
    learning_rate: Real = fields.learning_rate(0.1)
    damping: Real = fields.damping(0.001)

    title: ClassVar[str] = "Natural gradient"
    summary: ClassVar[str] = (
        "Steepest descent where distance is how much the predictions change, not how far the weights move."
    )
    reference: ClassVar[str] = (
        "Amari 1998, Natural gradient works efficiently in learning, Neural Computation 10(2); "
        "Martens 2020, New insights and perspectives on the natural gradient method, JMLR 21, sections 5 and 9.2"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\,(F + \lambda I)^{-1} \nabla f(\theta_t), \quad "
        r"F = \mathbb{E}_x\,\mathbb{E}_{y \sim p_\theta(\cdot \mid x)}"
        r"\left[\nabla \log p_\theta(y \mid x)\,\nabla \log p_\theta(y \mid x)^\top\right]"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "number"
    one_step: ClassVar[bool] = True

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = −η(F + λI)⁻¹g."""
        values, vectors = spectrum(self.curvature_of(here.objective).gauss_newton(here.theta))
        return -rate * solve(values + self.damping, vectors, here.gradient), memory
