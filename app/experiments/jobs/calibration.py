"""Ranks of truths among draws."""

from __future__ import annotations

from app.experiments.calibrations.run import advance_calibration, calibration_cost, collect_calibration
from app.experiments.calibrations.specs import CalibrationSpec
from app.experiments.jobs._base import Job

JOB = Job(CalibrationSpec, advance_calibration, calibration_cost, collect_calibration)
