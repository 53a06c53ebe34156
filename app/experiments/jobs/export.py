"""A network as a script."""

from __future__ import annotations

from app.experiments.exports import advance_export, export_cost
from app.experiments.jobs._base import Job, collect_result
from app.experiments.network_specs import ExportSpec

JOB = Job(ExportSpec, advance_export, export_cost, collect_result)
