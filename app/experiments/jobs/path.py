"""Optima along strengths of a penalty."""

from __future__ import annotations

from app.experiments.jobs._base import Job
from app.experiments.path_costs import path_cost
from app.experiments.path_specs import PathSpec
from app.experiments.paths import advance_path, collect_path

JOB = Job(PathSpec, advance_path, path_cost, collect_path)
