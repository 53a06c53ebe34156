"""Densities compared: a quadrature, or a density on a grid, against the exact spectrum."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Answer, Array

POINTS = 2_000
SMOOTHING = 0.02
"""σ of each smoothed eigenvalue, relative to the width of the spectrum."""


def l1_error(answer: Answer, exact: Answer) -> float:
    """∫|φ̂ − φ|dx with φ smoothed like the answer; both have mass 1."""
    values = np.asarray(exact["eigenvalues"], dtype=np.float64)
    if "density" in answer:
        x, sigma, found = answer["x"], float(answer["sigma"]), answer["density"]
    else:
        width = values.max() - values.min()
        sigma = SMOOTHING * width
        x = np.linspace(values.min() - 0.1 * width, values.max() + 0.1 * width, POINTS)
        nodes, weights = (np.asarray(answer[name], dtype=np.float64) for name in ("nodes", "weights"))
        found = smoothed(nodes.ravel(), weights.ravel() / len(nodes), x, sigma)
    truth = smoothed(values, np.full(values.size, 1 / values.size), x, sigma)
    return float(np.trapezoid(np.abs(found - truth), x))


def smoothed(nodes: Array, weights: Array, x: Array, sigma: float) -> Array:
    """Σ weights · N(x; nodes, σ²)."""
    kernel = np.exp(-0.5 * ((x[:, None] - nodes) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    return np.asarray(kernel @ weights)
