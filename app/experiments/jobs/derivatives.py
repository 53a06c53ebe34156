"""Loss and gradient at a point, checked."""

from __future__ import annotations

from app.experiments.costs import derivatives_cost
from app.experiments.derivatives import advance_derivatives
from app.experiments.jobs._base import Job, collect_result
from app.experiments.specs import DerivativesSpec

JOB = Job(DerivativesSpec, advance_derivatives, derivatives_cost, collect_result)
