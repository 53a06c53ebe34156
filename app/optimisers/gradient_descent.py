"""Gradient descent."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from app.optimisers._linear import Descent, check_curvatures


class GradientDescent(Descent):
    """θ ← θ − η∇f(θ), with the gradient of the whole objective.

    On a quadratic with curvatures in [μ, L] the error shrinks by max(|1 − ημ|, |1 − ηL|) a step, and grows as
    soon as η > 2/L.

    Reference: Cauchy 1847; Boyd & Vandenberghe 2004, Algorithm 9.3 (with a fixed step size).
    """

    kind: Literal["gradient_descent"] = "gradient_descent"

    title: ClassVar[str] = "Gradient descent"
    summary: ClassVar[str] = (
        "Steps straight downhill. Zigzags across narrow valleys; diverges where curvature exceeds 2/η."
    )
    reference: ClassVar[str] = (
        "Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées; "
        "Boyd & Vandenberghe 2004, Convex optimization, Algorithm 9.3"
    )
    formula: ClassVar[str] = r"\theta_{t+1} = \theta_t - \eta\,\nabla f(\theta_t)"

    @classmethod
    def tuned(cls, mu: float, L: float) -> Self:
        """The fastest fixed step on a quadratic with curvatures in [μ, L]: η = 2/(L + μ).

        Contraction (κ − 1)/(κ + 1) with κ = L/μ: 0.98020 at κ = 100 (Lessard, Recht & Packard 2016, Proposition 1).

        Raises:
            SpecError: not 0 < μ ≤ L.
        """
        check_curvatures(mu, L)
        return cls(learning_rate=2.0 / (L + mu))
