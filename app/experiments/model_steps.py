"""The steps that the osculating quadratic suggests at a point: where they lead, what it predicts, what is true."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.curvature.eigen import Eigenpairs
from app.curvature.steps import Osculating, Step, gradient_step, newton_step, saddle_free_step
from app.experiments.specs import HessianSpec
from app.experiments.view import Frame, anchored, resolve
from app.landscapes.truth import captured


def frame_of(spec: HessianSpec, objective: Objective, theta: Array) -> Frame | None:
    """The plane in which the steps are shown: the one asked for, else x and y of a surface, else None.

    Raises:
        SpecError: the plane does not exist here, or is a line.
    """
    if spec.plane is None and objective.dim > 2:
        return None
    frame = resolve(spec.objective, objective, spec.plane, anchored(objective, spec.plane, theta), None, "/plane")
    if frame.directions.y is None:
        raise SpecError("the steps are drawn in a plane and this one has one direction; give it two", "/plane")
    return frame


def steps_reply(
    objective: Objective, theta: Array, model: Osculating, frame: Frame | None, tolerance: float
) -> dict[str, Any]:
    """The ``steps`` of the reply."""
    steps = {
        "gradient": gradient_step(model),
        "newton": newton_step(model, tolerance),
        "saddle_free": saddle_free_step(model, tolerance),
    }
    shown = {name: _shown(objective, theta, model, frame, step) for name, step in steps.items()}
    return shown | {"quadratic": None if frame is None else _quadratic(theta, model, frame)}


def osculating(objective: Objective, theta: Array, pairs: Eigenpairs) -> Osculating:
    """The quadratic that touches the objective at θ."""
    value, gradient = objective.value_and_gradient(theta)
    return Osculating(float(value), gradient, pairs)


def _shown(objective: Objective, theta: Array, model: Osculating, frame: Frame | None, step: Step) -> dict[str, Any]:
    facts = {"reason": step.reason, "learning_rate": step.learning_rate}
    if step.vector is None:
        return dict.fromkeys(("vector", "predicted_loss", "loss", "position", "captured")) | facts
    with np.errstate(all="ignore"):
        loss, predicted = float(objective.value(theta + step.vector)), model.predicted(step.vector)
    reached = {
        "vector": step.vector,
        "predicted_loss": predicted if np.isfinite(predicted) else None,
        "loss": loss if np.isfinite(loss) else None,
    }
    if not np.isfinite(loss):
        facts["reason"] = "the loss is not finite where this step leads"
    return reached | _placed(theta, step.vector, frame) | facts


def _placed(theta: Array, step: Array, frame: Frame | None) -> dict[str, Any]:
    if frame is None:
        return {"position": None, "captured": None}
    still = np.zeros_like(theta)
    part = captured(step[None], still, frame.directions._replace(reference=still))
    return {"position": frame.coordinates((theta + step)[None])[0], "captured": float(part[0])}


def _quadratic(theta: Array, model: Osculating, frame: Frame) -> dict[str, Any]:
    """q on the plane: f + gᵀc + ½ cᵀMc, c the displacement from ``point`` in the plane's coordinates."""
    gradient, matrix = model.on(frame.directions.basis)
    point = frame.coordinates(theta[None])[0]
    return {"point": point, "loss": model.value, "gradient": gradient, "matrix": (matrix + matrix.T) / 2}
