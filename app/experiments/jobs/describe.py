"""An objective before it is run."""

from __future__ import annotations

from app.experiments.costs import small_cost
from app.experiments.describe import advance_describe
from app.experiments.jobs._base import Job, collect_result
from app.experiments.specs import DescribeSpec

JOB = Job(DescribeSpec, advance_describe, small_cost, collect_result)
