"""Estimates beside the truth: errors, standard errors, and the one in units of the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.core.inference import Estimate, Reference
from app.core.interfaces import Array
from app.experiments.events import Holey

QUANTITIES = ("log_evidence", "mean", "variance")
Number = float | Array | None


def answer(estimate: Estimate, reference: Reference | None) -> dict[str, Any]:
    """The fields of an estimate on the wire; what is not known, or not finite, is null."""
    values = {name: _finite(getattr(estimate, name)) for name in QUANTITIES}
    errors = {name: _finite(getattr(estimate, f"{name}_error")) for name in QUANTITIES}
    away = {name: _difference(values[name], reference, name) for name in QUANTITIES}
    return {
        **{name: _wire(value) for name, value in values.items()},
        "standard_error": {name: _wire(error) for name, error in errors.items()},
        "error": {name: _wire(value) for name, value in away.items()},
        "bias_in_standard_errors": {name: _wire(_ratio(away[name], errors[name])) for name in QUANTITIES},
        "gradients": int(estimate.gradients),
        "diagnostics": plain_facts(estimate.diagnostics or {}),
    }


def reference_document(reference: Reference | None) -> dict[str, Any] | None:
    """The answer itself."""
    if reference is None:
        return None
    return {
        "log_evidence": reference.log_evidence,
        "mean": reference.mean,
        "variance": reference.variance,
        "covariance": reference.covariance if len(reference.mean) <= 20 else None,
        "how": reference.how,
        "error": reference.error,
    }


def plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Diagnostics with non-finite numbers as null, and arrays that may have holes."""
    return {name: _fact(value) for name, value in facts.items()}


def _fact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain_facts(value)
    if isinstance(value, np.ndarray):
        return Holey(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value


def _finite(value: Number) -> Number:
    """The value, or None where none of it is finite."""
    return None if value is None or not np.isfinite(value).any() else value


def _wire(value: Number) -> Any:
    return Holey(np.asarray(value)) if isinstance(value, np.ndarray) else value


def _difference(value: Number, reference: Reference | None, name: str) -> Number:
    return None if value is None or reference is None else value - getattr(reference, name)


def _ratio(away: Number, error: Number) -> Number:
    if away is None or error is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.asarray(away) / np.asarray(error)
    ratio = np.where(np.isfinite(ratio), ratio, np.nan)
    found: Number = float(ratio) if ratio.ndim == 0 else ratio
    return _finite(found)
