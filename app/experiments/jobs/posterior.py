"""Inference methods on one posterior."""

from __future__ import annotations

from app.experiments.jobs._base import Job
from app.experiments.posteriors.job import collect_posterior, posterior_cost
from app.experiments.posteriors.run import advance_posterior
from app.experiments.posteriors.specs import PosteriorSpec

JOB = Job(PosteriorSpec, advance_posterior, posterior_cost, collect_posterior)
