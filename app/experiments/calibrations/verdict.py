"""Ranks of the truth among the draws, and whether they are uniform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.diagnostics.uniformity import Band, count_range, rank_histogram, simultaneous_band
from app.experiments.calibrations.specs import CalibrationSpec

PROBABILITY = 0.99


def verdict(spec: CalibrationSpec, names: Sequence[str], ranks: Array) -> dict[str, Any]:
    """Histogram, χ² and distribution function of each parameter's ranks ``(replications, d)``, with their bands.

    ``p_value`` is the smallest of the parameters' χ², times their number (Bonferroni); ``calibrated`` says that it is
    above 1 % and that every distribution function stays in its band, which a right sampler fails once in fifty times:
    the band is as wide as it takes for the functions of all parameters to be inside with 99 %.
    """
    band = simultaneous_band(len(ranks), spec.bins, 1 - (1 - PROBABILITY) / len(names))
    parameters = [_parameter(spec, name, ranks[:, i], band) for i, name in enumerate(names)]
    p_value = min(1.0, len(parameters) * min(found["p_value"] for found in parameters))
    return {
        "ranks": ranks,
        "highest": spec.draws,
        "expected": len(ranks) / spec.bins,
        "expected_range": expected_range(len(ranks), spec.bins),
        "band": {"at": band.at, "low": band.low, "high": band.high, "probability": PROBABILITY},
        "parameters": parameters,
        "p_value": p_value,
        "calibrated": p_value > 1 - PROBABILITY and all(found["inside"] for found in parameters),
    }


def expected_range(replications: int, bins: int) -> list[int]:
    """Between which counts each bin of a right sampler's ranks stays, but for one time in a hundred."""
    return list(count_range(replications, bins, PROBABILITY))


def _parameter(spec: CalibrationSpec, name: str, ranks: Array, band: Band) -> dict[str, Any]:
    histogram = rank_histogram(ranks, spec.draws, spec.bins)
    below = np.cumsum(histogram.counts)[:-1] / len(ranks)
    inside = bool(((below >= band.low - 1e-12) & (below <= band.high + 1e-12)).all())
    return {
        "name": name,
        "counts": histogram.counts.astype(np.int32),
        "chi_squared": histogram.chi_squared,
        "p_value": histogram.p_value,
        "below": below,
        "inside": inside,
    }
