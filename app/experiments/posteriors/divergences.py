"""How far the Gaussians are that stand in for the target: KL both ways, beside the ones that match its moments."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from app.core.inference import Estimate, Integrator
from app.experiments.posteriors.answers import plain_facts
from app.experiments.posteriors.setting import Setting
from app.experiments.posteriors.specs import AnyMethod
from app.targets._gaussian import is_gaussian
from app.targets._quadrature import FINEST
from app.variational._base import Gaussian
from app.variational._divergences import (
    Measured,
    Seen,
    forward_divergence,
    looks_at,
    lower_bound,
    reverse_divergence,
)

RULES = 10_000
"""Evaluations, about, of the bound of one Gaussian by both rules."""


def wants_divergences(setting: Setting) -> bool:
    """Whether they are asked for and some method's answer is a Gaussian."""
    return setting.spec.divergences and any(_is_gaussian(method) for method in setting.spec.methods)


def without_divergences(setting: Setting) -> str | None:
    """Why one of the two is not known although it was asked for; None where both are."""
    if not wants_divergences(setting):
        return None
    if setting.reference is None:
        return "ln Z and the moments of this target are not known, so that only the lower bound of each Gaussian is"
    if setting.target.dim in FINEST or is_gaussian(setting.target):
        return None
    return (
        f"KL(p‖q) needs ∫p ln p, which quadrature knows in at most {max(FINEST)} dimensions; "
        f"the target has {setting.target.dim} and is no Gaussian"
    )


def divergence_points(setting: Setting) -> float:
    """Evaluations of the target that they take."""
    if not wants_divergences(setting):
        return 0.0
    dim = setting.target.dim
    grid = (FINEST[dim] // 2 + 1) ** dim if dim in FINEST else 0
    return grid + RULES * (2.0 + len(setting.spec.methods))


class Divergences(NamedTuple):
    """The setting, and what the best rules say of its target."""

    setting: Setting
    looks: tuple[Seen, ...]

    @classmethod
    def of(cls, setting: Setting) -> Divergences | None:
        """None where they are not wanted."""
        if not wants_divergences(setting):
            return None
        return cls(setting, looks_at(setting.target) if setting.reference else ())

    def of_estimate(self, method: AnyMethod, estimate: Estimate) -> dict[str, Any] | None:
        """``{elbo, reverse, forward}`` of a method's answer; None where it is no Gaussian."""
        covariance = (estimate.diagnostics or {}).get("covariance")
        if not _is_gaussian(method) or estimate.mean is None or covariance is None:
            return None
        return self._document(Gaussian(estimate.mean, covariance))

    def moment_matches(self) -> list[dict[str, Any]] | None:
        """The Gaussian with the target's mean and covariance, and the one with its mean and variances alone."""
        reference = self.setting.reference
        if reference is None:
            return None
        matches = {"full_rank": reference.covariance, "mean_field": np.diag(np.diagonal(reference.covariance))}
        found = ((kind, Gaussian(reference.mean, covariance)) for kind, covariance in matches.items())
        return [{"family": kind, **plain_facts(q._asdict()), **self._document(q)} for kind, q in found]

    def _document(self, q: Gaussian) -> dict[str, Any]:
        if not np.isfinite(q.mean).all() or not _is_positive(q):
            return {"elbo": None, "reverse": None, "forward": None}
        bound, reference = lower_bound(self.setting.target, q), self.setting.reference
        return {
            "elbo": _wire(bound),
            "reverse": _wire(reference and reverse_divergence(reference, bound)),
            "forward": _wire(forward_divergence(self.looks, q)),
        }


def _is_gaussian(method: AnyMethod) -> bool:
    return isinstance(method, Integrator) and method.gaussian


def _is_positive(q: Gaussian) -> bool:
    return bool(np.isfinite(q.covariance).all() and np.linalg.eigvalsh(q.covariance)[0] > 0)


def _wire(measured: Measured | None) -> dict[str, float] | None:
    return measured and measured._asdict()
