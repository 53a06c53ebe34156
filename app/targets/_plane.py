"""Densities in the plane whose energy is an expression in x and y: exact derivatives come with it."""

from __future__ import annotations

import numpy as np

from app.objectives.expression import Expression
from app.objectives.surface import NAMES, SurfaceObjective, Window
from app.targets._base import Density, Facts


def plane_density(energy: Expression, window: Window, facts: Facts, names: tuple[str, ...] = NAMES) -> Density:
    """exp(−energy) on the plane, its mass within ``window``."""
    x0, x1, y0, y1 = window
    return Density(SurfaceObjective(energy), np.array([[x0, x1], [y0, y1]]), names, facts)
