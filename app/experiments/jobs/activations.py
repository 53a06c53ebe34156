"""Activations and their derivatives, by depth."""

from __future__ import annotations

from app.experiments.activations import activations_cost, advance_activations
from app.experiments.jobs._base import Job, collect_result
from app.experiments.network_specs import ActivationsSpec

JOB = Job(ActivationsSpec, advance_activations, activations_cost, collect_result)
