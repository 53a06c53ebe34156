"""A thousand chains of a thousand steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.experiments.posteriors.setting import build_target
from benchmarks.cases import Answer, Chains
from benchmarks.comparison import Comparison
from benchmarks.peers._thalweg import parsed
from benchmarks.row import Case, Goal

CHAINS, DRAWS, LEAPFROG = 1_000, 1_000, 5
EXAMPLES, VARIANCE = 20, 4.0
BEND, WIDTH = 0.25, 2.0


def off(answer: Answer, exact: Answer) -> float:
    """How far moments are from the truth: means in standard deviations, variances relative."""
    mean = np.abs(answer["mean"] - exact["mean"]) / np.sqrt(exact["variance"])
    return float(max(mean.max(), np.abs(answer["variance"] / exact["variance"] - 1).max()))


def _logistic() -> tuple[dict[str, Any], Any]:
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, EXAMPLES)
    y = (rng.random(EXAMPLES) < 1 / (1 + np.exp(-(0.5 + 1.5 * x)))).astype(float)
    target = {"kind": "logistic_regression", "points": np.stack([x, y], axis=1).tolist(), "variance": VARIANCE}
    return target, (np.stack([np.ones_like(x), x], axis=1), y)


def _exact(target: dict[str, Any]) -> Answer:
    """The product's own closed form or quadrature."""
    spec = parsed("posterior", target=target, methods=[{"kind": "random_walk"}])
    found = build_target(spec.target).reference()
    assert found is not None
    return {"mean": found.mean, "variance": np.asarray(found.variance)}


def _cases(quick: bool) -> list[Case]:
    logistic, data = _logistic()
    banana = {"kind": "banana", "bend": BEND, "width": WIDTH}
    at = np.array([0.5, 1.5]), np.array([0.0, 1.0])
    works = [
        (logistic, data, VARIANCE**0.5, at[0], 0, 0.5, 2.5),
        (logistic, data, VARIANCE**0.5, at[0], LEAPFROG, 0.2, 5.0),
        (banana, None, WIDTH, at[1], 0, 1.5, 3.0),
        (banana, None, WIDTH, at[1], LEAPFROG, 0.4, 1.5),
    ]
    cases = []
    for target, examples, scale, start, leapfrog, step, goal in works[2:] if quick else works:
        exact = _exact(target)
        for dtype in ("float64", "float32"):
            kernel = f"HMC({LEAPFROG})" if leapfrog else "random walk"
            label = f"{target['kind'].replace('_', ' ')}, {kernel}, {dtype}"
            begin = np.tile(start, (CHAINS, 1))
            task = Chains(target, examples, scale, BEND, begin, DRAWS, leapfrog, step, dtype)
            cases.append(Case(label, "chains", task, 0.1, (Goal("blackjax", goal),), 0.0, off, exact))
    return cases


ROW = Comparison("g", f"{CHAINS:,} chains of {DRAWS:,} steps", _cases)
