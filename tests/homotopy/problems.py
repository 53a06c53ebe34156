"""Penalised linear models for the tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.homotopy.optimum import Optimum, minimise
from app.homotopy.path import beginning
from app.homotopy.problem import Problem
from app.objectives.network import NetworkSpec

DIABETES: dict[str, Any] = {"kind": "diabetes"}
BREAST_CANCER: dict[str, Any] = {"kind": "breast_cancer"}
SPARSE: dict[str, Any] = {"kind": "linear", "n": 40, "dims": 60, "relevant": 4, "noise": 0.3}
"""More inputs than examples: without a penalty there is no one minimum."""


def problem(data: dict[str, Any], penalty: dict[str, Any], **fields: Any) -> Problem:
    """The problem of a linear model; the biases are spared."""
    regulariser = {"biases": False} | penalty
    spec = NetworkSpec.model_validate({"layers": [], "data": data, "regularisers": [regulariser], **fields})
    network = spec.build()
    return Problem.of(network.unpenalised(), network.penalised_by(spec.regularisers[0]))


def optimum(posed: Problem, strength: float) -> Optimum:
    """The minimum for one λ."""
    return minimise(posed.at(strength), beginning(posed).theta)


def design(posed: Problem) -> tuple[Array, Array]:
    """Inputs and targets, as scikit-learn takes them."""
    data = posed.loss.data
    return data.inputs, np.asarray(data.targets).reshape(len(data.inputs), -1)[:, 0]
