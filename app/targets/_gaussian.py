"""Whether a density is Gaussian by its very form."""

from __future__ import annotations

from app.core.interfaces import Objective
from app.targets._base import Density
from app.targets._energies import GaussianEnergy, Sum
from app.targets._linear import GaussianMisfit


def is_gaussian(energy: Objective) -> bool:
    """Whether −ln p̃ is quadratic, so that its Hessian is the precision everywhere."""
    if isinstance(energy, Density):
        return is_gaussian(energy.energy)
    if isinstance(energy, Sum):
        return all(is_gaussian(term) for term in energy.terms)
    return isinstance(energy, GaussianEnergy | GaussianMisfit)
