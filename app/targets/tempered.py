"""Any objective as a density."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.core.interfaces import Objective
from app.core.spec import Real, control
from app.core.unions import one_of
from app.objectives.network import NetworkSpec
from app.objectives.surface import Surface
from app.objectives.surfaces.himmelblau import Himmelblau
from app.targets._base import Density, Facts, Parts, TargetEntry
from app.targets._energies import Sum, tempered
from app.targets._priors import Prior
from app.targets._quadrature import quadrature, unanswered

if TYPE_CHECKING:
    SurfaceOrNetwork = Surface | NetworkSpec
else:
    SurfaceOrNetwork = one_of("app.objectives.surfaces", Surface, network="app.objectives.network:NetworkSpec")


class Tempered(TargetEntry):
    """p̃(θ) = prior(θ)·exp(−β f(θ)): the loss as a misfit, the penalty as a prior.

    β is one over the temperature. For a mean loss over n examples, β = n is the likelihood of the examples. An L2
    penalty λ‖θ‖² beside the mean loss is the Gaussian prior of variance 1/(2λβ), L1 λ‖θ‖₁ the Laplace prior of scale
    1/(λβ).
    """

    kind: Literal["tempered"] = "tempered"
    title = "A tempered objective"
    summary = "Any surface or network as a density: cold, it sits in the minima; hot, it is the prior."
    reference = "MacKay 2003, section 41.2; Wenzel et al. 2020, How good is the Bayes posterior in deep networks?"
    formula = r"\tilde p(\theta) = p(\theta)\, e^{-\beta f(\theta)}"

    objective: SurfaceOrNetwork = control(Himmelblau(), "Objective")
    beta: Real = control(0.1, "Inverse temperature", symbol="β", scale="log", ge=0, le=1e6, slider=(0.001, 100))
    prior: Prior = control(Prior(scale=3.0), "Prior")

    def build(self) -> Density:
        objective: Objective = self.objective.build()
        prior = self.prior.build(objective.dim)
        energy, box = tempered(prior, objective, self.beta), self.prior.reach(objective.dim)
        examples = getattr(objective, "examples", 1)
        facts = Facts(
            reference=lambda: quadrature(energy, box),
            parts=Parts(prior, Sum((objective,), (self.beta,))),
            seconds=2e-6 + 18 * objective.dim * examples / 8e9,
            note=unanswered(objective.dim),
        )
        return Density(energy, box, objective.parameter_names(objective.dim), facts)
