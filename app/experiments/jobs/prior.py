"""A penalty read as a prior."""

from __future__ import annotations

from app.experiments.jobs._base import Job, collect_result
from app.experiments.path_costs import prior_cost
from app.experiments.path_specs import PriorSpec
from app.experiments.priors import advance_prior

JOB = Job(PriorSpec, advance_prior, prior_cost, collect_result)
