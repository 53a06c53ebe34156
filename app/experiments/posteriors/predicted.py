"""Where a sampler that is known to be biased will settle, before it has drawn anything."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from app.core.inference import Sampler
from app.core.interfaces import Array
from app.experiments.posteriors.setting import Setting
from app.experiments.posteriors.specs import AnyMethod
from app.integrators._mode import Peak, find_peak
from app.targets._gaussian import is_gaussian

MAX_DIM = 100


@runtime_checkable
class Settling(Protocol):
    """A sampler whose law on a Gaussian is known."""

    def gaussian_variance(self, frequency: float) -> float | None:
        """The variance at which it settles on N(0, 1/ω²); None where it does not settle."""
        ...


def predicted_document(setting: Setting, method: AnyMethod) -> dict[str, Any] | None:
    """``{mean, variance, exact, how}`` of the law a sampler settles at; None where nobody knows its law.

    On a Gaussian it is exact. Elsewhere it is that of the Gaussian that touches the highest point, a local prediction
    for small steps and cold temperatures. A sampler that leaves the target unchanged settles at the target itself.
    Where there is no prediction, mean and variance are null and ``how`` says why.
    """
    if not (isinstance(method, Sampler) and isinstance(method, Settling)):
        return None
    if getattr(method, "batch_size", None) is not None:
        return _none("none is made: with mini-batches it settles wider, by how much the examples' gradients differ")
    if method.keeps_target:
        return _unbiased(setting)
    if setting.target.dim > MAX_DIM:
        return _none(f"none exists: the curvature is looked at in at most {MAX_DIM} dimensions")
    peak = find_peak(setting.target, setting.target, np.random.default_rng(0))
    if peak.trouble:
        return _none(f"none exists: {peak.trouble}")
    return _settled(setting, method, peak)


def _unbiased(setting: Setting) -> dict[str, Any]:
    reference = setting.reference
    if reference is None:
        return _none("the accept step leaves the density unchanged, whose moments are not known")
    how = "the accept step leaves the density unchanged"
    return {"mean": reference.mean, "variance": reference.variance, "exact": True, "how": how}


def _settled(setting: Setting, method: Settling, peak: Peak) -> dict[str, Any]:
    """Σₖ uₖuₖᵀ v(ωₖ) over the eigenpairs (ωₖ², uₖ) of the Hessian; its diagonal is what is told."""
    squares, vectors = np.linalg.eigh(peak.hessian)
    along = [method.gaussian_variance(float(np.sqrt(square))) for square in squares]
    known = np.array([value for value in along if value is not None])
    if len(known) < len(along):
        fastest = float(np.sqrt(squares[-1]))
        return _none(
            f"it settles nowhere: its step is beyond the limit 2/ω = {2 / fastest:.3g} of the steepest direction"
        )
    exact = is_gaussian(setting.target)
    how = "exact, since the density is Gaussian" if exact else "local: of the Gaussian that touches the highest point"
    return {"mean": peak.theta, "variance": _diagonal(vectors, known), "exact": exact, "how": how}


def _diagonal(vectors: Array, along: Array) -> Array:
    return np.asarray((vectors**2) @ along)


def _none(how: str) -> dict[str, Any]:
    return {"mean": None, "variance": None, "exact": False, "how": how}
