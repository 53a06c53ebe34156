"""Laplace's method."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Estimate, Integrator, Target
from app.core.interfaces import Array, Objective
from app.core.spec import control
from app.integrators._mode import Peak, Shifted, find_peak
from app.targets._base import Density
from app.targets._energies import LOG_2PI
from app.targets._transforms import Transform


class Laplace(Integrator):
    """ln Z ≈ ln p̃(θ̂) + ½ d ln 2π − ½ ln|H|, H = −∇² ln p̃(θ̂): the Gaussian that touches the mode.

    It depends on the coordinates: in the natural ones φ(θ) the density gains |∂θ/∂φ|, the mode moves, and so does the
    answer. It refuses where H is not positive definite. Nothing is drawn and no standard error exists.

    Reference: MacKay 2003, chapter 27; MacKay 1998, Choice of basis for Laplace approximation.
    """

    kind: Literal["laplace"] = "laplace"
    title = "Laplace's method"
    summary = "Puts a Gaussian on the highest point, by its curvature there: exact for a Gaussian, blind to the rest."
    reference = "MacKay 2003, Information Theory, Inference, and Learning Algorithms, chapter 27, eq. 27.3"
    formula = r"\ln Z \approx \ln \tilde p(\hat\theta) + \tfrac d2 \ln 2\pi - \tfrac12 \ln |H|"
    deterministic: ClassVar[bool] = True
    gaussian: ClassVar[bool] = True

    parametrisation: Literal["unconstrained", "natural"] = control(
        "unconstrained", "Coordinates", description="natural: those people think in, such as a probability itself"
    )

    def steps(self, target: Target) -> int:
        return 1

    def evaluations(self, target: Target) -> float:
        self._transform(target)
        return 200.0 * (1 + target.dim)

    def init(self, target: Target, rng: np.random.Generator) -> Peak:
        transform = self._transform(target)
        energy: Objective = target if transform is None else Shifted(target, transform.log_jacobian)
        return find_peak(energy, target, np.random.default_rng(0))

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        if state.trouble:
            return state, Estimate(gradients=state.evaluations, diagnostics={"refused": state.trouble})
        transform = self._transform(target)
        return state, _natural(state, transform) if transform else _plain(state)

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        if state.trouble or self._transform(target) is not None:
            return None
        root = np.linalg.cholesky(np.linalg.inv(state.hessian))
        return np.asarray(state.theta + rng.standard_normal((count, target.dim)) @ root.T)

    def _transform(self, target: Target) -> Transform | None:
        if self.parametrisation == "unconstrained":
            return None
        transform = target.facts.transform if isinstance(target, Density) else None
        if transform is None:
            raise SpecError(
                "this target has no other coordinates than the unconstrained ones; choose unconstrained",
                "/parametrisation",
            )
        return transform


def _plain(peak: Peak) -> Estimate:
    covariance = np.linalg.inv(peak.hessian)
    facts = {"mode": peak.theta, "covariance": covariance}
    return Estimate(
        log_evidence=_log_evidence(peak.value, peak.hessian),
        mean=peak.theta,
        variance=np.diagonal(covariance).copy(),
        gradients=peak.evaluations,
        diagnostics=facts,
    )


def _natural(peak: Peak, transform: Transform) -> Estimate:
    """In φ: at a stationary point ∇²_φ = S⁻¹∇²_θ S⁻¹ with S = diag φ′."""
    slopes = np.exp(transform.log_slopes(peak.theta)[0])
    hessian = peak.hessian / slopes[:, None] / slopes
    variance = np.diagonal(np.linalg.inv(hessian)).copy()
    facts = {"natural_mean": transform.forward(peak.theta), "natural_variance": variance}
    value = _log_evidence(peak.value, hessian)
    return Estimate(log_evidence=value, gradients=peak.evaluations, diagnostics=facts)


def _log_evidence(value: float, hessian: Array) -> float:
    return -value + 0.5 * (len(hessian) * LOG_2PI - float(np.linalg.slogdet(hessian)[1]))
