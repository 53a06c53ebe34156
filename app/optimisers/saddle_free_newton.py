"""Saddle-free Newton."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._dense import Dense
from app.optimisers._spectrum import solve, spectrum
from app.optimisers._template import Here, Memory, Rated


class SaddleFreeNewton(Dense, Rated):
    """θ ← θ − η(|H| + λI)⁻¹∇f(θ), where |H| has the eigenvectors of H = ∇²f(θ) and the sizes of its eigenvalues.

    Where H is positive definite it is Newton; along negative curvature the step is as long as Newton's, but downhill,
    so that saddles repel. Deviations: λ and η are constants, where the paper searches for them each step, and |H| is
    exact, not restricted to a Krylov subspace. At most 1000 parameters.

    Reference: Dauphin et al. 2014, section 4 and Algorithm 1.
    """

    kind: Literal["saddle_free_newton"] = "saddle_free_newton"
    learning_rate: Real = fields.learning_rate(1.0)
    damping: Real = fields.damping(0.001)

    title: ClassVar[str] = "Saddle-free Newton"
    summary: ClassVar[str] = (
        "Newton with the signs of the curvatures removed: as fast near a minimum, and pushed away from saddles."
    )
    reference: ClassVar[str] = (
        "Dauphin, Pascanu, Gulcehre, Cho, Ganguli & Bengio 2014, Identifying and attacking the saddle point problem in "
        "high-dimensional non-convex optimization, section 4, Algorithm 1"
    )
    formula: ClassVar[str] = (
        r"\theta_{t+1} = \theta_t - \eta\left(\left|\nabla^2 f(\theta_t)\right| + \lambda I\right)^{-1} "
        r"\nabla f(\theta_t), \quad |Q \Lambda Q^\top| = Q\,|\Lambda|\,Q^\top"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "number"
    one_step: ClassVar[bool] = True

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ = −η(|H| + λI)⁻¹g."""
        values, vectors = spectrum(here.objective.hessian(here.theta))
        return -rate * solve(np.abs(values) + self.damping, vectors, here.gradient), memory
