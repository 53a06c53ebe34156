"""The other divergence: KL(p‖q), which covers instead of choosing."""

from __future__ import annotations

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Target
from app.core.interfaces import Array
from app.targets._energies import LOG_2PI
from app.variational._base import Family
from app.variational._divergences import looks_at

STEP = 1e-20


class ForwardKl:
    """f(λ) = KL(p‖q) = ∫p ln p + ½ tr[(LLᵀ)⁻¹(C + (μ − m)(μ − m)ᵀ)] + Σρ + ½ d ln 2π.

    Only the mean μ and the covariance C of p enter, so that its minimum matches them. Where ∫p ln p is not known (more
    than two dimensions, and no Gaussian) f is the cross-entropy E_p[−ln q], which has the same minimum.

    Raises:
        SpecError: μ and C are not known.
    """

    def __init__(self, target: Target, family: Family) -> None:
        reference = target.reference()
        if reference is None:
            raise SpecError(
                "the forward divergence needs the moments of the target, and this one has no reference; "
                'choose "reverse", or a target with an answer',
                "/divergence",
            )
        self.family, self.target = family, target
        self.dim = family.size(target.dim)
        self.mean, self.covariance = reference.mean, reference.covariance
        looks = looks_at(target)
        self.constant = (looks[0].information if looks else 0.0) + 0.5 * target.dim * LOG_2PI

    def value(self, theta: Array) -> Array:
        """KL(p‖q): ``(..., size) -> (...)``."""
        return self.value_and_gradient(theta)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f): ∂f/∂m = −(LLᵀ)⁻¹(μ − m), ∂f/∂L = −(LLᵀ)⁻¹ S L⁻ᵀ, ∂f/∂ρ also 1."""
        dim, scales = self.target.dim, self.family.scales(self.target.dim)
        inverse = np.linalg.inv(self.family.root(theta, dim))
        away = self.mean - self.family.mean(theta, dim)
        spread = self.covariance + away[..., :, None] * away[..., None, :]
        white = inverse @ spread @ inverse.swapaxes(-1, -2)
        value = 0.5 * np.trace(white, axis1=-2, axis2=-1) + theta @ scales + self.constant
        by_root = -inverse.swapaxes(-1, -2) @ white
        by_mean = -(inverse.swapaxes(-1, -2) @ (inverse @ away[..., None]))[..., 0]
        # Σⱼ pull(λ, eⱼ, column j of ∂f/∂L) is the chain rule through L; each also counts m once, which is put right.
        columns = self.family.pull(theta, np.eye(dim), by_root.swapaxes(-1, -2)).sum(axis=-2)
        columns[..., :dim] = by_mean
        return np.asarray(value), columns + scales

    def hvp(self, theta: Array, v: Array) -> Array:
        """∇²f·v as the complex step of the gradient, exact to rounding."""
        return np.asarray(self.value_and_gradient(theta + 1j * STEP * v)[1].imag / STEP)

    def hessian(self, theta: Array) -> Array:
        """∇²f: ``(..., size) -> (..., size, size)``."""
        columns = self.hvp(theta[..., None, :], np.eye(self.dim))
        return np.asarray((columns + columns.swapaxes(-1, -2)) / 2)

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """m and the scales, by the target's names."""
        return self.family.names(self.target.parameter_names(self.target.dim))[:most]
